#include "common/inference/tasks/image_encoder.h"

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

constexpr std::int64_t kChannels = 3;

}  // namespace

absl::StatusOr<std::shared_ptr<const ImageEncoderModel>> ImageEncoderModel::Open(
    std::shared_ptr<const LoadedModel> model) {
  const model::v1::Bundle& manifest = model->manifest();
  if (manifest.outputs(0).shape(1) < 1) {
    return absl::FailedPreconditionError("the length of an image vector must be fixed");
  }
  if (const std::int64_t channels = manifest.inputs(0).shape(1); channels != kChannels) {
    return absl::FailedPreconditionError(
        absl::StrCat("the model takes ", channels, " channels, pictures have ", kChannels));
  }
  if (manifest.outputs_size() > 1 && manifest.labels_size() > 0)
    CLIENTELE_RETURN_IF_ERROR(RequireLabels(manifest, 1));
  return std::shared_ptr<const ImageEncoderModel>(new ImageEncoderModel(std::move(model)));
}

int ImageEncoderModel::dimension() const {
  return static_cast<int>(loaded().manifest().outputs(0).shape(1));
}

absl::Status ImageEncoderModel::Check(const ImageRow& image) const {
  return CheckImage(image, height(), width());
}

absl::StatusOr<std::vector<EncodedImage>> ImageEncoderModel::Compute(
    absl::Span<const ImageRow* const> images) const {
  std::vector<EncodedImage> encoded(images.size());
  for (const std::vector<std::size_t>& places : GroupBySize(images)) {
    CLIENTELE_ASSIGN_OR_RETURN(const std::vector<at::Tensor> outputs,
                               loaded().runner().Run("forward", {StackImages(images, places)}));
    const auto count = static_cast<std::int64_t>(places.size());
    CLIENTELE_ASSIGN_OR_RETURN(std::vector<std::vector<float>> vectors,
                               FloatRows(outputs[0], count));
    for (std::size_t i = 0; i < places.size(); ++i) {
      encoded[places[i]].vector = std::move(vectors[i]);
    }
    if (outputs.size() < 2 || loaded().manifest().labels_size() == 0) continue;
    CLIENTELE_ASSIGN_OR_RETURN(const std::vector<std::vector<float>> scores,
                               FloatRows(outputs[1], count));
    for (std::size_t i = 0; i < places.size(); ++i) {
      encoded[places[i]].labels = RankLabels(loaded().manifest(), scores[i]);
    }
  }
  return encoded;
}

ImageEncoder::ImageEncoder(const ImageEncoderOptions& options)
    : handle_(options.handle), clock_(options.clock), batcher_(options.batcher()) {}

absl::StatusOr<std::unique_ptr<ImageEncoder>> ImageEncoder::Create(
    const ImageEncoderOptions& options) {
  CLIENTELE_RETURN_IF_ERROR(options.Check());
  return std::unique_ptr<ImageEncoder>(new ImageEncoder(options));
}

std::string ImageEncoder::model_id() const {
  const std::shared_ptr<const ImageEncoderModel> model = handle_->Current();
  return model == nullptr ? std::string() : model->id();
}

absl::StatusOr<EncodedImages> ImageEncoder::Encode(const RequestContext& context,
                                                   absl::Span<const ImageRow> images) const {
  CLIENTELE_RETURN_IF_ERROR(context.Check(clock_->Now()));
  const std::shared_ptr<const ImageEncoderModel> model = handle_->Current();
  if (model == nullptr) return ModelUnavailable(handle_->name());
  EncodedImages encoded = {.model_id = model->id()};
  CLIENTELE_ASSIGN_OR_RETURN(
      encoded.images, batcher_.Run(context, model, images.size(),
                                   [&](std::size_t i) -> absl::StatusOr<std::optional<ImageRow>> {
                                     CLIENTELE_RETURN_IF_ERROR(model->Check(images[i]));
                                     return images[i];
                                   }));
  return encoded;
}

}  // namespace clientele::inference
