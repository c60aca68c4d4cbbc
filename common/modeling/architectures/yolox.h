#ifndef CLIENTELE_COMMON_MODELING_ARCHITECTURES_YOLOX_H_
#define CLIENTELE_COMMON_MODELING_ARCHITECTURES_YOLOX_H_

// YOLOX (Ge et al. 2021, "YOLOX: Exceeding YOLO Series in 2021"): CSPDarknet with a focus stem, a
// path aggregation network over three strides, and a decoupled head without anchors. Batch norms
// are folded into their convolutions.
//
//   forward(pixels [B, 3, H, W], RGB in 0..1) -> boxes, scores, labels, pictures, class scores
//       as OBJECT_DETECTOR's contract says: letterboxed, decoded, and suppressed class by class
//   reference(images [B, 3, side, side], BGR in 0..255) -> output [B, cells, 5 + classes]
//       the published graph's

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "common/modeling/architectures/architecture.h"

namespace clientele::modeling {

struct YoloxShape {
  // Channels of the stem: 64 times the published width (nano 16, tiny 24, s 32, m 48, l 64, x 80).
  std::int64_t stem = 32;
  // Bottlenecks of a short stage: 3 times the published depth (1 of nano, tiny and s).
  std::int64_t repeats = 1;
  // Whether 3 x 3 convolutions are split into one by channel and one by place (nano).
  bool depthwise = false;
  std::int64_t classes = 80;
  // Height and width of what the network sees, a multiple of 32.
  std::int64_t side = 640;
};

// Convolutions of that shape, of which the one that gives class scores at the largest stride is
// `last_classes`.
struct YoloxConvolutions {
  std::int64_t count = 0;
  std::int64_t last_classes = 0;
};
YoloxConvolutions ConvolutionsOf(std::int64_t repeats, bool depthwise);

// Takes "conv.<place>.weight" and "conv.<place>.bias" in the order of computation. One label for
// each class. INVALID_ARGUMENT for an impossible shape, or weights that do not fit.
absl::StatusOr<BuiltModel> MakeYolox(const YoloxShape& shape,
                                     const std::vector<std::string>& labels, Weights& weights);

// The same by config.json: width, depth, depthwise, image_size, id2label or num_labels.
absl::StatusOr<BuiltModel> BuildYolox(Config& config, Weights& weights,
                                      const BuildOptions& options);

}  // namespace clientele::modeling

#endif  // CLIENTELE_COMMON_MODELING_ARCHITECTURES_YOLOX_H_
