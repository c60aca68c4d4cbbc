#include "tools/clientele-models/vision/picture_tensor.h"

#include <algorithm>

#include <ATen/ATen.h>

#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"

namespace clientele::models {

absl::StatusOr<media::Picture> OpenPicture(const std::filesystem::path& path) {
  CLIENTELE_ASSIGN_OR_RETURN(const std::string bytes, media::ReadPictureFile(path, {}));
  auto picture = media::DecodePicture(bytes, {});
  if (picture.ok()) return picture;
  return absl::Status(picture.status().code(),
                      absl::StrCat(path.string(), ": ", std::string(picture.status().message())));
}

at::Tensor PixelsOf(const media::Picture& picture) {
  const at::Tensor bytes = at::empty({picture.height, picture.width, 3}, at::kByte);
  std::copy(picture.rgb.begin(), picture.rgb.end(), bytes.data_ptr<std::uint8_t>());
  return bytes.permute({2, 0, 1}).to(at::kFloat).div(255).unsqueeze(0).contiguous();
}

}  // namespace clientele::models
