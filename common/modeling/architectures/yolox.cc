#include "common/modeling/architectures/yolox.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <ATen/ATen.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"

#include "common/inference/bundle/manifest.h"
#include "common/modeling/architectures/csp_layers.h"
#include "common/modeling/architectures/module_source.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::modeling {
namespace {

using inference::AddSpec;
using model::v1::DATA_TYPE_FLOAT32;
using model::v1::DATA_TYPE_INT64;

constexpr std::int64_t kStrides[] = {8, 16, 32};
constexpr std::int64_t kLargestStride = 32;
constexpr std::int64_t kMaxSide = 4096;
constexpr std::int64_t kMaxStem = 1024;
constexpr std::int64_t kMaxRepeats = 64;

// Below this score nothing is reported; of two boxes of a class that overlap by more than this, the
// lower is dropped. The defaults of the published demonstration.
constexpr double kScoreThreshold = 0.3;
constexpr double kOverlapThreshold = 0.45;

// $0: the layers.
constexpr char kRaw[] = R"py(
def raw(self, x: Tensor) -> Tensor:
$0

def reference(self, images: Tensor) -> Tensor:
    return self.raw(images)
)py";

// Letterboxing as published: the picture is scaled to fit and stands in the top left corner.
constexpr char kDetect[] = R"py(
def letterbox(self, pixels: Tensor, height: int, width: int) -> Tensor:
    x = torch.floor(pixels * 255.0 + 0.5)
    x = torch.upsample_bilinear2d(x, [height, width], False)
    x = torch.flip(torch.floor(x + 0.5), [1])
    return torch.constant_pad_nd(x, [0, self.side - width, 0, self.side - height], 114.0)

def suppress(self, boxes: Tensor, scores: Tensor, labels: Tensor) -> Tensor:
    left = torch.sort(scores, stable=True, dim=0, descending=True)[1]
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    kept: List[Tensor] = []
    while left.size(0) > 0:
        best = left[0]
        kept.append(left[0:1])
        left = left[1:]
        a = boxes[best]
        b = boxes[left]
        width = torch.clamp(torch.minimum(a[2], b[:, 2]) - torch.maximum(a[0], b[:, 0]), min=0.0)
        height = torch.clamp(torch.minimum(a[3], b[:, 3]) - torch.maximum(a[1], b[:, 1]), min=0.0)
        shared = width * height
        joined = areas[best] + areas[left] - shared
        same = labels[left] == labels[best]
        left = left[torch.logical_not(torch.logical_and(shared > self.overlap_threshold * joined, same))]
    if len(kept) == 0:
        return left
    return torch.cat(kept)

def forward(self, pixels: Tensor) -> Tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    ratio = min(self.side / pixels.size(2), self.side / pixels.size(3))
    height = max(int(pixels.size(2) * ratio), 1)
    width = max(int(pixels.size(3) * ratio), 1)
    raw = self.raw(self.letterbox(pixels, height, width))
    centers = (raw[:, :, 0:2] + self.cells) * self.strides
    halves = torch.exp(raw[:, :, 2:4]) * self.strides * 0.5
    boxes = torch.cat([centers - halves, centers + halves], 2) / ratio
    chances = raw[:, :, 4:5] * raw[:, :, 5:]
    scores, labels = torch.max(chances, 2)
    all_boxes: List[Tensor] = []
    all_scores: List[Tensor] = []
    all_labels: List[Tensor] = []
    pictures: List[Tensor] = []
    for picture in range(pixels.size(0)):
        likely = torch.nonzero(scores[picture] >= self.score_threshold).squeeze(1)
        found_boxes = boxes[picture][likely]
        found_scores = scores[picture][likely]
        found_labels = labels[picture][likely]
        kept = self.suppress(found_boxes, found_scores, found_labels)
        all_boxes.append(found_boxes[kept])
        all_scores.append(found_scores[kept])
        all_labels.append(found_labels[kept])
        pictures.append(torch.full_like(kept, picture))
    return torch.cat(all_boxes), torch.cat(all_scores), torch.cat(all_labels), torch.cat(pictures), torch.amax(chances, [1])
)py";

class YoloxBuilder : private CspLayers {
 public:
  YoloxBuilder(const YoloxShape& shape, Weights& weights)
      : CspLayers({.stem = shape.stem, .repeats = shape.repeats, .depthwise = shape.depthwise},
                  weights, "Yolox"),
        shape_(shape),
        weights_(weights) {}

