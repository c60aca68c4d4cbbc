#include "common/modeling/architectures/csp_encoder.h"

#include <cstdint>
#include <utility>

#include <ATen/ATen.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"

#include "common/inference/bundle/manifest.h"
#include "common/modeling/architectures/module_source.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::modeling {
namespace {

using inference::AddSpec;
using model::v1::DATA_TYPE_FLOAT32;

constexpr std::int64_t kMaxEncoderStem = 256;
constexpr std::int64_t kMaxEncoderRepeats = 16;
// Of each side, left out in the view of the middle.
constexpr double kMargin = 0.075;

// $0: the layers; $1, $2, $3: features at strides 8, 16, 32. The published detectors see blue,
// green and red in 0..255.
constexpr char kEncoderSource[] = R"py(
def features(self, pixels: Tensor) -> Tensor:
    x = torch.flip(pixels, [1]) * 255.0
$0    means = [torch.mean($1, [2, 3]), torch.mean($2, [2, 3]), torch.mean($3, [2, 3])]
    largest = [torch.amax($1, [2, 3]), torch.amax($2, [2, 3]), torch.amax($3, [2, 3])]
    return (torch.cat(means + largest, 1) - self.feature_center) * self.feature_scale

def forward(self, pixels: Tensor) -> Tuple[Tensor, Tensor]:
    height = pixels.size(2)
    width = pixels.size(3)
    top = int(height * self.margin)
    left = int(width * self.margin)
    middle = torch.upsample_bilinear2d(pixels[:, :, top:height - top, left:width - left], [height, width], False)
    x = self.features(pixels) + self.features(torch.flip(pixels, [3]))
    x = (x + self.features(middle) + self.features(torch.flip(middle, [3]))) * 0.25
    return x, torch.linear(x, self.class_weight, self.class_bias)
)py";

}  // namespace

absl::StatusOr<BuiltModel> MakeCspEncoder(const CspShape& shape,
                                          const std::vector<std::string>& labels,
                                          Weights& weights) {
  if (shape.stem < 2 || shape.stem > kMaxEncoderStem || shape.repeats < 1 ||
      shape.repeats > kMaxEncoderRepeats) {
    return InvalidField("csp-encoder", "has an impossible width or depth");
  }
  if (labels.empty()) return InvalidField("labels", "must name at least one class");
  CspLayers layers(shape, weights, "CspEncoder");
  const std::vector<LayerValue> features = layers.Backbone();
  const std::int64_t width =
      2 * (features[0].channels + features[1].channels + features[2].channels);
  const auto classes = static_cast<std::int64_t>(labels.size());
  TakeLinear(weights, layers.module(), "class", "class", classes, width, /*bias=*/true);
  CLIENTELE_RETURN_IF_ERROR(weights.Finish());
  layers.module().register_buffer("feature_center", at::zeros({width}));
  layers.module().register_buffer("feature_scale", at::ones({width}));
  SetFloat(layers.module(), "margin", kMargin);
  layers.module().define(absl::Substitute(kEncoderSource, layers.source(), features[0].name,
                                          features[1].name, features[2].name));
  BuiltModel built{.module = std::move(layers.module()), .manifest = {}};
  model::v1::Bundle& manifest = built.manifest;
  manifest.set_task(model::v1::TASK_IMAGE_ENCODER);
  manifest.set_architecture("csp-encoder");
  for (const std::string& label : labels) manifest.add_labels(label);
  AddSpec(*manifest.mutable_inputs(), "pixels", DATA_TYPE_FLOAT32, {-1, 3, -1, -1});
  AddSpec(*manifest.mutable_outputs(), "features", DATA_TYPE_FLOAT32, {-1, width});
  AddSpec(*manifest.mutable_outputs(), "scores", DATA_TYPE_FLOAT32, {-1, classes});
  return built;
}

}  // namespace clientele::modeling
