#include "tools/clientele-models/fuser/picture_vectors.h"

#include <cstddef>

#include <ATen/ATen.h>

#include "common/inference/bundle/model_bundle.h"
#include "common/inference/tasks/picture_input.h"
#include "common/inference/torchscript/torchscript_runner.h"
#include "common/media/picture.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "tools/clientele-models/vision/picture_folder.h"
#include "tools/clientele-models/vision/picture_tensor.h"

namespace clientele::models {
namespace {

constexpr std::size_t kPicturesAtOnce = 32;

}  // namespace

absl::StatusOr<PictureVectors> EncodePictures(const std::filesystem::path& bundle,
                                              const std::filesystem::path& folder,
                                              const std::vector<std::string>& classes) {
  CLIENTELE_ASSIGN_OR_RETURN(const inference::ModelBundle opened,
                             inference::ModelBundle::OpenUnsigned(bundle));
  if (opened.manifest().task() != model::v1::TASK_IMAGE_ENCODER) {
    return InvalidField("image_encoder", "must be of task IMAGE_ENCODER");
  }
  CLIENTELE_ASSIGN_OR_RETURN(const inference::PictureInput input,
                             inference::ReadPictureInput(opened.manifest()));
  CLIENTELE_ASSIGN_OR_RETURN(const PictureFolder pictures, ListPictureFolder(folder, classes));
  CLIENTELE_ASSIGN_OR_RETURN(const auto runner, inference::TorchScriptRunner::Load(opened, {}));
  PictureVectors vectors;
  std::vector<at::Tensor> rows;
  std::vector<at::Tensor> batch;
  for (const PictureFolder::Entry& entry : pictures.entries) {
    CLIENTELE_ASSIGN_OR_RETURN(const media::Picture picture, OpenPicture(entry.file));
    const media::Fit fit = input.crop ? media::Fit::kCrop : media::Fit::kStretch;
    batch.push_back(PixelsOf(media::FitPicture(picture, input.width, input.height, fit)));
    vectors.classes.push_back(entry.label);
    if (batch.size() < kPicturesAtOnce && vectors.classes.size() < pictures.entries.size()) {
      continue;
    }
    CLIENTELE_ASSIGN_OR_RETURN(const std::vector<at::Tensor> outputs,
                               runner->Run("forward", {at::cat(batch)}));
    rows.push_back(outputs[0] / outputs[0].norm(2, 1, true).clamp_min(1e-12));
    batch.clear();
  }
  vectors.rows = at::cat(rows).clone();
  return vectors;
}

}  // namespace clientele::models
