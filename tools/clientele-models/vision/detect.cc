#include "tools/clientele-models/vision/detect.h"

#include <memory>

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"

#include "common/inference/bundle/model_bundle.h"
#include "common/inference/torchscript/torchscript_runner.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "tools/clientele-models/vision/picture_tensor.h"

namespace clientele::models {
namespace {

absl::StatusOr<nlohmann::ordered_json> DetectionsOf(const std::vector<at::Tensor>& outputs,
                                                    const model::v1::Bundle& manifest) {
  const at::Tensor order = at::argsort(outputs[1], /*dim=*/0, /*descending=*/true);
  const at::Tensor boxes = outputs[0].index_select(0, order).to(at::kFloat).contiguous();
  const at::Tensor scores = outputs[1].index_select(0, order).to(at::kFloat).contiguous();
  const at::Tensor labels = outputs[2].index_select(0, order).to(at::kLong).contiguous();
  auto detections = nlohmann::ordered_json::array();
  for (std::int64_t i = 0; i < scores.size(0); ++i) {
    const std::int64_t label = labels.data_ptr<std::int64_t>()[i];
    if (label < 0 || label >= manifest.labels_size()) {
      return absl::InternalError("the model gave a label that its bundle does not name");
    }
    nlohmann::ordered_json detection;
    detection["label"] = manifest.labels(static_cast<int>(label));
    detection["score"] = scores.data_ptr<float>()[i];
    const float* box = boxes.data_ptr<float>() + 4 * i;
    detection["box"] = {box[0], box[1], box[2], box[3]};
    detections.push_back(std::move(detection));
  }
  return detections;
}

}  // namespace

absl::Status Detect(const DetectOptions& options, std::ostream& out) {
  CLIENTELE_ASSIGN_OR_RETURN(const inference::ModelBundle bundle,
                             inference::ModelBundle::OpenUnsigned(options.bundle));
  if (bundle.manifest().task() != model::v1::TASK_OBJECT_DETECTOR) {
    return InvalidField("bundle", "must be of task OBJECT_DETECTOR");
  }
  CLIENTELE_ASSIGN_OR_RETURN(const auto runner, inference::TorchScriptRunner::Load(bundle, {}));
  for (const std::string& file : options.pictures) {
    CLIENTELE_ASSIGN_OR_RETURN(const media::Picture picture, OpenPicture(file));
    CLIENTELE_ASSIGN_OR_RETURN(const std::vector<at::Tensor> outputs,
                               runner->Run("forward", {PixelsOf(picture)}));
    if (outputs.size() < 3 || outputs[0].dim() != 2 || outputs[0].size(1) != 4 ||
        outputs[1].dim() != 1 || outputs[1].size(0) != outputs[0].size(0) ||
        outputs[2].sizes() != outputs[1].sizes()) {
      return absl::InternalError("the model gave tensors that its task does not have");
    }
    nlohmann::ordered_json line;
    line["file"] = file;
    CLIENTELE_ASSIGN_OR_RETURN(line["detections"], DetectionsOf(outputs, bundle.manifest()));
    out << line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
  }
  return absl::OkStatus();
}

}  // namespace clientele::models
