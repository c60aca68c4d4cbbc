#include "services/profile-service/model/model_fuser.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>

#include <ATen/Functions.h>

#include "absl/strings/str_cat.h"

#include "common/inference/model_runner.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::profile {
namespace {

constexpr std::int64_t kParts = 3;
constexpr absl::Duration kRetryDelay = absl::Seconds(5);

// Rows of numbers, zeros where none are put.
class Rows {
 public:
  Rows(std::int64_t rows, std::int64_t width)
      : tensor_(at::zeros({rows, width}, at::kFloat)), width_(width) {}
  float* At(std::size_t row) {
    return tensor_.data_ptr<float>() + static_cast<std::int64_t>(row) * width_;
  }
  const at::Tensor& tensor() const { return tensor_; }

 private:
  at::Tensor tensor_;
  const std::int64_t width_;
};

absl::Status CheckOutput(const at::Tensor& output, std::int64_t rows) {
  if (output.dim() == 2 && output.size(0) == rows) return absl::OkStatus();
  return absl::InternalError("the profile fuser gave another number of rows");
}

}  // namespace

absl::StatusOr<std::shared_ptr<const FuserModel>> FuserModel::Open(
    std::shared_ptr<const inference::LoadedModel> model) {
  // Four inputs of [rows, width], by the task's contract.
  const model::v1::Bundle& manifest = model->manifest();
  const auto width = [&](int input) { return manifest.inputs(input).shape(1); };
  CLIENTELE_ASSIGN_OR_RETURN(FuserFeatures features, FuserFeaturesOf(manifest));
  CLIENTELE_ASSIGN_OR_RETURN(std::vector<std::string> scores, FuserScoresOf(manifest));
  if (width(1) < 1) return InvalidField("inputs[1].shape", "the length of a text vector is fixed");
  if (width(2) < 1)
    return InvalidField("inputs[2].shape", "the length of an image vector is fixed");
  if (width(3) != kParts) {
    return InvalidField("inputs[3].shape", absl::StrCat("must be [-1, ", kParts, "]"));
  }
  const std::int64_t text_width = width(1);
  const std::int64_t image_width = width(2);
  return std::shared_ptr<const FuserModel>(new FuserModel(
      std::move(model), std::move(features), std::move(scores), text_width, image_width));
}

absl::StatusOr<std::vector<FusedVector>> FuserModel::FuseAll(
    absl::Span<const KnownParts> customers) const {
  std::vector<FusedVector> fused;
  fused.reserve(customers.size());
  const auto limit = static_cast<std::size_t>(model_->manifest().limits().max_batch_rows());
  const std::size_t at_once = limit == 0 ? customers.size() : limit;
  for (std::size_t begin = 0; begin < customers.size(); begin += at_once) {
    CLIENTELE_RETURN_IF_ERROR(FuseBatch(customers.subspan(begin, at_once), fused));
  }
  return fused;
}

absl::Status FuserModel::FuseBatch(absl::Span<const KnownParts> customers,
                                   std::vector<FusedVector>& fused) const {
  const auto count = static_cast<std::int64_t>(customers.size());
  Rows behavior(count, static_cast<std::int64_t>(features_.order.size()));
  Rows text(count, text_width_);
  Rows image(count, image_width_);
  Rows present(count, kParts);
  const std::size_t first = fused.size();
  for (std::size_t row = 0; row < customers.size(); ++row) {
    const KnownParts& parts = customers[row];
    const bool has_image = static_cast<std::int64_t>(parts.image.size()) == image_width_;
    if (parts.behavior != nullptr) {
      float* cell = behavior.At(row);
      for (const BehaviorFeature feature : features_.order) *cell++ = (*parts.behavior)[feature];
    }
    std::copy(parts.text.begin(), parts.text.end(), text.At(row));
    if (has_image) std::copy(parts.image.begin(), parts.image.end(), image.At(row));
    present.At(row)[0] = parts.behavior == nullptr ? 0.0F : 1.0F;
    present.At(row)[1] = parts.text.empty() ? 0.0F : 1.0F;
    present.At(row)[2] = has_image ? 1.0F : 0.0F;
    fused.push_back({.model_id = model_->id(), .vector = {}, .has_image = has_image});
  }
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<at::Tensor> outputs,
                             model_->runner().Run("forward", {behavior.tensor(), text.tensor(),
                                                              image.tensor(), present.tensor()}));
  CLIENTELE_RETURN_IF_ERROR(CheckOutput(outputs[0], count));
  const at::Tensor vectors = outputs[0].contiguous();
  const std::int64_t width = vectors.size(1);
  for (std::size_t row = 0; row < customers.size(); ++row) {
    const float* const begin = vectors.data_ptr<float>() + static_cast<std::int64_t>(row) * width;
    fused[first + row].vector.assign(begin, begin + width);
  }
  if (scores_.empty()) return absl::OkStatus();
  CLIENTELE_RETURN_IF_ERROR(CheckOutput(outputs[1], count));
  const at::Tensor scores = outputs[1].contiguous();
  for (std::size_t row = 0; row < customers.size(); ++row) {
    // A score is of behavior.
    if (customers[row].behavior == nullptr) continue;
    const float* const values =
        scores.data_ptr<float>() + static_cast<std::int64_t>(row * scores_.size());
    for (std::size_t s = 0; s < scores_.size(); ++s) {
      fused[first + row].scores.push_back({.id = scores_[s], .value = values[s]});
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<FusedVector>> ModelFuser::FuseAll(
    const RequestContext& context, absl::Span<const KnownParts> customers) {
  const std::shared_ptr<const FuserModel> model = handle_->Current();
  if (model == nullptr) return inference::ModelUnavailable(handle_->name());
  for (const KnownParts& parts : customers) {
    if (parts.text.empty() || static_cast<std::int64_t>(parts.text.size()) == model->text_width()) {
      continue;
    }
    return UnavailableError(
        reason::kModelUnavailable,
        "the profile fuser takes texts of another encoder; install a bundle for this text encoder",
        kRetryDelay);
  }
  return model->FuseAll(customers);
}

BehaviorVector ModelFuser::TypicalBehavior() const {
  const std::shared_ptr<const FuserModel> model = handle_->Current();
  return model == nullptr ? BehaviorVector() : model->typical();
}

}  // namespace clientele::profile
