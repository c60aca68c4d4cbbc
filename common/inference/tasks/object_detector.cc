#include "common/inference/tasks/object_detector.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include <ATen/ATen.h>

#include "absl/strings/str_cat.h"

#include "common/inference/model_runner.h"
#include "common/inference/tasks/float_rows.h"
#include "common/inference/tasks/image_tensors.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::inference {
namespace {

constexpr std::int64_t kDetectorChannels = 3;

absl::Status OddOutputs() {
  return absl::InternalError("the object detector gave tensors that its task does not have");
}

// What was found in pictures of one size, into the places of `found`.
absl::Status AddObjects(const std::vector<at::Tensor>& outputs, const model::v1::Bundle& manifest,
                        const ImageRow& size, const std::vector<std::size_t>& places,
                        std::vector<DetectedObjects>& found) {
  if (outputs.size() < 4 || outputs[0].dim() != 2 || outputs[0].size(1) != 4) return OddOutputs();
  const std::int64_t count = outputs[0].size(0);
  for (const int output : {1, 2, 3}) {
    if (outputs[output].dim() != 1 || outputs[output].size(0) != count) return OddOutputs();
  }
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<std::vector<float>> boxes,
                             FloatRows(outputs[0], count));
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<float> scores, FloatColumn(outputs[1], count));
  const at::Tensor labels = outputs[2].to(at::kLong).contiguous();
  const at::Tensor pictures = outputs[3].to(at::kLong).contiguous();
  const auto across = [&](float x) { return std::clamp(x, 0.0F, static_cast<float>(size.width)); };
  const auto down = [&](float y) { return std::clamp(y, 0.0F, static_cast<float>(size.height)); };
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const std::int64_t label = labels.data_ptr<std::int64_t>()[i];
    const std::int64_t picture = pictures.data_ptr<std::int64_t>()[i];
    if (label < 0 || label >= manifest.labels_size() || picture < 0 ||
        picture >= static_cast<std::int64_t>(places.size())) {
      return OddOutputs();
    }
    const std::vector<float>& box = boxes[i];
    found[places[static_cast<std::size_t>(picture)]].push_back(
        {.label = manifest.labels(static_cast<int>(label)),
         .score = std::clamp(scores[i], 0.0F, 1.0F),
         .left = across(box[0]),
         .top = down(box[1]),
         .right = across(box[2]),
         .bottom = down(box[3])});
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::shared_ptr<const ObjectDetectorModel>> ObjectDetectorModel::Open(
    std::shared_ptr<const LoadedModel> model) {
  if (const std::int64_t channels = model->manifest().inputs(0).shape(1);
      channels != kDetectorChannels) {
    return absl::FailedPreconditionError(
        absl::StrCat("the model takes ", channels, " channels, pictures have ", kDetectorChannels));
  }
  return std::shared_ptr<const ObjectDetectorModel>(new ObjectDetectorModel(std::move(model)));
}

absl::StatusOr<std::vector<DetectedObjects>> ObjectDetectorModel::Compute(
    absl::Span<const ImageRow* const> images) const {
  std::vector<DetectedObjects> found(images.size());
  for (const std::vector<std::size_t>& places : GroupBySize(images)) {
    CLIENTELE_ASSIGN_OR_RETURN(const std::vector<at::Tensor> outputs,
                               loaded().runner().Run("forward", {StackImages(images, places)}));
    CLIENTELE_RETURN_IF_ERROR(
        AddObjects(outputs, loaded().manifest(), *images[places[0]], places, found));
  }
  for (DetectedObjects& objects : found) {
    std::stable_sort(objects.begin(), objects.end(),
                     [](const auto& a, const auto& b) { return a.score > b.score; });
    if (objects.size() > kMostObjects) objects.resize(kMostObjects);
  }
  return found;
}

ObjectDetector::ObjectDetector(const ObjectDetectorOptions& options)
    : handle_(options.handle), clock_(options.clock), batcher_(options.batcher()) {}

absl::StatusOr<std::unique_ptr<ObjectDetector>> ObjectDetector::Create(
    const ObjectDetectorOptions& options) {
  CLIENTELE_RETURN_IF_ERROR(options.Check());
  return std::unique_ptr<ObjectDetector>(new ObjectDetector(options));
}

std::string ObjectDetector::model_id() const {
  const std::shared_ptr<const ObjectDetectorModel> model = handle_->Current();
  return model == nullptr ? std::string() : model->id();
}

absl::StatusOr<DetectedImages> ObjectDetector::Detect(const RequestContext& context,
                                                      absl::Span<const ImageRow> images) const {
  CLIENTELE_RETURN_IF_ERROR(context.Check(clock_->Now()));
  const std::shared_ptr<const ObjectDetectorModel> model = handle_->Current();
  if (model == nullptr) return ModelUnavailable(handle_->name());
  DetectedImages detected = {.model_id = model->id()};
  CLIENTELE_ASSIGN_OR_RETURN(
      detected.images, batcher_.Run(context, model, images.size(),
                                    [&](std::size_t i) -> absl::StatusOr<std::optional<ImageRow>> {
                                      CLIENTELE_RETURN_IF_ERROR(
                                          CheckImage(images[i], model->height(), model->width()));
                                      return images[i];
                                    }));
  return detected;
}

}  // namespace clientele::inference
