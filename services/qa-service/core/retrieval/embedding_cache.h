#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_RETRIEVAL_EMBEDDING_CACHE_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_RETRIEVAL_EMBEDDING_CACHE_H_

// Vectors of articles that were computed before, so that a restart computes
// nothing again.

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"

#include "common/executor/request_context.h"
#include "services/qa-service/core/articles/article.h"

namespace clientele::qa {

// Under what a model's vectors are kept: they depend on the way of splitting too.
std::string EmbeddingKey(const std::string& model_id);

// One article's rows: its passages in order, then its questions in order.
struct ArticleVectors {
  std::string article_id;
  std::int64_t revision = 0;
  std::vector<std::vector<float>> rows;
};

// An article and its vectors.
struct EmbeddedArticle {
  Article article;
  std::vector<std::vector<float>> rows;  // as in ArticleVectors
};

struct EmbeddedArticles {
  std::vector<EmbeddedArticle> articles;  // ascending by revision
  // Revisions behind this one were not looked at: there was no room.
  std::int64_t through = 0;
};

// Thread-safe.
class EmbeddingCache {
 public:
  virtual ~EmbeddingCache() = default;

  // The articles at these revisions (ascending, not empty) whose vectors are known under
  // `key` (EmbeddingKey), in as few reads as possible. Ends early once texts and vectors
  // hold `max_bytes`, but not before the first article.
  virtual absl::StatusOr<EmbeddedArticles> Find(const RequestContext& context,
                                                const std::string& key,
                                                absl::Span<const std::int64_t> revisions,
                                                std::int64_t max_bytes) = 0;

  // Keeps the vectors of articles that are still at that revision.
  virtual absl::Status Put(const RequestContext& context, const std::string& key,
                           absl::Span<const ArticleVectors> vectors) = 0;
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_RETRIEVAL_EMBEDDING_CACHE_H_
