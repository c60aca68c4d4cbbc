#include "tests/gpu/rounded_model.h"

#include <exception>
#include <string>
#include <utility>

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/jit/passes/freeze_module.h>

#include "common/inference/torchscript/graph_rounding.h"
#include "common/status/status_macros.h"

namespace clientele::gpu {

absl::StatusOr<torch::jit::Module> RoundedOnCpu(const torch::jit::Module& module) {
  try {
    torch::jit::Module copy = module.copy();
    copy.eval();
    std::vector<std::string> methods;
    for (const auto& method : copy.get_methods()) methods.push_back(method.name());
    torch::jit::Module frozen = torch::jit::freeze_module(copy, methods);
    CLIENTELE_RETURN_IF_ERROR(inference::RoundLinears(frozen, at::kBFloat16).status());
    return frozen;
  } catch (const std::exception&) {
    return absl::InternalError("the module cannot be rounded");
  }
}

absl::StatusOr<std::vector<at::Tensor>> RunOnCpu(const torch::jit::Module& module,
                                                 const Example& example) {
  try {
    const c10::InferenceMode inference;
    std::vector<c10::IValue> stack(example.inputs.begin(), example.inputs.end());
    const c10::IValue result = module.get_method(example.method)(std::move(stack));
    if (result.isTensor()) return std::vector<at::Tensor>{result.toTensor()};
    std::vector<at::Tensor> outputs;
    for (const c10::IValue& element : result.toTupleRef().elements()) {
      outputs.push_back(element.toTensor());
    }
    return outputs;
  } catch (const std::exception&) {
    return absl::InternalError("the module fails on the CPU");
  }
}

}  // namespace clientele::gpu
