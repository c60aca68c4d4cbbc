#include "services/profile-service/model/model_fuser.h"

#include <algorithm>
#include <vector>

#include <ATen/Functions.h>

#include "absl/strings/str_cat.h"

#include "common/inference/model_runner.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::profile {
namespace {

constexpr std::int64_t kBehaviorWidth = static_cast<std::int64_t>(kBehaviorFeatures);
constexpr std::int64_t kParts = 3;
constexpr absl::Duration kRetryDelay = absl::Seconds(5);

// One row of `width`, zeros where nothing is given.
at::Tensor Row(absl::Span<const float> values, std::int64_t width) {
  at::Tensor row = at::zeros({1, width}, at::kFloat);
  std::copy(values.begin(), values.end(), row.data_ptr<float>());
  return row;
}

}  // namespace

absl::StatusOr<std::shared_ptr<const FuserModel>> FuserModel::Open(
    std::shared_ptr<const inference::LoadedModel> model) {
  // Four inputs of [rows, width], by the task's contract.
  const model::v1::Bundle& manifest = model->manifest();
  const auto width = [&](int input) { return manifest.inputs(input).shape(1); };
  if (width(0) != kBehaviorWidth) {
    return InvalidField("inputs[0].shape",
                        absl::StrCat("must be [-1, ", kBehaviorWidth,
                                     "]: this version computes that many features of behavior"));
  }
  if (width(1) < 1) return InvalidField("inputs[1].shape", "the length of a text vector is fixed");
  if (width(2) < 1)
    return InvalidField("inputs[2].shape", "the length of an image vector is fixed");
  if (width(3) != kParts) {
    return InvalidField("inputs[3].shape", absl::StrCat("must be [-1, ", kParts, "]"));
  }
  const std::int64_t text_width = width(1);
  const std::int64_t image_width = width(2);
  return std::shared_ptr<const FuserModel>(
      new FuserModel(std::move(model), text_width, image_width));
}

absl::StatusOr<FusedVector> FuserModel::Fuse(const KnownParts& parts) const {
  absl::Span<const float> behavior;
  if (parts.behavior != nullptr) behavior = *parts.behavior;
  const bool has_image =
      !parts.image.empty() && static_cast<std::int64_t>(parts.image.size()) == image_width_;
  const absl::Span<const float> image = has_image ? parts.image : absl::Span<const float>();
  const float present[] = {behavior.empty() ? 0.0f : 1.0f, parts.text.empty() ? 0.0f : 1.0f,
                           has_image ? 1.0f : 0.0f};
  CLIENTELE_ASSIGN_OR_RETURN(
      const std::vector<at::Tensor> outputs,
      model_->runner().Run("forward", {Row(behavior, kBehaviorWidth), Row(parts.text, text_width_),
                                       Row(image, image_width_), Row(present, kParts)}));
  const at::Tensor row = outputs[0].contiguous();
  if (row.size(0) != 1) return absl::InternalError("the profile fuser gave another number of rows");
  const float* const values = row.data_ptr<float>();
  return FusedVector{model_->id(), std::vector<float>(values, values + row.numel()), has_image};
}

absl::StatusOr<FusedVector> ModelFuser::Fuse(const RequestContext& context,
                                             const KnownParts& parts) {
  const std::shared_ptr<const FuserModel> model = handle_->Current();
  if (model == nullptr) return inference::ModelUnavailable(handle_->name());
  if (!parts.text.empty() && static_cast<std::int64_t>(parts.text.size()) != model->text_width()) {
    return UnavailableError(
        reason::kModelUnavailable,
        "the profile fuser takes texts of another encoder; install a bundle for this text encoder",
        kRetryDelay);
  }
  return model->Fuse(parts);
}

}  // namespace clientele::profile
