#ifndef CLIENTELE_COMMON_INFERENCE_TASKS_PICTURE_INPUT_H_
#define CLIENTELE_COMMON_INFERENCE_TASKS_PICTURE_INPUT_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "clientele/model/v1/bundle.pb.h"

namespace clientele::inference {

// How a picture of any size becomes what an IMAGE_ENCODER takes. No torch here.
struct PictureInput {
  std::int64_t width = 224;
  std::int64_t height = 224;
  // The middle of the picture, as large as the proportions allow; else all of it, stretched.
  bool crop = true;
};

// Of the shape of the bundle's input and its settings picture_side and picture_fit ("crop",
// "stretch"). INVALID_ARGUMENT for other values of these.
absl::StatusOr<PictureInput> ReadPictureInput(const model::v1::Bundle& manifest);

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_TASKS_PICTURE_INPUT_H_
