#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_STORE_TRAINING_PG_TRAINING_TURN_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_STORE_TRAINING_PG_TRAINING_TURN_H_

// The one row of recommend.training_turn, held with a lease that a thread extends every third of
// it. Times are PostgreSQL's, so replicas' clocks need not agree.

#include <memory>
#include <optional>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/postgres/connection_pool.h"
#include "common/postgres/transaction.h"
#include "services/recommend-service/core/training/training.h"

namespace clientele::recommend {

// See TrainingStore::BeginTraining for the errors. The turn borrows the pool.
absl::StatusOr<std::unique_ptr<TrainingTurn>> TakeTrainingTurn(postgres::ConnectionPool* pool,
                                                               const RequestContext& context,
                                                               absl::string_view name,
                                                               absl::Duration lease);

// The training that took a turn last; nullopt: there was none.
absl::StatusOr<std::optional<LastTraining>> ReadLastTraining(postgres::Transaction& transaction);

// Keeps the turn with this training until the transaction ends. ABORTED, reason
// TRAINING_TURN_LOST, where another one has it.
absl::Status HoldTrainingTurn(postgres::Transaction& transaction, absl::string_view training_id);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_STORE_TRAINING_PG_TRAINING_TURN_H_
