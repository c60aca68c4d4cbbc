#ifndef CLIENTELE_PROFILE_SERVICE_TRAINING_VISION_PICTURE_AUGMENTATION_H_
#define CLIENTELE_PROFILE_SERVICE_TRAINING_VISION_PICTURE_AUGMENTATION_H_

// Random views of a picture, so that a network sees no picture twice.
//
//   std::mt19937_64 engine(seed);
//   std::vector<float> pixels(3 * 160 * 160);
//   AugmentPicture(picture, 160, {}, engine, absl::MakeSpan(pixels));
//
// One affine map (a part of the picture as in Szegedy et al., Going deeper with convolutions, CVPR
// 2015, turned and mirrored) is sampled once, bilinearly, with the edge repeated outside; then the
// colors change (Howard 2013), and a rectangle may be erased (Zhong et al., Random erasing data
// augmentation, AAAI 2020).
//
// Pure, thread-safe for different engines.

#include <cstdint>
#include <random>

#include "absl/types/span.h"

#include "common/media/picture.h"

namespace clientele::profile {

struct AugmentationOptions {
  double min_area = 0.35;    // least share of the picture that is seen; the most is all
  double max_aspect = 1.33;  // that the part's proportions change by, either way
  double max_turn = 10;      // degrees, either way
  bool mirror = true;        // half of the time, left and right
  double brightness = 0.4;   // factors from 1 - x to 1 + x; the same for the next two
  double contrast = 0.4;
  double saturation = 0.4;
  double tint = 0.06;   // a factor for each color
  double gray = 0.08;   // chance of no color at all
  double erase = 0.25;  // chance of an erased rectangle of 2 to 20 % of the view
};

// Writes red, green, blue planes of side x side values in 0..1. `pixels` has 3 * side * side.
void AugmentPicture(const media::Picture& picture, std::int64_t side,
                    const AugmentationOptions& options, std::mt19937_64& engine,
                    absl::Span<float> pixels);

// The view that a trained model is given: the whole picture, stretched to a square.
void PlainView(const media::Picture& picture, std::int64_t side, absl::Span<float> pixels);

}  // namespace clientele::profile

#endif  // CLIENTELE_PROFILE_SERVICE_TRAINING_VISION_PICTURE_AUGMENTATION_H_
