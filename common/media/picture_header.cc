#include "common/media/picture_header.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/media/video_header.h"

namespace clientele::media {
namespace {

constexpr absl::string_view kJpegStart("\xFF\xD8\xFF", 3);
constexpr absl::string_view kPngStart("\x89PNG\r\n\x1A\n", 8);

std::uint32_t Byte(absl::string_view bytes, std::size_t at) {
  return static_cast<std::uint8_t>(bytes[at]);
}
std::uint32_t BigEndian(absl::string_view bytes, std::size_t at, std::size_t size) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < size; ++i) value = value << 8 | Byte(bytes, at + i);
  return value;
}
std::uint32_t LittleEndian(absl::string_view bytes, std::size_t at, std::size_t size) {
  std::uint32_t value = 0;
  for (std::size_t i = size; i > 0; --i) value = value << 8 | Byte(bytes, at + i - 1);
  return value;
}

absl::Status CutOff(PictureFormat format) {
  return absl::InvalidArgumentError(
      absl::StrCat("the ", NameOf(format), " picture is cut off or damaged"));
}

absl::StatusOr<PictureHeader> Checked(const PictureHeader& header) {
  if (header.width < 1 || header.height < 1) {
    return absl::InvalidArgumentError(
        absl::StrCat("the ", NameOf(header.format), " picture has no pixels"));
  }
  return header;
}

// Segments of ITU T.81, annex B.
absl::StatusOr<PictureHeader> ReadJpeg(absl::string_view bytes) {
  PictureHeader header{.format = PictureFormat::kJpeg, .scans = 0};
  bool end = false;
  for (std::size_t at = 2; at + 4 <= bytes.size() && !end;) {
    if (Byte(bytes, at) != 0xFF) return CutOff(header.format);
    const std::uint32_t marker = Byte(bytes, at + 1);
    if (marker == 0xFF) {
      ++at;
      continue;
    }
    const std::size_t size = BigEndian(bytes, at + 2, 2);
    if (size < 2 || at + 2 + size > bytes.size()) return CutOff(header.format);
    // SOF0 to SOF15; C4, C8 and CC are other segments.
    const bool frame =
        marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
    if (frame && size >= 7) {
      header.height = BigEndian(bytes, at + 5, 2);
      header.width = BigEndian(bytes, at + 7, 2);
    }
    at += 2 + size;
    if (marker != 0xDA) continue;
    ++header.scans;
    // Compressed data: FF is followed by 00 or a restart until the next marker.
    while (true) {
      at = bytes.find('\xFF', at);
      if (at == absl::string_view::npos || at + 1 >= bytes.size()) return CutOff(header.format);
      const std::uint32_t next = Byte(bytes, at + 1);
      if (next == 0xD9) end = true;
      if (next != 0 && next != 0xFF && (next < 0xD0 || next > 0xD7)) break;
      at += next == 0xFF ? 1 : 2;
    }
  }
  if (!end || header.scans == 0) return CutOff(header.format);
  return Checked(header);
}

// Chunks of the PNG specification, third edition.
absl::StatusOr<PictureHeader> ReadPng(absl::string_view bytes) {
  PictureHeader header{.format = PictureFormat::kPng};
  for (std::size_t at = kPngStart.size(); at + 12 <= bytes.size();) {
    const std::size_t size = BigEndian(bytes, at, 4);
    const absl::string_view type = bytes.substr(at + 4, 4);
    if (size > bytes.size() - at - 12) return CutOff(header.format);
    if (type == "IHDR" && size >= 8) {
      header.width = BigEndian(bytes, at + 8, 4);
      header.height = BigEndian(bytes, at + 12, 4);
    }
    if (type == "acTL") {
      return absl::InvalidArgumentError("the PNG is an animation; send a still picture");
    }
    if (type == "IEND") return Checked(header);
    at += 12 + size;
  }
  return CutOff(header.format);
}

