#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_STORE_EXPERIMENTS_PG_EXPERIMENT_STORE_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_STORE_EXPERIMENTS_PG_EXPERIMENT_STORE_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "common/idempotency/ledger.h"
#include "common/postgres/connection_pool.h"
#include "common/time/clock.h"
#include "services/recommend-service/core/experiments/experiment_store.h"

namespace clientele::recommend {

// Borrows its parts; thread-safe.
class PgExperimentStore final : public ExperimentStore {
 public:
  PgExperimentStore(postgres::ConnectionPool* pool, const Ledger* ledger, const Clock* clock)
      : pool_(pool), ledger_(ledger), clock_(clock) {}

  absl::StatusOr<Experiment> Create(const RequestContext& context, const MutationId& mutation,
                                    const Experiment& experiment, bool validate_only) override;
  absl::StatusOr<Experiment> Get(const RequestContext& context, absl::string_view id) override;
  absl::StatusOr<std::vector<Experiment>> List(const RequestContext& context,
                                               absl::string_view after_id, int limit) override;
  absl::StatusOr<Experiment> Stop(const RequestContext& context, const MutationId& mutation,
                                  absl::string_view id) override;
  absl::StatusOr<FeedbackRecorded> Record(const RequestContext& context, const MutationId& mutation,
                                          const std::vector<Feedback>& feedback) override;
  absl::StatusOr<std::map<std::string, ConversionCounts>> Count(
      const RequestContext& context, const Experiment& experiment) override;

  // Deletes up to `limit` rows of feedback that were stored before `before`; returns their number.
  static absl::StatusOr<std::int64_t> PruneFeedback(postgres::Transaction& transaction,
                                                    absl::Time before, std::int64_t limit);

 private:
  postgres::ConnectionPool* const pool_;
  const Ledger* const ledger_;
  const Clock* const clock_;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_STORE_EXPERIMENTS_PG_EXPERIMENT_STORE_H_
