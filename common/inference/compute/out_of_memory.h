#ifndef CLIENTELE_COMMON_INFERENCE_COMPUTE_OUT_OF_MEMORY_H_
#define CLIENTELE_COMMON_INFERENCE_COMPUTE_OUT_OF_MEMORY_H_

// Telling a device that is full from a model that is broken: the first may be over in a moment,
// the second stays.
//
//   try {
//     outputs = function(inputs);
//   } catch (const std::exception& error) {
//     if (IsOutOfMemory(error)) return OutOfMemoryError(device, "a call of forward()");
//     return ModelFailed();
//   }
//
// Pure functions, thread-safe.

#include <exception>

#include <c10/core/Device.h>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace clientele::inference {

// Whether torch, or a library under it, says that memory is short: on the CPU or on a GPU, thrown
// by an operator or out of the inside of a TorchScript method, where only its text is left.
bool IsOutOfMemory(const std::exception& error);

// RESOURCE_EXHAUSTED, reason OVERLOADED: "cuda:0 has too little free memory for <what>".
absl::Status OutOfMemoryError(c10::Device device, absl::string_view what);

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_COMPUTE_OUT_OF_MEMORY_H_
