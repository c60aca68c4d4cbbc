#ifndef CLIENTELE_SERVICES_QA_SERVICE_STORE_RETRIEVAL_PG_EMBEDDING_CACHE_H_
#define CLIENTELE_SERVICES_QA_SERVICE_STORE_RETRIEVAL_PG_EMBEDDING_CACHE_H_

#include <cstdint>
#include <string>

#include "absl/time/time.h"

#include "common/postgres/connection_pool.h"
#include "common/time/clock.h"
#include "services/qa-service/core/retrieval/embedding_cache.h"

namespace clientele::qa {

// Vectors in PostgreSQL, table qa.embeddings. See core/retrieval/embedding_cache.h.
class PgEmbeddingCache final : public EmbeddingCache {
 public:
  // Borrowed; they outlive the cache.
  PgEmbeddingCache(postgres::ConnectionPool* pool, const Clock* clock)
      : pool_(pool), clock_(clock) {}

  absl::StatusOr<EmbeddedArticles> Find(const RequestContext& context, const std::string& key,
                                        absl::Span<const std::int64_t> revisions,
                                        std::int64_t max_bytes) override;
  absl::Status Put(const RequestContext& context, const std::string& key,
                   absl::Span<const ArticleVectors> vectors) override;

  // Removes what other encoders than `key` made before `before` and returns how many rows.
  absl::StatusOr<std::int64_t> Prune(const RequestContext& context, const std::string& key,
                                     absl::Time before);

 private:
  postgres::ConnectionPool* const pool_;
  const Clock* const clock_;
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_STORE_RETRIEVAL_PG_EMBEDDING_CACHE_H_
