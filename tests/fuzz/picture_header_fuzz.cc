// Pictures and videos come from anywhere.
#include <cstdint>
#include <cstdlib>

#include "common/media/picture_header.h"
#include "common/media/video_header.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const absl::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto video = clientele::media::CheckVideo(bytes, {});
  if (video.ok() && clientele::media::VideoFormatOf(bytes) != *video) std::abort();
  const auto header = clientele::media::ReadPictureHeader(bytes);
  if (!header.ok()) return 0;
  if (video.ok()) std::abort();
  if (header->width < 1 || header->height < 1 || header->scans < 1) std::abort();
  if (!clientele::media::FormatOf(bytes)) std::abort();
  return 0;
}
