#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_RETRIEVAL_EMBEDDING_CACHE_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_RETRIEVAL_EMBEDDING_CACHE_H_

// Vectors of articles that were computed before, so that a restart computes
// nothing again. Losing it costs time only.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"

#include "common/executor/request_context.h"

namespace clientele::qa {

// Under what a model's vectors are kept: they depend on the way of splitting too.
std::string EmbeddingKey(const std::string& model_id);

// One article's rows: its passages in order, then its questions in order.
struct ArticleVectors {
  std::string article_id;
  std::int64_t revision = 0;
  std::vector<std::vector<float>> rows;
};

// Thread-safe.
class EmbeddingCache {
 public:
  virtual ~EmbeddingCache() = default;

  // What is known under `key` (EmbeddingKey) for these revisions, by revision.
  virtual absl::StatusOr<std::map<std::int64_t, ArticleVectors>> Find(
      const RequestContext& context, const std::string& key,
      absl::Span<const std::int64_t> revisions) = 0;

  // Keeps the vectors of articles that are still at that revision.
  virtual absl::Status Put(const RequestContext& context, const std::string& key,
                           absl::Span<const ArticleVectors> vectors) = 0;
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_RETRIEVAL_EMBEDDING_CACHE_H_
