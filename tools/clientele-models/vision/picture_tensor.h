#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_VISION_PICTURE_TENSOR_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_VISION_PICTURE_TENSOR_H_

#include <filesystem>

#include <ATen/core/Tensor.h>

#include "absl/status/statusor.h"

#include "common/media/picture.h"

namespace clientele::models {

// A picture file, decoded. Errors name the file.
absl::StatusOr<media::Picture> OpenPicture(const std::filesystem::path& path);

// float32 [1, 3, height, width], RGB in 0..1: what models of pictures take.
at::Tensor PixelsOf(const media::Picture& picture);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_VISION_PICTURE_TENSOR_H_
