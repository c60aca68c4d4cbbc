#include "services/qa-service/store/retrieval/pg_embedding_cache.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>
#include <vector>

#include "common/status/status_macros.h"
#include "services/qa-service/store/articles/article_row.h"
#include "services/qa-service/store/articles/article_statements.h"

namespace clientele::qa {
namespace {

using postgres::Result;
using postgres::Row;
using postgres::Transaction;

static_assert(std::endian::native == std::endian::little,
              "vectors are stored as this machine lays them out");

// Revisions this near are read as one range. Most of the numbers between them belong to nothing
// any more; what else is there is left out.
constexpr std::int64_t kNeighbors = 1000;

std::string Pack(const std::vector<std::vector<float>>& rows, std::size_t dimension) {
  std::string bytes(rows.size() * dimension * sizeof(float), '\0');
  for (std::size_t r = 0; r < rows.size(); ++r) {
    std::memcpy(bytes.data() + r * dimension * sizeof(float), rows[r].data(),
                dimension * sizeof(float));
  }
  return bytes;
}

std::vector<std::vector<float>> Unpack(const std::string& bytes, std::size_t dimension) {
  std::vector<std::vector<float>> rows;
  const std::size_t row_bytes = dimension * sizeof(float);
  if (row_bytes == 0 || bytes.size() % row_bytes != 0) return rows;
  for (std::size_t at = 0; at < bytes.size(); at += row_bytes) {
    std::vector<float>& row = rows.emplace_back(dimension);
    std::memcpy(row.data(), bytes.data() + at, row_bytes);
  }
  return rows;
}

bool IsRectangular(const std::vector<std::vector<float>>& rows) {
  for (const auto& row : rows) {
    if (row.empty() || row.size() != rows.front().size()) return false;
  }
  return !rows.empty();
}

}  // namespace

absl::StatusOr<EmbeddedArticles> PgEmbeddingCache::Find(const RequestContext& context,
                                                        const std::string& key,
                                                        absl::Span<const std::int64_t> revisions,
                                                        std::int64_t max_bytes) {
  const std::vector<std::int64_t> wanted(revisions.begin(), revisions.end());
  EmbeddedArticles found;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& t) -> absl::Status {
        found = {};
        if (wanted.empty()) return absl::OkStatus();
        CLIENTELE_ASSIGN_OR_RETURN(const Result sizes,
                                   t.Execute(statements::kMeasureEmbeddings,
                                             {key, wanted, wanted.front(), wanted.back()}));
        found.through = wanted.back();
        std::int64_t bytes = 0;
        std::vector<std::int64_t> known;
        for (const Row row : sizes) {
          if (bytes >= max_bytes) {
            found.through = known.back();
            break;
          }
          known.push_back(row.Int64(0));
          bytes += row.Int64(1);
        }
        for (std::size_t begin = 0; begin < known.size();) {
          // Neighbors are read together.
          std::size_t end = begin + 1;
          while (end < known.size() && known[end] - known[end - 1] <= kNeighbors) ++end;
          CLIENTELE_ASSIGN_OR_RETURN(
              const Result rows,
              t.Execute(statements::kFindEmbeddings, {key, known[begin], known[end - 1]}));
          for (const Row row : rows) {
            if (!std::binary_search(known.begin(), known.end(), row.Int64(8))) continue;
            found.articles.push_back(
                {ArticleOf(row), Unpack(row.Bytes(14), static_cast<std::size_t>(row.Int64(13)))});
          }
          begin = end;
        }
        return absl::OkStatus();
      },
      {.read_only = true}));
  return found;
}

absl::Status PgEmbeddingCache::Put(const RequestContext& context, const std::string& key,
                                   absl::Span<const ArticleVectors> vectors) {
  std::vector<std::int64_t> revisions;
  std::vector<std::int64_t> dimensions;
  std::vector<postgres::Bytes> bytes;
  for (const ArticleVectors& article : vectors) {
    if (!IsRectangular(article.rows)) continue;
    const std::size_t dimension = article.rows.front().size();
    revisions.push_back(article.revision);
    dimensions.push_back(static_cast<std::int64_t>(dimension));
    bytes.push_back({Pack(article.rows, dimension)});
  }
  if (revisions.empty()) return absl::OkStatus();
  return pool_->Transact(context, [&](Transaction& t) {
    return t.Execute(statements::kPutEmbeddings, {key, revisions, dimensions, bytes, clock_->Now()})
        .status();
  });
}

absl::StatusOr<std::int64_t> PgEmbeddingCache::Prune(const RequestContext& context,
                                                     const std::string& key, absl::Time before) {
  std::int64_t pruned = 0;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(context, [&](Transaction& t) -> absl::Status {
    CLIENTELE_ASSIGN_OR_RETURN(const Result rows,
                               t.Execute(statements::kPruneEmbeddings, {key, before}));
    pruned = rows.affected_rows();
    return absl::OkStatus();
  }));
  return pruned;
}

}  // namespace clientele::qa
