#include "tests/gpu/plain_generation.h"

#include <vector>

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>

#include "tests/gpu/plain_module.h"

namespace clientele::gpu {
namespace {

constexpr std::int64_t kPositionAxis = 4;

}  // namespace

PlainGeneration::PlainGeneration(const torch::jit::Module& module, c10::Device device,
                                 inference::Precision precision)
    : module_(PlainModule(module, device, precision)), device_(device) {}

at::Tensor PlainGeneration::Generate(const at::Tensor& prompts, std::int64_t count) {
  const c10::InferenceMode inference;
  const std::int64_t rows = prompts.size(0);
  const std::int64_t length = prompts.size(1);
  const at::Tensor ids = prompts.to(device_);
  const auto prefilled =
      module_.get_method("prefill")({ids, at::ones_like(ids)}).toTupleRef().elements().vec();
  at::Tensor logits = prefilled[0].toTensor();
  const at::Tensor held = prefilled[1].toTensor();
  std::vector<std::int64_t> shape = held.sizes().vec();
  shape[kPositionAxis] = length + count;
  const at::Tensor cache = at::zeros(shape, held.options());
  cache.narrow(kPositionAxis, 0, length).copy_(held);

  std::vector<at::Tensor> tokens;
  auto step = module_.get_method("step");
  for (std::int64_t position = length;; ++position) {
    tokens.push_back(logits.argmax(1));
    if (static_cast<std::int64_t>(tokens.size()) == count) break;
    const at::Tensor positions = at::full({rows}, position, ids.options());
    logits =
        step({tokens.back(), positions, cache.narrow(kPositionAxis, 0, position + 1)}).toTensor();
  }
  return at::stack(tokens, 1).to(at::kCPU);
}

}  // namespace clientele::gpu
