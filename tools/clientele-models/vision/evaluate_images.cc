#include "tools/clientele-models/vision/evaluate_images.h"

#include <cstdint>
#include <string>
#include <vector>

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include "common/evaluation/classification.h"
#include "common/inference/bundle/model_bundle.h"
#include "common/inference/tasks/picture_input.h"
#include "common/inference/torchscript/torchscript_runner.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "tools/clientele-models/vision/picture_batches.h"
#include "tools/clientele-models/vision/picture_folder.h"

namespace clientele::models {
namespace {

// The best class of each row.
absl::StatusOr<std::vector<int>> BestClasses(const std::vector<at::Tensor>& outputs,
                                             std::int64_t rows, int classes) {
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
  for (const PictureFolder::Entry& entry : folder.entries) truth.push_back(entry.label);
  CLIENTELE_RETURN_IF_ERROR(
      RunPictures(*runner, input, folder.entries,
                  [&](const std::vector<at::Tensor>& outputs, std::int64_t rows) -> absl::Status {
                    CLIENTELE_ASSIGN_OR_RETURN(const std::vector<int> classes,
                                               BestClasses(outputs, rows, manifest.labels_size()));
                    predicted.insert(predicted.end(), classes.begin(), classes.end());
                    return absl::OkStatus();
                  }));
  nlohmann::ordered_json line;
  CLIENTELE_ASSIGN_OR_RETURN(line["accuracy"], evaluation::Accuracy(predicted, truth));
  CLIENTELE_ASSIGN_OR_RETURN(line["class_mean"], evaluation::MeanClassAccuracy(predicted, truth));
  out << line.dump() << "\n";
  return absl::OkStatus();
}

}  // namespace clientele::models
