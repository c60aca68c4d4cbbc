#ifndef CLIENTELE_TESTS_GPU_ROUNDED_MODEL_H_
#define CLIENTELE_TESTS_GPU_ROUNDED_MODEL_H_

// A model whose linear layers are rounded as on a GPU, on the CPU: what half precision costs a
// model, whatever it runs on.

#include <vector>

#include <ATen/core/Tensor.h>
#include <torch/csrc/jit/api/module.h>

#include "absl/status/statusor.h"

#include "tests/gpu/families.h"

namespace clientele::gpu {

// `module` on the CPU, frozen, its linear layers in bfloat16 (which any processor computes).
// INTERNAL where it cannot be made.
absl::StatusOr<torch::jit::Module> RoundedOnCpu(const torch::jit::Module& module);

// What it gives for the example's inputs. INTERNAL when it fails.
absl::StatusOr<std::vector<at::Tensor>> RunOnCpu(const torch::jit::Module& module,
                                                 const Example& example);

}  // namespace clientele::gpu

#endif  // CLIENTELE_TESTS_GPU_ROUNDED_MODEL_H_
