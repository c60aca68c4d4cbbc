#include "services/qa-service/core/retrieval/vector_scan.h"

#include <algorithm>

#include "common/topk/row_products.h"
#include "services/qa-service/core/retrieval/best_rows.h"

namespace clientele::qa {
namespace {

// A block of vectors stays in the cache while all queries are multiplied with it.
constexpr std::size_t kBlockFloats = std::size_t{64} << 10;

void ScanField(const LiveSegment& live, std::size_t segment, std::size_t field,
               absl::Span<const VectorQuery* const> queries, std::vector<VectorHits>& hits) {
  const IndexRows& rows = live.segment->fields[field];
  const auto dimension = static_cast<std::size_t>(live.segment->dimension);
  if (rows.size() == 0 || dimension == 0) return;
  std::vector<BestRows> nearest;
  for (const VectorQuery* query : queries) nearest.emplace_back(query->count);
  const auto matrix = absl::MakeConstSpan(rows.matrix);
  const std::size_t block = std::max<std::size_t>(1, kBlockFloats / dimension);
  std::vector<float> products(std::min<std::size_t>(block, rows.size()));
  const auto alive = [&](std::uint32_t row) { return (*live.alive)[rows.article[row]]; };
  for (std::size_t first = 0; first < rows.size(); first += block) {
    const auto of_block =
        absl::MakeSpan(products).first(std::min<std::size_t>(block, rows.size() - first));
    for (std::size_t q = 0; q < queries.size(); ++q) {
      if (queries[q]->vector.size() != dimension) continue;
      topk::RowProducts(matrix.subspan(first * dimension, of_block.size() * dimension),
                        queries[q]->vector, of_block);
      nearest[q].Offer(static_cast<std::uint32_t>(first), of_block, alive);
    }
  }
  for (std::size_t q = 0; q < queries.size(); ++q) {
    hits[q].rows[segment][field] = nearest[q].Take();
  }
}

}  // namespace

std::vector<VectorHits> ScanVectors(absl::Span<const LiveSegment> segments,
                                    absl::Span<const VectorQuery* const> queries) {
  std::vector<VectorHits> hits(queries.size());
  for (VectorHits& of_query : hits) of_query.rows.resize(segments.size());
  for (std::size_t s = 0; s < segments.size(); ++s) {
    for (std::size_t f = 0; f < kIndexFields; ++f) ScanField(segments[s], s, f, queries, hits);
  }
  return hits;
}

}  // namespace clientele::qa
