#ifndef CLIENTELE_TESTS_UNIT_CHECKPOINT_IMPORT_REFERENCE_CALL_METHOD_H_
#define CLIENTELE_TESTS_UNIT_CHECKPOINT_IMPORT_REFERENCE_CALL_METHOD_H_

#include <string>
#include <utility>
#include <vector>

#include <ATen/core/Tensor.h>
#include <ATen/core/grad_mode.h>
#include <torch/csrc/jit/api/module.h>

namespace clientele::models {

// The outputs of a module's method, whether it gives one tensor or a tuple.
inline std::vector<at::Tensor> CallMethod(const torch::jit::Module& module,
                                          const std::string& method,
                                          const std::vector<at::Tensor>& inputs) {
  const at::NoGradGuard no_grad;
  std::vector<c10::IValue> stack(inputs.begin(), inputs.end());
  const c10::IValue result = module.get_method(method)(std::move(stack));
  if (result.isTensor()) return {result.toTensor()};
  std::vector<at::Tensor> outputs;
  for (const c10::IValue& element : result.toTupleRef().elements()) {
    outputs.push_back(element.toTensor());
  }
  return outputs;
}

}  // namespace clientele::models

#endif  // CLIENTELE_TESTS_UNIT_CHECKPOINT_IMPORT_REFERENCE_CALL_METHOD_H_
