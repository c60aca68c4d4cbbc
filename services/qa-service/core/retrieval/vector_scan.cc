#include "services/qa-service/core/retrieval/vector_scan.h"

#include <algorithm>
#include <utility>

#include "common/topk/dot_products.h"

namespace clientele::qa {
namespace {

// A block of vectors stays in the cache while all queries are multiplied with it.
constexpr std::size_t kBlockFloats = std::size_t{64} << 10;

// The best rows so far; its front is the worst of them.
class NearestRows {
 public:
  explicit NearestRows(std::int64_t count) : count_(static_cast<std::size_t>(count)) {}

  void Offer(const LiveSegment& live, const IndexRows& rows, std::uint32_t first,
             absl::Span<const float> products) {
    for (std::uint32_t i = 0; i < products.size(); ++i) {
      // Also false for what is not a number.
      if (heap_.size() == count_ && !(products[i] > heap_.front().first)) continue;
      Keep(live, rows, first + i, products[i]);
    }
  }

  std::vector<std::uint32_t> Take() {
    std::sort_heap(heap_.begin(), heap_.end(), Better);
    std::vector<std::uint32_t> rows;
    rows.reserve(heap_.size());
    for (const auto& [score, row] : heap_) rows.push_back(row);
    return rows;
  }

 private:
  using Row = std::pair<float, std::uint32_t>;

  static bool Better(const Row& a, const Row& b) {
    return a.first != b.first ? a.first > b.first : a.second < b.second;
  }

  void Keep(const LiveSegment& live, const IndexRows& rows, std::uint32_t row, float product) {
    if (product != product || count_ == 0 || !(*live.alive)[rows.article[row]]) return;
    if (heap_.size() == count_) {
      std::pop_heap(heap_.begin(), heap_.end(), Better);
      heap_.pop_back();
    }
    heap_.emplace_back(product, row);
    std::push_heap(heap_.begin(), heap_.end(), Better);
  }

  std::size_t count_;
  std::vector<Row> heap_;
};

void ScanField(const LiveSegment& live, std::size_t segment, std::size_t field,
               absl::Span<const VectorQuery* const> queries, std::vector<VectorHits>& hits) {
  const IndexRows& rows = live.segment->fields[field];
  const auto dimension = static_cast<std::size_t>(live.segment->dimension);
  if (rows.size() == 0 || dimension == 0) return;
  std::vector<NearestRows> nearest;
  for (const VectorQuery* query : queries) nearest.emplace_back(query->count);
  const auto matrix = absl::MakeConstSpan(rows.matrix);
  const std::size_t block = std::max<std::size_t>(1, kBlockFloats / dimension);
  for (std::size_t first = 0; first < rows.size(); first += block) {
    const std::size_t count = std::min<std::size_t>(block, rows.size() - first);
    for (std::size_t q = 0; q < queries.size(); ++q) {
      if (queries[q]->vector.size() != dimension) continue;
      topk::DotProducts(matrix.subspan(first * dimension, count * dimension),
                        static_cast<std::int64_t>(count), live.segment->dimension,
                        queries[q]->vector,
                        [&](std::int64_t at, absl::Span<const float> products) {
                          nearest[q].Offer(live, rows, static_cast<std::uint32_t>(first) +
                                                           static_cast<std::uint32_t>(at),
                                           products);
                        });
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
