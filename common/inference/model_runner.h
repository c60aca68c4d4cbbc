#ifndef CLIENTELE_COMMON_INFERENCE_MODEL_RUNNER_H_
#define CLIENTELE_COMMON_INFERENCE_MODEL_RUNNER_H_

// What runs a model: TorchScript today, another runtime beside it tomorrow.
//
//   const std::shared_ptr<const LoadedModel> model = handle.Current();
//   CLIENTELE_ASSIGN_OR_RETURN(std::vector<at::Tensor> out,
//                              model->runner().Run("forward", {ids, mask}));

#include <utility>
#include <vector>

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace clientele::inference {

// Where the outputs of a call lie.
enum class OutputPlace {
  kCpu,
  kDevice,  // the runner's device(): for tensors that come back as inputs, such as a cache
};

class ModelRunner {
 public:
  virtual ~ModelRunner() = default;

  // Where the model runs.
  virtual at::Device device() const { return at::kCPU; }

  // Runs a method of the model. A tensor result is one output, a tuple of
  // tensors is several, in order. Inputs are on any device; the runner moves them to
  // its own, and the outputs to `place`. An input that is there already is not copied, so
  // what a method writes into it in place is seen by the caller. Inputs of the task's own
  // method (PrimaryMethod() in manifest.h) are checked against the manifest first: number,
  // dtype, shape, row and token limits, and for encoders and generators the range of the
  // ids.
  //
  // Gradients are off inside, and the outputs are inference tensors: clone() one
  // before using it in autograd.
  //
  // Errors: INVALID_ARGUMENT (an input breaks the contract, nothing ran),
  // NOT_FOUND (no such method), RESOURCE_EXHAUSTED (the device has too little free memory;
  // the message names it), INTERNAL (the model failed; the message carries no path).
  // Thread-safe: calls run at the same time.
  absl::StatusOr<std::vector<at::Tensor>> Run(absl::string_view method,
                                              std::vector<at::Tensor> inputs,
                                              OutputPlace place = OutputPlace::kCpu) const {
    return DoRun(method, std::move(inputs), place);
  }

 private:
  virtual absl::StatusOr<std::vector<at::Tensor>> DoRun(absl::string_view method,
                                                        std::vector<at::Tensor> inputs,
                                                        OutputPlace place) const = 0;
};

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_MODEL_RUNNER_H_
