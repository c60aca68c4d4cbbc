#include "services/profile-service/model/model_fuser.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>

#include <ATen/Functions.h>

#include "common/inference/model_runner.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::profile {
namespace {

constexpr int kInputs = 4;
constexpr absl::Duration kRetryDelay = absl::Seconds(5);

// One row of `width`, zeros where nothing is given.
at::Tensor Row(absl::Span<const float> values, int64_t width) {
  at::Tensor row = at::zeros({1, width}, at::kFloat);
  std::copy(values.begin(), values.end(), row.data_ptr<float>());
  return row;
}

absl::Status WrongShape() {
  return UnavailableError(
      reason::kModelUnavailable,
      "the profile fuser does not take what this service has; install a bundle for "
      "this version's features and text encoder",
      kRetryDelay);
}

// Width of an input, from a spec of [rows, width].
int64_t WidthOf(const model::v1::Bundle& manifest, int input) {
  const auto& shape = manifest.inputs(input).shape();
  return shape.size() == 2 ? shape.Get(1) : -1;
}

}  // namespace

absl::StatusOr<FusedVector> ModelFuser::Fuse(const RequestContext& context,
                                             const KnownParts& parts) {
  const std::shared_ptr<const inference::LoadedModel> model = handle_->Current();
  if (model == nullptr) return inference::ModelUnavailable(handle_->name());
  const model::v1::Bundle& manifest = model->manifest();
  if (manifest.inputs_size() != kInputs) return WrongShape();
  const int64_t text_width = WidthOf(manifest, 1);
  const int64_t image_width = WidthOf(manifest, 2);
  if (WidthOf(manifest, 0) != static_cast<int64_t>(kBehaviorFeatures) || text_width < 1 ||
      image_width < 1 || WidthOf(manifest, 3) != 3 ||
      (!parts.text.empty() && static_cast<int64_t>(parts.text.size()) != text_width)) {
    return WrongShape();
  }
  absl::Span<const float> behavior;
  if (parts.behavior != nullptr) behavior = *parts.behavior;
  const float present[] = {behavior.empty() ? 0.0f : 1.0f, parts.text.empty() ? 0.0f : 1.0f, 0.0f};
  CLIENTELE_ASSIGN_OR_RETURN(
      const std::vector<at::Tensor> outputs,
      model->runner().Run("forward", {Row(behavior, kBehaviorFeatures), Row(parts.text, text_width),
                                      Row({}, image_width), Row(present, 3)}));
  if (outputs.size() != 1 || outputs[0].dim() != 2 || outputs[0].size(0) != 1) return WrongShape();
  const at::Tensor row = outputs[0].contiguous();
  const float* const values = row.data_ptr<float>();
  return FusedVector{model->id(), std::vector<float>(values, values + row.numel())};
}

}  // namespace clientele::profile
