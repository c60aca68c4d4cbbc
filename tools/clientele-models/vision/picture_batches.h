#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_VISION_PICTURE_BATCHES_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_VISION_PICTURE_BATCHES_H_

#include <cstdint>
#include <functional>
#include <vector>

#include <ATen/core/Tensor.h>

#include "absl/status/status.h"
#include "absl/types/span.h"

#include "common/inference/tasks/picture_input.h"
#include "common/inference/torchscript/torchscript_runner.h"
#include "tools/clientele-models/vision/picture_folder.h"

namespace clientele::models {

// Runs an image encoder on pictures, some at a time and in their order. `use` gets the outputs of
// each batch and how many pictures it has. Errors of OpenPicture, of the runner and of `use`.
absl::Status RunPictures(const inference::TorchScriptRunner& runner,
                         const inference::PictureInput& input,
                         absl::Span<const PictureFolder::Entry> pictures,
                         const std::function<absl::Status(const std::vector<at::Tensor>& outputs,
                                                          std::int64_t rows)>& use);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_VISION_PICTURE_BATCHES_H_
