#ifndef CLIENTELE_TESTS_GPU_PLAIN_MODULE_H_
#define CLIENTELE_TESTS_GPU_PLAIN_MODULE_H_

// A module as libtorch runs it by itself: what the runner's speed is measured against.

#include <c10/core/Device.h>
#include <c10/core/ScalarType.h>
#include <torch/csrc/jit/api/module.h>

#include "common/inference/bundle/precision.h"

namespace clientele::gpu {

// The type in which a precision computes; float32 for int8, which libtorch has no type for.
c10::ScalarType TypeOf(inference::Precision precision);

// A copy on the device, with every number that is not whole in the precision's type, ready to be
// called. Throws what torch throws.
torch::jit::Module PlainModule(const torch::jit::Module& module, c10::Device device,
                               inference::Precision precision);

}  // namespace clientele::gpu

#endif  // CLIENTELE_TESTS_GPU_PLAIN_MODULE_H_
