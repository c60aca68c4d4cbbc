#ifndef CLIENTELE_TESTS_GPU_PLAIN_GENERATION_H_
#define CLIENTELE_TESTS_GPU_PLAIN_GENERATION_H_

// Greedy generation as one writes it with libtorch alone: the module's own methods, a cache of the
// final length from the start, one batch, the next tokens chosen on the device.
//
//   PlainGeneration plain(module, device, inference::Precision::kFloat16);
//   const at::Tensor tokens = plain.Generate(prompts, 64);    // int64 [rows, 64] on the CPU
//
// Throws what torch throws. Not thread-safe.

#include <cstdint>

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>
#include <torch/csrc/jit/api/module.h>

#include "common/inference/bundle/precision.h"

namespace clientele::gpu {

class PlainGeneration {
 public:
  // Of a decoder-only TEXT_GENERATOR (deploy/models/CONTRACTS.md); `module` is copied.
  PlainGeneration(const torch::jit::Module& module, c10::Device device,
                  inference::Precision precision);

  // `prompts` are int64 [rows, length] on the CPU, without padding.
  at::Tensor Generate(const at::Tensor& prompts, std::int64_t count);

 private:
  torch::jit::Module module_;
  const c10::Device device_;
};

}  // namespace clientele::gpu

#endif  // CLIENTELE_TESTS_GPU_PLAIN_GENERATION_H_