  absl::StatusOr<torch::jit::Module> Build() {
    const std::vector<LayerValue> features = Neck(Backbone());
    std::vector<std::string> outputs;
    for (const LayerValue& value : features) outputs.push_back(Head(value));
    Line("return torch.cat([", outputs[0], ", ", outputs[1], ", ", outputs[2], "], 1)");
    CLIENTELE_RETURN_IF_ERROR(weights_.Finish());
    AddGrid();
    SetInt(module(), "side", shape_.side);
    SetFloat(module(), "score_threshold", kScoreThreshold);
    SetFloat(module(), "overlap_threshold", kOverlapThreshold);
    module().define(absl::StrCat(absl::Substitute(kRaw, source()), kDetect));
    return std::move(module());
  }

 private:
  LayerValue JoinUpsampled(const LayerValue& coarse, const LayerValue& fine) {
    return Assign(coarse.channels + fine.channels, "torch.cat([torch.upsample_nearest2d(",
                  coarse.name, ", [", coarse.name, ".size(2) * 2, ", coarse.name,
                  ".size(3) * 2]), ", fine.name, "], 1)");
  }
  LayerValue Join(const LayerValue& a, const LayerValue& b) {
    return Assign(a.channels + b.channels, "torch.cat([", a.name, ", ", b.name, "], 1)");
  }

  // Path aggregation (Liu et al. 2018): from coarse to fine and back.
  std::vector<LayerValue> Neck(const std::vector<LayerValue>& features) {
    const std::int64_t stem = shape_.stem;
    const std::int64_t repeats = shape_.repeats;
    const LayerValue lateral = Activated(features[2], 8 * stem, 1);
    const LayerValue middle = Stage(JoinUpsampled(lateral, features[1]), 8 * stem, repeats, false);
    const LayerValue reduced = Activated(middle, 4 * stem, 1);
    const LayerValue out0 = Stage(JoinUpsampled(reduced, features[0]), 4 * stem, repeats, false);
    const LayerValue out1 =
        Stage(Join(Spatial(out0, 4 * stem, 2), reduced), 8 * stem, repeats, false);
    const LayerValue out2 =
        Stage(Join(Spatial(out1, 8 * stem, 2), lateral), 16 * stem, repeats, false);
    return {out0, out1, out2};
  }

  // [B, cells, 5 + classes] of one stride.
  std::string Head(const LayerValue& in) {
    const std::int64_t width = 4 * shape_.stem;
    const LayerValue x = Activated(in, width, 1);
    const LayerValue of_classes = Spatial(Spatial(x, width), width);
    const std::string classes = Convolution(of_classes, shape_.classes, 1, 1, 1);
    const LayerValue of_boxes = Spatial(Spatial(x, width), width);
    const std::string boxes = Convolution(of_boxes, 4, 1, 1, 1);
    const std::string objectness = Convolution(of_boxes, 1, 1, 1, 1);
    return Assign(0, "torch.cat([", boxes, ", torch.sigmoid(", objectness, "), torch.sigmoid(",
                  classes, ")], 1).flatten(2).permute([0, 2, 1])")
        .name;
  }

  // For each cell its place in its grid, and the stride.
  void AddGrid() {
    std::vector<at::Tensor> cells;
    std::vector<at::Tensor> strides;
    for (const std::int64_t stride : kStrides) {
      const std::int64_t side = shape_.side / stride;
      const at::Tensor axis = at::arange(side, at::kFloat);
      const at::Tensor x = axis.view({1, side}).expand({side, side});
      const at::Tensor y = axis.view({side, 1}).expand({side, side});
      cells.push_back(at::stack({x, y}, 2).reshape({side * side, 2}));
      strides.push_back(at::full({side * side, 1}, static_cast<double>(stride), at::kFloat));
    }
    module().register_buffer("cells", at::cat(cells));
    module().register_buffer("strides", at::cat(strides));
  }

  const YoloxShape& shape_;
  Weights& weights_;
};

std::int64_t Cells(std::int64_t side) {
  std::int64_t cells = 0;
  for (const std::int64_t stride : kStrides) cells += (side / stride) * (side / stride);
  return cells;
}

