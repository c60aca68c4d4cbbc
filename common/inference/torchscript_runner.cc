#include "common/inference/torchscript_runner.h"

#include <exception>
#include <sstream>
#include <utility>

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/serialization/import.h>

#include "absl/strings/str_cat.h"

#include "common/inference/manifest.h"
#include "common/inference/tensor_spec.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::inference {

struct TorchScriptRunner::Impl {
  torch::jit::Module module;
  model::v1::Bundle manifest;
  at::Device device = at::kCPU;
};

namespace {

// torch's own texts hold source paths and stacks; they stay out of ours.
absl::Status ModelFailed(absl::string_view method) {
  return WithReason(absl::InternalError(absl::StrCat("the model failed in ", method, "()")),
                    reason::kInternal);
}

absl::StatusOr<at::Device> ParseDevice(const std::string& device) {
  try {
    const at::Device parsed(device);
    if (parsed.is_cpu()) return parsed;
    if (parsed.is_cuda() && at::hasCUDA()) return parsed;
  } catch (const std::exception&) {
    // Falls through: torch throws for what it cannot parse.
  }
  return InvalidField("device",
                      "must be cpu, or cuda or cuda:N where this build and machine "
                      "have it");
}

// Folds constants and inlines what inference needs; a module that cannot be frozen
// (it changes its own attributes, say) serves as it is.
torch::jit::Module FreezeWherePossible(const torch::jit::Module& module) {
  std::vector<std::string> methods;
  for (const auto& method : module.get_methods()) methods.push_back(method.name());
  try {
    return torch::jit::freeze(module, methods, /*optimize_numerics=*/false);
  } catch (const std::exception&) {
    return module;
  }
}

absl::Status AppendOutputs(const c10::IValue& result, std::vector<at::Tensor>& outputs) {
  if (result.isTensor()) {
    outputs.push_back(result.toTensor());
    return absl::OkStatus();
  }
  if (result.isTuple()) {
    for (const c10::IValue& element : result.toTupleRef().elements()) {
      if (!element.isTensor()) {
        return absl::InternalError("the model's result holds something other than tensors");
      }
      outputs.push_back(element.toTensor());
    }
    return absl::OkStatus();
  }
  if (result.isTensorList()) {
    for (const at::Tensor& tensor : result.toTensorVector()) outputs.push_back(tensor);
    return absl::OkStatus();
  }
  return absl::InternalError("the model's result is neither a tensor nor a tuple of tensors");
}

}  // namespace

TorchScriptRunner::TorchScriptRunner(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TorchScriptRunner::~TorchScriptRunner() = default;

absl::StatusOr<std::unique_ptr<TorchScriptRunner>> TorchScriptRunner::Load(
    const ModelBundle& bundle, const TorchScriptOptions& options) {
  CLIENTELE_ASSIGN_OR_RETURN(const std::string bytes, bundle.ReadFile(kModelFile));
  return FromBytes(bytes, bundle.manifest(), options);
}

absl::StatusOr<std::unique_ptr<TorchScriptRunner>> TorchScriptRunner::FromBytes(
    const std::string& bytes, model::v1::Bundle manifest, const TorchScriptOptions& options) {
  CLIENTELE_ASSIGN_OR_RETURN(const at::Device device, ParseDevice(options.device));
  try {
    std::istringstream in(bytes);
    return FromModule(torch::jit::load(in, device), std::move(manifest), options);
  } catch (const std::exception&) {
    return WithReason(
        absl::DataLossError("model.pt is not a TorchScript module that this libtorch can load"),
        reason::kDataLoss);
  }
}

absl::StatusOr<std::unique_ptr<TorchScriptRunner>> TorchScriptRunner::FromModule(
    const torch::jit::Module& module, model::v1::Bundle manifest,
    const TorchScriptOptions& options) {
  CLIENTELE_ASSIGN_OR_RETURN(const at::Device device, ParseDevice(options.device));
  const std::string method = PrimaryMethod(manifest.task());
  try {
    if (!module.find_method(method)) {
      return InvalidField("model.pt",
                          absl::StrCat("must have the method ", method, "() of its task"));
    }
    auto impl = std::make_unique<Impl>();
    impl->module = module.copy();  // eval() must not reach the caller's module
    if (!device.is_cpu()) impl->module.to(device);
    impl->module.eval();
    impl->module = FreezeWherePossible(impl->module);
    impl->manifest = std::move(manifest);
    impl->device = device;
    return std::unique_ptr<TorchScriptRunner>(new TorchScriptRunner(std::move(impl)));
  } catch (const std::exception&) {
    return WithReason(absl::InternalError("the module cannot be prepared for inference"),
                      reason::kInternal);
  }
}

at::Device TorchScriptRunner::device() const { return impl_->device; }

absl::StatusOr<std::vector<at::Tensor>> TorchScriptRunner::DoRun(absl::string_view method,
                                                                 std::vector<at::Tensor> inputs,
                                                                 OutputPlace place) const {
  const bool primary = method == PrimaryMethod(impl_->manifest.task());
  try {
    // Thread-local, so it is set here, where the model runs.
    const c10::InferenceMode inference;
    if (primary) CLIENTELE_RETURN_IF_ERROR(CheckInputs(impl_->manifest, inputs));
    const auto function = impl_->module.find_method(std::string(method));
    if (!function) return NotFound(absl::StrCat("methods/", method));

    std::vector<c10::IValue> stack;
    stack.reserve(inputs.size());
    for (at::Tensor& input : inputs) {
      stack.emplace_back(impl_->device.is_cpu() ? std::move(input) : input.to(impl_->device));
    }
    std::vector<at::Tensor> outputs;
    CLIENTELE_RETURN_IF_ERROR(AppendOutputs((*function)(std::move(stack)), outputs));
    if (place == OutputPlace::kCpu) {
      for (at::Tensor& output : outputs) output = output.to(at::kCPU);
    }
    if (primary) CLIENTELE_RETURN_IF_ERROR(CheckOutputs(impl_->manifest, outputs));
    return outputs;
  } catch (const std::exception&) {
    return ModelFailed(method);
  }
}

}  // namespace clientele::inference
