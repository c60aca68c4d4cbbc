#include "services/profile-service/training/vision/picture_encoder.h"

#include <cmath>
#include <exception>
#include <optional>
#include <sstream>
#include <utility>

#include <ATen/ATen.h>
#include <torch/csrc/jit/serialization/import.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/inference/bundle/model_bundle.h"
#include "common/modeling/architectures/csp_encoder.h"
#include "common/modeling/architectures/yolox.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "common/training/seeds.h"

namespace clientele::profile {
namespace {

// 1 / E[silu(z)^2] for a standard normal z.
constexpr double kSiluGain = 2.81;

class FreshConvolutions final : public modeling::Weights {
 public:
  explicit FreshConvolutions(std::uint64_t seed) : generator_(training::TorchGenerator(seed)) {}

  bool Has(absl::string_view, bool in_new) const override { return in_new; }
  void Ignore(absl::string_view) override {}
  absl::Status Finish() override { return status(); }

 private:
  absl::Status Fill(const std::string&, const std::vector<std::int64_t>& shape, modeling::Init,
                    at::Tensor& out) override {
    out = at::zeros(shape);
    if (shape.size() != 4) return absl::OkStatus();
    const auto inputs = static_cast<double>(shape[1] * shape[2] * shape[3]);
    out.normal_(0, std::sqrt(kSiluGain / inputs), generator_);
    return absl::OkStatus();
  }

  at::Generator generator_;
};

// "conv.3.weight" is the detector's buffer conv3_weight; classes are new.
class DetectorConvolutions final : public modeling::Weights {
 public:
  explicit DetectorConvolutions(const torch::jit::Module& detector) : detector_(detector) {}

  bool Has(absl::string_view name, bool) const override { return BufferOf(name).has_value(); }
  void Ignore(absl::string_view) override {}
  absl::Status Finish() override { return status(); }

 private:
  std::optional<at::Tensor> BufferOf(absl::string_view name) const {
    std::string attribute(name);
    attribute.erase(4, 1);  // the point behind "conv"
    attribute[attribute.find('.')] = '_';
    if (!detector_.hasattr(attribute)) return std::nullopt;
    return detector_.attr(attribute).toTensor();
  }

  absl::Status Fill(const std::string& name, const std::vector<std::int64_t>& shape, modeling::Init,
                    at::Tensor& out) override {
    if (!absl::StartsWith(name, "conv.")) {
      out = at::zeros(shape);
      return absl::OkStatus();
    }
    const std::optional<at::Tensor> found = BufferOf(name);
    if (!found.has_value() || found->sizes() != at::IntArrayRef(shape)) {
      return InvalidField("--pretrained",
                          absl::StrCat("has no ", name, " of the shape of YOLOX's"));
    }
    out = found->detach().to(at::kFloat).contiguous().clone();
    return absl::OkStatus();
  }

  const torch::jit::Module& detector_;
};

absl::StatusOr<modeling::CspShape> ShapeOf(const torch::jit::Module& detector) {
  const auto buffer = [&](std::int64_t place) -> std::optional<at::Tensor> {
    const std::string name = absl::StrCat("conv", place, "_weight");
    if (!detector.hasattr(name)) return std::nullopt;
    return detector.attr(name).toTensor();
  };
  std::int64_t count = 0;
  while (buffer(count).has_value()) ++count;
  if (count < 2) return InvalidField("--pretrained", "has no convolutions of a YOLOX");
  modeling::CspShape shape;
  shape.stem = buffer(0)->size(0);
  // The second convolution is the first spatial one.
  shape.depthwise = buffer(1)->size(1) == 1;
  shape.repeats = 1;
  while (modeling::ConvolutionsOf(shape.repeats, shape.depthwise).count < count) ++shape.repeats;
  return shape;
}

}  // namespace

absl::StatusOr<modeling::BuiltModel> NewPictureEncoder(const modeling::CspShape& shape,
                                                       const std::vector<std::string>& labels,
                                                       std::uint64_t seed) {
  FreshConvolutions weights(seed);
  return modeling::MakeCspEncoder(shape, labels, weights);
}

absl::StatusOr<modeling::BuiltModel> PretrainedPictureEncoder(
    const std::filesystem::path& folder, const std::vector<std::string>& labels) try {
  CLIENTELE_ASSIGN_OR_RETURN(const inference::ModelBundle bundle,
                             inference::ModelBundle::OpenUnsigned(folder));
  if (bundle.manifest().task() != model::v1::TASK_OBJECT_DETECTOR ||
      bundle.manifest().architecture() != "yolox") {
    return InvalidField("--pretrained", "must be an OBJECT_DETECTOR bundle of architecture yolox");
  }
  CLIENTELE_ASSIGN_OR_RETURN(std::string bytes, bundle.ReadFile(inference::kModelFile));
  std::istringstream stream(std::move(bytes));
  const torch::jit::Module detector = torch::jit::load(stream);
  CLIENTELE_ASSIGN_OR_RETURN(const modeling::CspShape shape, ShapeOf(detector));
  DetectorConvolutions weights(detector);
  return modeling::MakeCspEncoder(shape, labels, weights);
} catch (const std::exception&) {
  return InvalidField("--pretrained", "has a model file that can't be read");
}

}  // namespace clientele::profile
