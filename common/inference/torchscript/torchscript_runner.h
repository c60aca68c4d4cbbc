#ifndef CLIENTELE_COMMON_INFERENCE_TORCHSCRIPT_TORCHSCRIPT_RUNNER_H_
#define CLIENTELE_COMMON_INFERENCE_TORCHSCRIPT_TORCHSCRIPT_RUNNER_H_

// Runs TorchScript modules (libtorch 1.13 and newer).
//
//   CLIENTELE_ASSIGN_OR_RETURN(auto runner, TorchScriptRunner::Load(bundle, {.device = "cpu"}));
//   runner->Run("forward", {ids, mask});
//
// Services use ModelHandle, which loads, warms and checks, and is given Load as its RunnerFactory;
// tools use this. Only the model itself waits for RunnerOptions::cores: input checks and copies
// are outside.

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "clientele/model/v1/bundle.pb.h"

#include "common/inference/bundle/model_bundle.h"
#include "common/inference/bundle/runner_factory.h"
#include "common/inference/model_runner.h"

namespace torch::jit {
struct Module;
}  // namespace torch::jit

namespace clientele::inference {

class TorchScriptRunner final : public ModelRunner {
 public:
  // Loads model.pt of a checked bundle: the bytes are read once, hashed, and
  // those same bytes are loaded. The module is put into eval mode and frozen where
  // it can be, and then rewritten for this processor (graph_packing.h). At no time are
  // the weights there twice. DATA_LOSS when the file is not a TorchScript module,
  // RESOURCE_EXHAUSTED when the device has too little free memory, FAILED_PRECONDITION when the
  // precision cannot be had. A module without linear layers computes
  // as it is, whatever the precision.
  static absl::StatusOr<std::unique_ptr<TorchScriptRunner>> Load(const ModelBundle& bundle,
                                                                 const RunnerOptions& options);
  // A module in memory under a manifest, for tools and training. On the CPU the module's
  // parameters are shared, not copied; on a GPU they are copied.
  static absl::StatusOr<std::unique_ptr<TorchScriptRunner>> FromModule(
      const torch::jit::Module& module, model::v1::Bundle manifest,
      const RunnerOptions& options = {});
  // The same for the serialized bytes of a module (what model.pt holds).
  static absl::StatusOr<std::unique_ptr<TorchScriptRunner>> FromBytes(
      const std::string& bytes, model::v1::Bundle manifest, const RunnerOptions& options = {});

  ~TorchScriptRunner() override;

  at::Device device() const override;

 private:
  struct Impl;
  static absl::StatusOr<std::unique_ptr<TorchScriptRunner>> Prepare(torch::jit::Module module,
                                                                    model::v1::Bundle manifest,
                                                                    const RunnerOptions& options);

  absl::StatusOr<std::vector<at::Tensor>> DoRun(absl::string_view method,
                                                std::vector<at::Tensor> inputs,
                                                OutputPlace place) const override;
  explicit TorchScriptRunner(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_TORCHSCRIPT_TORCHSCRIPT_RUNNER_H_
