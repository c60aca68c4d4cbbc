#include "common/inference/tasks/picture_input.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"

namespace clientele::inference {
namespace {

constexpr std::int64_t kMostSide = 4096;

}  // namespace

absl::StatusOr<PictureInput> ReadPictureInput(const model::v1::Bundle& manifest) {
  PictureInput input;
  const auto side = manifest.settings().find("picture_side");
  if (side != manifest.settings().end()) {
    if (!absl::SimpleAtoi(side->second, &input.width) || input.width < 1 ||
        input.width > kMostSide) {
      return InvalidField("settings.picture_side", absl::StrCat("must be in [1, ", kMostSide, "]"));
    }
    input.height = input.width;
  }
  const model::v1::TensorSpec& pixels = manifest.inputs(0);
  if (pixels.shape(2) > 0) input.height = std::min(kMostSide, pixels.shape(2));
  if (pixels.shape(3) > 0) input.width = std::min(kMostSide, pixels.shape(3));
  const auto fit = manifest.settings().find("picture_fit");
  if (fit != manifest.settings().end()) {
    if (fit->second != "crop" && fit->second != "stretch") {
      return InvalidField("settings.picture_fit", "must be crop or stretch");
    }
    input.crop = fit->second == "crop";
  }
  return input;
}

}  // namespace clientele::inference
