#include "tests/gpu/plain_module.h"

#include <ATen/ATen.h>

namespace clientele::gpu {

using inference::Precision;

c10::ScalarType TypeOf(Precision precision) {
  return precision == Precision::kFloat16    ? at::kHalf
         : precision == Precision::kBfloat16 ? at::kBFloat16
                                             : at::kFloat;
}

torch::jit::Module PlainModule(const torch::jit::Module& module, c10::Device device,
                               Precision precision) {
  torch::jit::Module copy = module.deepcopy();
  const auto move = [&](at::Tensor tensor) {
    const bool whole = !at::isFloatingType(tensor.scalar_type());
    tensor.set_data(tensor.to(device, whole ? tensor.scalar_type() : TypeOf(precision)));
  };
  for (const at::Tensor& tensor : copy.parameters()) move(tensor);
  for (const at::Tensor& tensor : copy.buffers()) move(tensor);
  copy.eval();
  return copy;
}

}  // namespace clientele::gpu
