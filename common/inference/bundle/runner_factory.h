#ifndef CLIENTELE_COMMON_INFERENCE_BUNDLE_RUNNER_FACTORY_H_
#define CLIENTELE_COMMON_INFERENCE_BUNDLE_RUNNER_FACTORY_H_

// How a bundle's model becomes something that runs: the one place where a runtime is chosen.
//
//   ModelHandleOptions options = {.runners = TorchScriptRunner::Load, ...};

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"

#include "common/inference/bundle/model_bundle.h"
#include "common/inference/bundle/precision.h"

namespace clientele::inference {

class CoreBudget;
class ModelRunner;

struct RunnerOptions {
  // "cpu", "cuda", "cuda:N", or "auto": the first GPU where there is one.
  std::string device = "cpu";
  // How the linear layers compute: float32, int8 or bfloat16 on the CPU, float32, float16 or
  // bfloat16 on a GPU. Anything but float32 needs a processor that knows the precision; a module
  // without such layers computes as it is.
  Precision precision = Precision::kFloat32;
  // Threads inside one call, on the CPU; 0: those that the calling thread has.
  int threads = 0;
  // What calls on the CPU take their cores of, one for each of `threads`. Null: they do not
  // wait for any.
  std::shared_ptr<CoreBudget> cores = nullptr;
};

// Loads the model of a checked bundle. A failure is why the bundle cannot run here; its message
// is for operators and carries no path. Thread-safe.
using RunnerFactory = std::function<absl::StatusOr<std::unique_ptr<ModelRunner>>(
    const ModelBundle& bundle, const RunnerOptions& options)>;

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_BUNDLE_RUNNER_FACTORY_H_
