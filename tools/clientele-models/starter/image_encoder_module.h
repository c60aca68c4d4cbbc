#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_STARTER_IMAGE_ENCODER_MODULE_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_STARTER_IMAGE_ENCODER_MODULE_H_

// The starter image encoder: color and texture by fixed formulas, nothing learned.
//
// The picture is averaged to 64 x 64. From red, green and blue come lightness l = (r + g + b) / 3,
// opponent colors r - g and (r + g) / 2 - b, their hue (angle) and chroma (length, doubled and cut
// at 1). Soft histograms, each pixel shared linearly by neighboring bins:
//   12 hues x 3 lightnesses, weighted by chroma, and 6 grays, weighted by 1 - chroma   (42 bins)
// Texture: the energy sqrt(even^2 + odd^2) of 8 orientations of Gabor filters (7 x 7, wave length
// 4 pixels, sigma 2) on lightness at 64 x 64 and at 32 x 32                            (16 bins)
// Both are averaged over the picture and over its four quarters. Colors are square-rooted
// (Hellinger), texture is scaled by its norm + 0.02, so that flat pictures have none. Blocks weigh
// 1 (color, picture), 0.7 (color, quarters), 0.7 (texture, picture), 0.5 (texture, quarters); the
// whole row has unit norm.

#include <cstdint>

#include <torch/csrc/jit/api/module.h>

#include "clientele/model/v1/bundle.pb.h"

namespace clientele::starter {

inline constexpr std::int64_t kImageFeatures = std::int64_t{42 + 16} * 5;

// forward(pixels float32 [B,3,H,W], RGB in 0..1, H and W at least 8) -> float32 [B,290]
torch::jit::Module MakeImageEncoder();

// The manifest without name and version.
model::v1::Bundle DescribeImageEncoder();

}  // namespace clientele::starter

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_STARTER_IMAGE_ENCODER_MODULE_H_
