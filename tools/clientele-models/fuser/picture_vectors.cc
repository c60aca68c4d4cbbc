#include "tools/clientele-models/fuser/picture_vectors.h"

#include <cstdint>

#include <ATen/ATen.h>

#include "common/inference/bundle/model_bundle.h"
#include "common/inference/tasks/picture_input.h"
#include "common/inference/torchscript/torchscript_runner.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "tools/clientele-models/vision/picture_batches.h"
#include "tools/clientele-models/vision/picture_folder.h"

namespace clientele::models {

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
  for (const PictureFolder::Entry& entry : pictures.entries) {
    vectors.classes.push_back(entry.label);
  }
  CLIENTELE_RETURN_IF_ERROR(RunPictures(
      *runner, input, pictures.entries, [&](const std::vector<at::Tensor>& outputs, std::int64_t) {
        rows.push_back(outputs[0] / outputs[0].norm(2, 1, true).clamp_min(1e-12));
        return absl::OkStatus();
      }));
  vectors.rows = at::cat(rows).clone();
  return vectors;
}

}  // namespace clientele::models