void DescribeYolox(const YoloxShape& shape, const std::vector<std::string>& labels,
                   model::v1::Bundle& manifest) {
  manifest.set_task(model::v1::TASK_OBJECT_DETECTOR);
  manifest.set_architecture("yolox");
  for (const std::string& label : labels) manifest.add_labels(label);
  AddSpec(*manifest.mutable_inputs(), "pixels", DATA_TYPE_FLOAT32, {-1, 3, -1, -1});
  AddSpec(*manifest.mutable_outputs(), "boxes", DATA_TYPE_FLOAT32, {-1, 4});
  AddSpec(*manifest.mutable_outputs(), "scores", DATA_TYPE_FLOAT32, {-1});
  AddSpec(*manifest.mutable_outputs(), "labels", DATA_TYPE_INT64, {-1});
  AddSpec(*manifest.mutable_outputs(), "pictures", DATA_TYPE_INT64, {-1});
  AddSpec(*manifest.mutable_outputs(), "class_scores", DATA_TYPE_FLOAT32, {-1, shape.classes});
  model::v1::Method& reference = *manifest.mutable_reference();
  reference.set_name("reference");
  AddSpec(*reference.mutable_inputs(), "images", DATA_TYPE_FLOAT32,
          {-1, 3, shape.side, shape.side});
  AddSpec(*reference.mutable_outputs(), "output", DATA_TYPE_FLOAT32,
          {-1, Cells(shape.side), 5 + shape.classes});
}

}  // namespace

YoloxConvolutions ConvolutionsOf(std::int64_t repeats, bool depthwise) {
  const std::int64_t spatial = depthwise ? 2 : 1;
  const std::int64_t bottleneck = 1 + spatial;
  // Stem, five spatial ones of the backbone and two of the neck, the pyramid, two of the neck's by
  // place, eight stages of three, and three heads.
  const std::int64_t backbone = 1 + 4 * spatial + 2 + 4 * 3 + 8 * repeats * bottleneck;
  const std::int64_t neck = 2 + 2 * spatial + 4 * 3 + 4 * repeats * bottleneck;
  const std::int64_t head = 3 * (4 + 4 * spatial);
  const std::int64_t count = backbone + neck + head;
  // Behind it are the boxes' convolutions, and those of boxes and objectness.
  return {count, count - 3 - 2 * spatial};
}

absl::StatusOr<BuiltModel> MakeYolox(const YoloxShape& shape,
                                     const std::vector<std::string>& labels, Weights& weights) {
  if (shape.stem < 2 || shape.stem > kMaxStem || shape.repeats < 1 || shape.repeats > kMaxRepeats ||
      shape.classes < 1 || shape.classes > kMaxLabels) {
    return InvalidField("yolox", "has an impossible width, depth or number of classes");
  }
  if (shape.side < kLargestStride || shape.side > kMaxSide || shape.side % kLargestStride != 0) {
    return InvalidField(
        "yolox", absl::StrCat("sees pictures of ", shape.side, " pixels; it must be a multiple of ",
                              kLargestStride, ", at most ", kMaxSide));
  }
  if (static_cast<std::int64_t>(labels.size()) != shape.classes) {
    return InvalidField("labels", absl::StrCat("are ", labels.size(), "; the model has ",
                                               shape.classes, " classes"));
  }
  BuiltModel built;
  CLIENTELE_ASSIGN_OR_RETURN(built.module, YoloxBuilder(shape, weights).Build());
  DescribeYolox(shape, labels, built.manifest);
  return built;
}

absl::StatusOr<BuiltModel> BuildYolox(Config& config, Weights& weights,
                                      const BuildOptions& /*options*/) {
  YoloxShape shape;
  shape.stem =
      static_cast<std::int64_t>(64 * std::min(16.0, config.Float("width", 0.5, kSmallest)));
  shape.repeats = std::max<std::int64_t>(
      1, std::llround(3 * std::min(16.0, config.Float("depth", 0.33, kSmallest))));
  shape.depthwise = config.Bool("depthwise", false);
  shape.side = config.Int("image_size", 640, kLargestStride, kMaxSide);
  std::vector<std::string> labels = config.Labels("id2label");
  shape.classes = config.Int(
      "num_labels", labels.empty() ? 80 : static_cast<std::int64_t>(labels.size()), 1, kMaxLabels);
  if (labels.empty()) {
    labels.reserve(static_cast<std::size_t>(shape.classes));
    for (std::int64_t i = 0; i < shape.classes; ++i) labels.push_back(absl::StrCat("class ", i));
  }
  CLIENTELE_RETURN_IF_ERROR(config.status());
  return MakeYolox(shape, labels, weights);
}

}  // namespace clientele::modeling