// RIFF container of WebP; VP8, VP8L and VP8X (RFC 9649).
absl::StatusOr<PictureHeader> ReadWebp(absl::string_view bytes) {
  PictureHeader header{.format = PictureFormat::kWebp};
  if (bytes.size() < 30 || LittleEndian(bytes, 4, 4) > bytes.size() - 8) {
    return CutOff(header.format);
  }
  const absl::string_view type = bytes.substr(12, 4);
  if (type == "VP8 ") {
    header.width = LittleEndian(bytes, 26, 2) & 0x3FFF;
    header.height = LittleEndian(bytes, 28, 2) & 0x3FFF;
  } else if (type == "VP8L") {
    const std::uint32_t bits = LittleEndian(bytes, 21, 4);
    header.width = (bits & 0x3FFF) + 1;
    header.height = (bits >> 14 & 0x3FFF) + 1;
  } else if (type == "VP8X") {
    if (Byte(bytes, 20) & 2) {
      return absl::InvalidArgumentError("the WebP is an animation; send a still picture");
    }
    header.width = static_cast<std::int64_t>(LittleEndian(bytes, 24, 3)) + 1;
    header.height = static_cast<std::int64_t>(LittleEndian(bytes, 27, 3)) + 1;
  }
  return Checked(header);
}

absl::Status Unknown(absl::string_view bytes) {
  absl::string_view is = "neither JPEG, PNG nor WebP";
  if (VideoFormatOf(bytes)) is = "a video; send JPEG, PNG or WebP";
  if (IsHeif(bytes)) is = "a HEIF; send JPEG, PNG or WebP";
  if (bytes.empty()) is = "empty";
  if (absl::StartsWith(bytes, "GIF8")) is = "a GIF; send JPEG, PNG or WebP";
  if (absl::StartsWith(bytes, "BM")) is = "a BMP; send JPEG, PNG or WebP";
  if (absl::StartsWith(bytes, "II*") || absl::StartsWith(bytes, "MM")) {
    is = "a TIFF; send JPEG, PNG or WebP";
  }
  if (absl::StrContains(bytes.substr(0, 1024), "<svg")) is = "an SVG; send JPEG, PNG or WebP";
  return absl::InvalidArgumentError(absl::StrCat("the picture is ", is));
}

}  // namespace

absl::string_view NameOf(PictureFormat format) {
  switch (format) {
    case PictureFormat::kJpeg:
      return "JPEG";
    case PictureFormat::kPng:
      return "PNG";
    case PictureFormat::kWebp:
      return "WebP";
  }
  return "";
}

std::optional<PictureFormat> FormatOf(absl::string_view bytes) {
  if (absl::StartsWith(bytes, kJpegStart)) return PictureFormat::kJpeg;
  if (absl::StartsWith(bytes, kPngStart)) return PictureFormat::kPng;
  if (absl::StartsWith(bytes, "RIFF") && bytes.size() >= 12 && bytes.substr(8, 4) == "WEBP") {
    return PictureFormat::kWebp;
  }
  return std::nullopt;
}

absl::StatusOr<PictureHeader> ReadPictureHeader(absl::string_view bytes) {
  const std::optional<PictureFormat> format = FormatOf(bytes);
  if (!format) return Unknown(bytes);
  switch (*format) {
    case PictureFormat::kJpeg:
      return ReadJpeg(bytes);
    case PictureFormat::kPng:
      return ReadPng(bytes);
    case PictureFormat::kWebp:
      return ReadWebp(bytes);
  }
  return Unknown(bytes);
}

absl::StatusOr<PictureHeader> CheckPicture(absl::string_view bytes, const PictureLimits& limits) {
  if (bytes.size() > limits.max_bytes) {
    return absl::ResourceExhaustedError(absl::StrCat(
        "the picture has ", bytes.size(), " bytes; at most ", limits.max_bytes, " are decoded"));
  }
  auto header = ReadPictureHeader(bytes);
  if (!header.ok()) return header;
  if (header->width > limits.max_side || header->height > limits.max_side ||
      header->width * header->height > limits.max_pixels) {
    return absl::ResourceExhaustedError(
        absl::StrCat("the picture has ", header->width, " x ", header->height, " pixels; at most ",
                     limits.max_pixels, " and ", limits.max_side, " a side are decoded"));
  }
  if (header->scans > limits.max_scans) {
    return absl::ResourceExhaustedError(absl::StrCat(
        "the JPEG has ", header->scans, " scans; at most ", limits.max_scans, " are decoded"));
  }
  return header;
}

}  // namespace clientele::media
