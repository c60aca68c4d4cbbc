#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_VISION_EVALUATE_IMAGES_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_VISION_EVALUATE_IMAGES_H_

#include <filesystem>
#include <ostream>

#include "absl/status/status.h"

namespace clientele::models {

struct EvaluateImagesOptions {
  std::filesystem::path bundle;  // of task IMAGE_ENCODER with labels, signed or not
  std::filesystem::path folder;  // one sub-folder a class
};

// Prints one JSON line: `accuracy`, the share of pictures whose highest score is their class, and
// `class_mean`, the mean of that share within each class.
//
// A picture takes the size of the model's input, or of the manifest's setting picture_side (224
// without one) where the input has no fixed size; the setting picture_fit says how: "crop" (the
// middle; without a setting) or "stretch". Files that are no pictures are named in `log`; a damaged
// picture is an error that names it.
absl::Status EvaluateImages(const EvaluateImagesOptions& options, std::ostream& out,
                            std::ostream& log);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_VISION_EVALUATE_IMAGES_H_
