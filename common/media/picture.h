#ifndef CLIENTELE_COMMON_MEDIA_PICTURE_H_
#define CLIENTELE_COMMON_MEDIA_PICTURE_H_

// Decodes pictures of outside origin within bounds, and scales them.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const media::Picture picture, media::DecodePicture(bytes, {}));
//   const media::Picture small = media::FitPicture(picture, 224, 224, media::Fit::kCrop);
//
// JPEG (also grayscale and CMYK), PNG (also of 16 bits and palettes) and WebP become 8-bit RGB.
// The orientation that a camera noted is applied. Transparency is dropped: the colors behind it
// stay.
//
// Pure functions, thread-safe.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/media/picture_header.h"

namespace clientele::media {

struct Picture {
  std::int64_t width = 0;
  std::int64_t height = 0;
  // Red, green, blue; row by row from the top.
  std::vector<std::uint8_t> rgb;
};

// INVALID_ARGUMENT for bytes that are no picture of these formats, are cut off, damaged or
// animated; RESOURCE_EXHAUSTED for what passes a limit, which is found before anything is decoded.
absl::StatusOr<Picture> DecodePicture(absl::string_view bytes, const PictureLimits& limits);

// From here on the process decodes and scales in the calling thread alone.
void DecodeOnOneThread();

// The bytes of a file, at most so many: NOT_FOUND, RESOURCE_EXHAUSTED. Errors name the file.
absl::StatusOr<std::string> ReadPictureFile(const std::filesystem::path& path,
                                            const PictureLimits& limits);

enum class Fit {
  kStretch,  // to the size, whatever becomes of the proportions
  kCrop,     // the middle, as large as the proportions allow
};

// The picture in that size; both at least 1. Averages over areas where it shrinks, bilinear where
// it grows.
Picture FitPicture(const Picture& picture, std::int64_t width, std::int64_t height, Fit fit);

}  // namespace clientele::media

#endif  // CLIENTELE_COMMON_MEDIA_PICTURE_H_
