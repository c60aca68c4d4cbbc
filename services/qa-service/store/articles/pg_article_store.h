#ifndef CLIENTELE_SERVICES_QA_SERVICE_STORE_ARTICLES_PG_ARTICLE_STORE_H_
#define CLIENTELE_SERVICES_QA_SERVICE_STORE_ARTICLES_PG_ARTICLE_STORE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "common/idempotency/ledger.h"
#include "common/postgres/connection_pool.h"
#include "common/time/clock.h"
#include "services/qa-service/core/articles/article_store.h"

namespace clientele::qa {

// Articles in PostgreSQL, schema qa. See core/articles/article_store.h for the contract.
class PgArticleStore final : public ArticleStore {
 public:
  // All borrowed; they outlive the store.
  PgArticleStore(postgres::ConnectionPool* pool, const Ledger* ledger, const Clock* clock)
      : pool_(pool), ledger_(ledger), clock_(clock) {}

  absl::StatusOr<Article> Create(const RequestContext& context, const MutationId& mutation,
                                 const Article& article) override;
  absl::StatusOr<BatchCreated> CreateMissing(const RequestContext& context,
                                             const MutationId& mutation,
                                             absl::Span<const Article> articles) override;
  absl::StatusOr<Article> Get(const RequestContext& context, const std::string& id) override;
  absl::StatusOr<ArticleSlice> List(const RequestContext& context, const std::string& after_id,
                                    std::int64_t limit, std::int64_t max_bytes) override;
  absl::StatusOr<Article> Update(const RequestContext& context, const MutationId& mutation,
                                 const std::string& id, Edit edit) override;
  absl::StatusOr<std::int64_t> Delete(const RequestContext& context, const MutationId& mutation,
                                      const std::string& id, const std::string& etag) override;
  absl::StatusOr<std::vector<ArticleChange>> ChangesAfter(const RequestContext& context,
                                                          std::int64_t revision,
                                                          std::int64_t limit) override;
  absl::StatusOr<std::vector<Article>> Load(const RequestContext& context,
                                            absl::Span<const std::string> ids) override;

  // Removes tombstones made before `before` and returns how many.
  absl::StatusOr<std::int64_t> PruneTombstones(const RequestContext& context, absl::Time before);

 private:
  postgres::ConnectionPool* const pool_;
  const Ledger* const ledger_;
  const Clock* const clock_;
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_STORE_ARTICLES_PG_ARTICLE_STORE_H_
