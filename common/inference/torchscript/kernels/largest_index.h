#ifndef CLIENTELE_COMMON_INFERENCE_TORCHSCRIPT_KERNELS_LARGEST_INDEX_H_
#define CLIENTELE_COMMON_INFERENCE_TORCHSCRIPT_KERNELS_LARGEST_INDEX_H_

#include <cstdint>

namespace clientele::inference {

// The index of the largest value, the first of equal ones; -1 where one of them is not a finite
// number, or there is none. Pure, thread-safe.
std::int64_t LargestIndex(const float* values, std::int64_t length);

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_TORCHSCRIPT_KERNELS_LARGEST_INDEX_H_
