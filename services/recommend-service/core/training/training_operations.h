#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_TRAINING_TRAINING_OPERATIONS_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_TRAINING_TRAINING_OPERATIONS_H_

// Trainings as long-running operations: queued by a call, run by a worker of
// whichever replica claims them.

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/executor/request_context.h"
#include "common/idempotency/mutation_id.h"
#include "services/recommend-service/core/training/training.h"

namespace clientele::recommend {

struct TrainingOperation {
  std::string id;
  int epoch = 0;                                 // passes finished
  int epochs = 0;                                // passes in all
  absl::Time start_time = absl::InfinitePast();  // InfinitePast: not started
  bool done = false;
  absl::Status error;     // when done and failed
  TrainingReport report;  // when done and succeeded
};

struct TrainingOperationPage {
  std::vector<TrainingOperation> operations;  // newest first
  std::string next_page_token;
};

// Thread-safe.
class TrainingOperations {
 public:
  virtual ~TrainingOperations() = default;
  // Options were checked. FAILED_PRECONDITION (reason TRAINING_DISABLED) when this
  // deployment cannot train.
  virtual absl::StatusOr<TrainingOperation> Queue(const RequestContext& context,
                                                  const MutationId& mutation,
                                                  const TrainingOptions& options) = 0;
  // NOT_FOUND when there is none.
  virtual absl::StatusOr<TrainingOperation> Get(const RequestContext& context,
                                                absl::string_view id) = 0;
  // INVALID_ARGUMENT for a token that is not ours.
  virtual absl::StatusOr<TrainingOperationPage> List(const RequestContext& context, int page_size,
                                                     absl::string_view page_token) = 0;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_TRAINING_TRAINING_OPERATIONS_H_
