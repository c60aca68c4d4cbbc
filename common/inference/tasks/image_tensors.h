#ifndef CLIENTELE_COMMON_INFERENCE_TASKS_IMAGE_TENSORS_H_
#define CLIENTELE_COMMON_INFERENCE_TASKS_IMAGE_TENSORS_H_

#include <cstddef>
#include <vector>

#include <ATen/core/Tensor.h>

#include "absl/types/span.h"

#include "common/inference/tasks/image_row.h"

namespace clientele::inference {

// Places of pictures that have one size, for each size.
std::vector<std::vector<std::size_t>> GroupBySize(absl::Span<const ImageRow* const> images);

// float32 [places, 3, height, width] of pictures of one size.
at::Tensor StackImages(absl::Span<const ImageRow* const> images,
                       const std::vector<std::size_t>& places);

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_TASKS_IMAGE_TENSORS_H_
