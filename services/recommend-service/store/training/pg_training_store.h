#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_STORE_TRAINING_PG_TRAINING_STORE_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_STORE_TRAINING_PG_TRAINING_STORE_H_

#include "common/postgres/connection_pool.h"
#include "services/recommend-service/core/training/training.h"

namespace clientele::recommend {

// Reads what a training needs in one statement: one row for a customer and an item
// that is in the catalog. Borrows the pool; thread-safe.
class PgTrainingStore final : public TrainingStore {
 public:
  explicit PgTrainingStore(postgres::ConnectionPool* pool) : pool_(pool) {}

  absl::StatusOr<TrainingSet> LoadTrainingSet(const RequestContext& context) override;
  absl::Status SaveCustomerFactors(const RequestContext& context, absl::string_view model_id,
                                   absl::string_view serving, const TrainingSet& set,
                                   const Factorization& factorization) override;

 private:
  postgres::ConnectionPool* const pool_;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_STORE_TRAINING_PG_TRAINING_STORE_H_
