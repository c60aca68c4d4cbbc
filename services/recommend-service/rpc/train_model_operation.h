#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_RPC_TRAIN_MODEL_OPERATION_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_RPC_TRAIN_MODEL_OPERATION_H_

// TrainModel as a long-running operation: what is stored of it, and what a worker runs.
// Request, metadata and result are the proto's own messages.

#include "clientele/recommend/v1/recommend_service.pb.h"

#include "common/operations/operation.h"
#include "common/operations/operation_handler.h"
#include "common/operations/operations.h"
#include "common/time/clock.h"
#include "services/recommend-service/core/training/hybrid_training.h"
#include "services/recommend-service/core/training/training_schedule.h"
#include "services/recommend-service/core/training/training_set.h"

namespace clientele::recommend {

// In the operations' names.
inline constexpr char kOperationsService[] = "recommend";
// The operations' kind.
inline constexpr char kTrainModelKind[] = "train_model";

// What to queue for a request whose options were checked.
operations::NewOperation NewTrainModel(const v1::TrainModelRequest& request);

// Queues a training by these options for each turn of the schedule, once among all replicas.
// Borrows the operations.
TrainingSchedule::Start StartScheduledTraining(const TrainingOptions& options,
                                               operations::Operations* operations);

// What an OperationWorker runs for kTrainModelKind. Borrows both.
operations::OperationHandler TrainModelHandler(HybridTraining* training, const Clock* clock);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_RPC_TRAIN_MODEL_OPERATION_H_
