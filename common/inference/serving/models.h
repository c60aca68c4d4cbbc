#ifndef CLIENTELE_COMMON_INFERENCE_SERVING_MODELS_H_
#define CLIENTELE_COMMON_INFERENCE_SERVING_MODELS_H_

// A service's models.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const Compute compute,
//                              PrepareCompute(options.models, log));   // first, once
//   CLIENTELE_ASSIGN_OR_RETURN(auto model,
//                              OpenModel<FuserModel>(options.models, compute, options.fuser,
//                              &log));

#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"

#include "common/batching/batch_policy.h"
#include "common/inference/compute/core_budget.h"
#include "common/inference/serving/model_options.h"
#include "common/inference/tasks/text_encoder.h"
#include "common/inference/versions/model_handle.h"
#include "common/telemetry/log.h"
#include "common/time/clock.h"

namespace clientele::inference {

// What the models of a process compute with.
struct Compute {
  // Shared by all of them: each call takes its threads' cores, or waits for them. Not null.
  std::shared_ptr<CoreBudget> cores;
  // Of one call.
  int threads = 1;
};

// Decides how many cores models have and how many threads a call has, configures the
// numerical libraries, and logs which BLAS is used. INVALID_ARGUMENT when a call has more
// threads than there are cores, FAILED_PRECONDITION when the BLAS is not OpenBLAS.
absl::StatusOr<Compute> PrepareCompute(const ModelOptions& options, telemetry::Logger& log);

// What a handle of the bundle `name` is opened with. TorchScript runs it. Versions that change
// their state or label are log lines `model_version` and `model_rejected`, labels that change
// `model_labels`. `log` is borrowed and outlives the handle. NOT_FOUND, FAILED_PRECONDITION or
// INVALID_ARGUMENT when the public key cannot be used or the options are impossible, such as more
// instances than there are cores for. Whoever runs the model keeps to `share.instances`.
absl::StatusOr<ModelHandleOptions> PrepareHandle(const ModelOptions& options,
                                                 const Compute& compute, const std::string& name,
                                                 model::v1::Task task, telemetry::Logger* log,
                                                 const ModelShare& share = {});

// The handle itself; a missing or bad version is no error, the handle goes on looking. `open` makes
// what serves of a version, or rejects it.
template <typename Servable>
absl::StatusOr<std::unique_ptr<ModelHandle<Servable>>> OpenModel(
    const ModelOptions& options, const Compute& compute, const std::string& name,
    model::v1::Task task, telemetry::Logger* log, const ModelShare& share,
    ServableOpener<Servable> open) {
  auto prepared = PrepareHandle(options, compute, name, task, log, share);
  if (!prepared.ok()) return prepared.status();
  return ModelHandle<Servable>::Create(*std::move(prepared), std::move(open));
}
// The same for a servable that opens itself and says its task.
template <Openable Servable>
absl::StatusOr<std::unique_ptr<ModelHandle<Servable>>> OpenModel(const ModelOptions& options,
                                                                 const Compute& compute,
                                                                 const std::string& name,
                                                                 telemetry::Logger* log,
                                                                 const ModelShare& share = {}) {
  return OpenModel<Servable>(options, compute, name, Servable::kTask, log, share, Servable::Open);
}

// Whether a bundle's model computes in single precision: as the options say, else as it asks
// itself. Then a row does not depend on those beside it.
bool ComputesExactly(const ModelOptions& options, const model::v1::Bundle& manifest);

// A TEXT_ENCODER that serves. The encoder borrows the handle.
struct ServedTextEncoder {
  std::unique_ptr<ModelHandle<TextEncoderModel>> handle;
  std::unique_ptr<TextEncoder> encoder;
};

// As OpenModel. `clock` is borrowed and outlives the encoder. `hold`: ModelHandleOptions::hold.
absl::StatusOr<ServedTextEncoder> OpenTextEncoder(const ModelOptions& options,
                                                  const Compute& compute, const std::string& name,
                                                  const ModelShare& share, const Clock* clock,
                                                  telemetry::Logger* log, bool hold = false);

// A task with the handle of its model, which it borrows; null pointers where none was opened.
template <typename Servable, typename Task>
struct ServedTask {
  std::unique_ptr<ModelHandle<Servable>> handle = {};
  std::unique_ptr<Task> task = {};
};

// As OpenModel. `clock` is borrowed and outlives the task.
template <typename Servable, typename Task>
absl::StatusOr<ServedTask<Servable, Task>> OpenTask(const ModelOptions& options,
                                                    const Compute& compute, const std::string& name,
                                                    const Clock* clock, telemetry::Logger* log,
                                                    const ModelShare& share = {},
                                                    const batching::BatchPolicy& policy = {}) {
  ServedTask<Servable, Task> served;
  auto handle = OpenModel<Servable>(options, compute, name, log, share);
  if (!handle.ok()) return handle.status();
  served.handle = *std::move(handle);
  auto task = Task::Create({.handle = served.handle.get(),
                            .clock = clock,
                            .workers = share.instances,
                            .policy = policy});
  if (!task.ok()) return task.status();
  served.task = *std::move(task);
  return served;
}

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_SERVING_MODELS_H_
