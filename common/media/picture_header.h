#ifndef CLIENTELE_COMMON_MEDIA_PICTURE_HEADER_H_
#define CLIENTELE_COMMON_MEDIA_PICTURE_HEADER_H_

// What a picture's bytes say of it before anything is decoded, so that a small file that claims to
// be a huge picture costs nothing.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const PictureHeader header, ReadPictureHeader(bytes));
//   if (header.width * header.height > limit) ...
//
// Pure functions, thread-safe.

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

// The format that the first bytes tell; nullopt for none of these.
std::optional<PictureFormat> FormatOf(absl::string_view bytes);

// INVALID_ARGUMENT for another format (and which, where that is known), a picture that is cut off
// or has no pixels, and for animations, of which no frame is the picture.
absl::StatusOr<PictureHeader> ReadPictureHeader(absl::string_view bytes);

}  // namespace clientele::media

#endif  // CLIENTELE_COMMON_MEDIA_PICTURE_HEADER_H_
