#include "common/inference/torchscript/stored_weights.h"

#include <ATen/ATen.h>

namespace clientele::inference {
namespace {

// In place, so that the module's tensors keep their identity where several names share one.
void ConvertWeights(torch::jit::Module& module, at::ScalarType from, at::ScalarType to) {
  const auto convert = [&](at::Tensor tensor) {
    if (tensor.scalar_type() == from) tensor.set_data(tensor.detach().to(to));
  };
  for (const at::Tensor& tensor : module.parameters()) convert(tensor);
  for (const at::Tensor& tensor : module.buffers()) convert(tensor);
}

}  // namespace

torch::jit::Module StoreAsHalf(const torch::jit::Module& module) {
  torch::jit::Module stored = module.deepcopy();
  ConvertWeights(stored, at::kFloat, at::kHalf);
  return stored;
}

void WidenStoredWeights(torch::jit::Module& module, const model::v1::Bundle& manifest) {
  const auto setting = manifest.settings().find(kStoredWeightsSetting);
  if (setting == manifest.settings().end() || setting->second != kStoredAsHalf) return;
  ConvertWeights(module, at::kHalf, at::kFloat);
}

}  // namespace clientele::inference
