#ifndef CLIENTELE_COMMON_MEDIA_PICTURE_HEADER_H_
#define CLIENTELE_COMMON_MEDIA_PICTURE_HEADER_H_

// What a picture's bytes say of it before anything is decoded, so that a small file that claims to
// be a huge picture costs nothing.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const PictureHeader header, CheckPicture(bytes, PictureLimits()));
//   if (header.format == PictureFormat::kPng) ...
//
// Pure functions, thread-safe.

#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace clientele::media {

enum class PictureFormat { kJpeg, kPng, kWebp };

// "JPEG", "PNG", "WebP".
absl::string_view NameOf(PictureFormat format);

struct PictureHeader {
  PictureFormat format = PictureFormat::kJpeg;
  // In pixels, as stored; both at least 1.
  std::int64_t width = 0;
  std::int64_t height = 0;
  // Passes over the picture that its decoder makes (of a progressive JPEG; 1 for others).
  int scans = 1;
};

struct PictureLimits {
  std::size_t max_bytes = std::size_t{16} << 20;
  // Pixels of a side.
  std::int64_t max_side = 16'384;
  std::int64_t max_pixels = 64'000'000;
  // Passes of a progressive JPEG; each costs as much as the picture.
  int max_scans = 100;
};

// The format that the first bytes tell; nullopt for none of these.
std::optional<PictureFormat> FormatOf(absl::string_view bytes);

// INVALID_ARGUMENT for another format (and which, where that is known), a picture that is cut off
// or has no pixels, and for animations, of which no frame is the picture.
absl::StatusOr<PictureHeader> ReadPictureHeader(absl::string_view bytes);

// The same of a picture that may be decoded: RESOURCE_EXHAUSTED for one that passes a limit.
absl::StatusOr<PictureHeader> CheckPicture(absl::string_view bytes, const PictureLimits& limits);

}  // namespace clientele::media

#endif  // CLIENTELE_COMMON_MEDIA_PICTURE_HEADER_H_
