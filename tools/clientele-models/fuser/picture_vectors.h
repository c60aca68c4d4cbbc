#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_FUSER_PICTURE_VECTORS_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_FUSER_PICTURE_VECTORS_H_

#include <filesystem>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "absl/status/statusor.h"

namespace clientele::models {

struct PictureVectors {
  at::Tensor rows;  // float32 [pictures, E], of unit length
  std::vector<int> classes;
};

// The vectors that a bundle of task IMAGE_ENCODER gives the pictures of a folder, whose sub-folders
// are named as the classes.
absl::StatusOr<PictureVectors> EncodePictures(const std::filesystem::path& bundle,
                                              const std::filesystem::path& folder,
                                              const std::vector<std::string>& classes);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_FUSER_PICTURE_VECTORS_H_
