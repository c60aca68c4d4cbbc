#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_STORE_TRAINING_PG_TRAINING_OPERATIONS_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_STORE_TRAINING_PG_TRAINING_OPERATIONS_H_

#include <functional>

#include "common/idempotency/ledger.h"
#include "common/operations/operation_store.h"
#include "common/operations/operation_worker.h"
#include "common/postgres/connection_pool.h"
#include "common/time/clock.h"
#include "services/recommend-service/core/training/training_operations.h"

namespace clientele::recommend {

// The operations' kind.
inline constexpr char kTrainModelKind[] = "train_model";

// Borrows its parts; thread-safe.
class PgTrainingOperations final : public TrainingOperations {
 public:
  // `on_queued` wakes this replica's worker; empty when this deployment cannot train.
  PgTrainingOperations(postgres::ConnectionPool* pool, const operations::OperationStore* store,
                       const Ledger* ledger, std::function<void()> on_queued)
      : pool_(pool), store_(store), ledger_(ledger), on_queued_(std::move(on_queued)) {}

  absl::StatusOr<TrainingOperation> Queue(const RequestContext& context, const MutationId& mutation,
                                          const TrainingOptions& options) override;
  absl::StatusOr<TrainingOperation> Get(const RequestContext& context,
                                        absl::string_view id) override;
  absl::StatusOr<TrainingOperationPage> List(const RequestContext& context, int page_size,
                                             absl::string_view page_token) override;

 private:
  postgres::ConnectionPool* const pool_;
  const operations::OperationStore* const store_;
  const Ledger* const ledger_;
  const std::function<void()> on_queued_;
};

// What an OperationWorker runs for kTrainModelKind. Borrows both.
operations::OperationHandler TrainModelHandler(ModelTraining* training, const Clock* clock);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_STORE_TRAINING_PG_TRAINING_OPERATIONS_H_
