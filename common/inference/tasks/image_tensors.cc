#include "common/inference/tasks/image_tensors.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>

#include <ATen/ATen.h>

#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"

namespace clientele::inference {
namespace {

constexpr std::int64_t kColors = 3;

}  // namespace

absl::Status CheckImage(const ImageRow& image, std::int64_t height, std::int64_t width) {
  const bool fits = image.height > 0 && image.width > 0 &&
                    (height == -1 || image.height == height) &&
                    (width == -1 || image.width == width);
  if (!fits) {
    return InvalidField(
        "image", absl::StrCat("has ", image.height, " x ", image.width, " pixels, the model takes ",
                              height, " x ", width, "; -1 is any size"));
  }
  if (static_cast<std::int64_t>(image.pixels.size()) != kColors * image.height * image.width) {
    return InvalidField("image", "its pixels do not fill its size");
  }
  return absl::OkStatus();
}

std::vector<std::vector<std::size_t>> GroupBySize(absl::Span<const ImageRow* const> images) {
  std::map<std::pair<std::int64_t, std::int64_t>, std::vector<std::size_t>> by_size;
  for (std::size_t i = 0; i < images.size(); ++i) {
    by_size[{images[i]->height, images[i]->width}].push_back(i);
  }
  std::vector<std::vector<std::size_t>> groups;
  groups.reserve(by_size.size());
  for (auto& [size, places] : by_size) groups.push_back(std::move(places));
  return groups;
}

at::Tensor StackImages(absl::Span<const ImageRow* const> images,
                       const std::vector<std::size_t>& places) {
  const ImageRow& first = *images[places[0]];
  at::Tensor pixels = at::empty(
      {static_cast<std::int64_t>(places.size()), kColors, first.height, first.width}, at::kFloat);
  float* next = pixels.data_ptr<float>();
  for (const std::size_t place : places) {
    next = std::copy(images[place]->pixels.begin(), images[place]->pixels.end(), next);
  }
  return pixels;
}

}  // namespace clientele::inference
