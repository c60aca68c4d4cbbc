#ifndef CLIENTELE_COMMON_INFERENCE_TASKS_IMAGE_ROW_H_
#define CLIENTELE_COMMON_INFERENCE_TASKS_IMAGE_ROW_H_

// Pictures as models take them. No torch here.

#include <cstdint>
#include <vector>

#include "absl/status/status.h"

namespace clientele::inference {

struct ImageRow {
  std::int64_t height = 0;
  std::int64_t width = 0;
  // RGB in 0..1: 3 planes of height rows of width.
  std::vector<float> pixels = {};
};

// INVALID_ARGUMENT for a picture of another size than a model takes (-1: any), or whose pixels do
// not fill it.
absl::Status CheckImage(const ImageRow& image, std::int64_t height, std::int64_t width);

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_TASKS_IMAGE_ROW_H_
