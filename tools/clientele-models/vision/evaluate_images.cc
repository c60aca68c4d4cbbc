#include "tools/clientele-models/vision/evaluate_images.h"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include "common/evaluation/classification.h"
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

absl::StatusOr<std::vector<int>> Classify(const inference::TorchScriptRunner& runner,
                                          const std::vector<at::Tensor>& pictures, int classes) {
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<at::Tensor> outputs,
                             runner.Run("forward", {at::cat(pictures)}));
  const auto rows = static_cast<std::int64_t>(pictures.size());
  if (outputs.size() < 2 || outputs[1].dim() != 2 || outputs[1].size(0) != rows ||
      outputs[1].size(1) != classes) {
    return absl::InternalError("the model gave no score for each class");
  }
  const at::Tensor best = outputs[1].argmax(1).to(at::kInt).contiguous();
  return std::vector<int>(best.data_ptr<int>(), best.data_ptr<int>() + rows);
}

}  // namespace

absl::Status EvaluateImages(const EvaluateImagesOptions& options, std::ostream& out,
                            std::ostream& log) {
  CLIENTELE_ASSIGN_OR_RETURN(const inference::ModelBundle bundle,
                             inference::ModelBundle::OpenUnsigned(options.bundle));
  const model::v1::Bundle& manifest = bundle.manifest();
  if (manifest.task() != model::v1::TASK_IMAGE_ENCODER || manifest.labels().empty() ||
      manifest.outputs_size() < 2) {
    return InvalidField("bundle", "must be of task IMAGE_ENCODER, with scores and labels");
  }
  CLIENTELE_ASSIGN_OR_RETURN(const inference::PictureInput input,
                             inference::ReadPictureInput(manifest));
  const std::vector<std::string> labels(manifest.labels().begin(), manifest.labels().end());
  CLIENTELE_ASSIGN_OR_RETURN(const PictureFolder folder, ListPictureFolder(options.folder, labels));
  for (const std::string& file : folder.skipped) log << "not a picture: " << file << "\n";
  CLIENTELE_ASSIGN_OR_RETURN(const auto runner, inference::TorchScriptRunner::Load(bundle, {}));
  std::vector<int> predicted;
  std::vector<int> truth;
  std::vector<at::Tensor> batch;
  for (const PictureFolder::Entry& entry : folder.entries) {
    CLIENTELE_ASSIGN_OR_RETURN(const media::Picture picture, OpenPicture(entry.file));
    const media::Fit fit = input.crop ? media::Fit::kCrop : media::Fit::kStretch;
    batch.push_back(PixelsOf(media::FitPicture(picture, input.width, input.height, fit)));
    truth.push_back(entry.label);
    if (batch.size() < kPicturesAtOnce && truth.size() < folder.entries.size()) continue;
    CLIENTELE_ASSIGN_OR_RETURN(const std::vector<int> classes,
                               Classify(*runner, batch, manifest.labels_size()));
    predicted.insert(predicted.end(), classes.begin(), classes.end());
    batch.clear();
  }
  nlohmann::ordered_json line;
  CLIENTELE_ASSIGN_OR_RETURN(line["accuracy"], evaluation::Accuracy(predicted, truth));
  CLIENTELE_ASSIGN_OR_RETURN(line["class_mean"], evaluation::MeanClassAccuracy(predicted, truth));
  out << line.dump() << "\n";
  return absl::OkStatus();
}

}  // namespace clientele::models
