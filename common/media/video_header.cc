#include "common/media/video_header.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace clientele::media {
namespace {

constexpr absl::string_view kEbmlStart("\x1A\x45\xDF\xA3", 4);

std::uint64_t Number(absl::string_view bytes, std::size_t at, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; ++i) {
    value = value << 8 | static_cast<std::uint8_t>(bytes[at + i]);
  }
  return value;
}

absl::Status CutOff(VideoFormat format) {
  return absl::InvalidArgumentError(
      absl::StrCat("the ", NameOf(format), " video is cut off or damaged"));
}

// Boxes of ISO/IEC 14496-12, of the outermost level.
absl::Status CheckMp4(absl::string_view bytes) {
  bool index = false, content = false;
  while (!bytes.empty()) {
    if (bytes.size() < 8) return CutOff(VideoFormat::kMp4);
    std::uint64_t size = Number(bytes, 0, 4);
    const absl::string_view type = bytes.substr(4, 4);
    std::uint64_t least = 8;
    if (size == 1) {
      if (bytes.size() < 16) return CutOff(VideoFormat::kMp4);
      size = Number(bytes, 8, 8);
      least = 16;
    } else if (size == 0) {
      size = bytes.size();  // to the end
    }
    if (size < least || size > bytes.size()) return CutOff(VideoFormat::kMp4);
    index = index || type == "moov";
    content = content || type == "mdat";
    bytes.remove_prefix(static_cast<std::size_t>(size));
  }
  if (!index || !content) {
    return absl::InvalidArgumentError(
        absl::StrCat("the MP4 video has no ", index ? "content (mdat)" : "index (moov)",
                     ": it is cut off, or its recording was never finished"));
  }
  return absl::OkStatus();
}

// An element of EBML (RFC 8794).
struct Element {
  std::uint64_t id = 0;
  std::optional<std::uint64_t> size;  // none: unknown
};

// With its length, 1 to `longest`; 0 where there is none.
std::size_t VariableLength(absl::string_view bytes, std::size_t longest) {
  if (bytes.empty()) return 0;
  const auto first = static_cast<std::uint8_t>(bytes[0]);
  std::size_t length = 1;
  while (length <= longest && (first & (0x80 >> (length - 1))) == 0) ++length;
  return length > longest || length > bytes.size() ? 0 : length;
}

// Takes the head of the next element off `bytes`.
std::optional<Element> TakeHead(absl::string_view& bytes) {
  Element element;
  const std::size_t id_length = VariableLength(bytes, 4);
  if (id_length == 0) return std::nullopt;
  element.id = Number(bytes, 0, id_length);
  bytes.remove_prefix(id_length);
  const std::size_t size_length = VariableLength(bytes, 8);
  if (size_length == 0) return std::nullopt;
  const std::uint64_t ones = (std::uint64_t{1} << (7 * size_length)) - 1;
  const std::uint64_t size = Number(bytes, 0, size_length) & ones;
  if (size != ones) element.size = size;
  bytes.remove_prefix(size_length);
  return element;
}

constexpr std::uint64_t kDocumentType = 0x4282;
constexpr std::uint64_t kSegment = 0x18538067;
constexpr std::uint64_t kTracks = 0x1654AE6B;
constexpr std::uint64_t kCluster = 0x1F43B675;

// "webm", "matroska"; empty where the header says nothing.
absl::string_view DocumentType(absl::string_view header) {
  while (!header.empty()) {
    const std::optional<Element> element = TakeHead(header);
    if (!element || !element->size || *element->size > header.size()) break;
    const auto size = static_cast<std::size_t>(*element->size);
    if (element->id == kDocumentType) {
      // Zeros may fill it up.
      return header.substr(0, std::min(size, header.substr(0, size).find('\0')));
    }
    header.remove_prefix(size);
  }
  return "";
}

absl::Status CheckSegment(absl::string_view bytes) {
  bool tracks = false, cluster = false;
  while (!bytes.empty()) {
    const std::optional<Element> element = TakeHead(bytes);
    if (!element) return CutOff(VideoFormat::kWebm);
    tracks = tracks || element->id == kTracks;
    cluster = cluster || element->id == kCluster;
    // A cluster whose end is not known goes on to the next one: nothing tells whether all is there.
    if (!element->size && element->id == kCluster) break;
    if (!element->size || *element->size > bytes.size()) return CutOff(VideoFormat::kWebm);
    bytes.remove_prefix(static_cast<std::size_t>(*element->size));
  }
  return tracks && cluster ? absl::OkStatus() : CutOff(VideoFormat::kWebm);
}

absl::Status CheckWebm(absl::string_view bytes) {
  std::optional<Element> element = TakeHead(bytes);
  if (!element || !element->size || *element->size > bytes.size()) {
    return CutOff(VideoFormat::kWebm);
  }
  const auto header_size = static_cast<std::size_t>(*element->size);
  const absl::string_view type = DocumentType(bytes.substr(0, header_size));
  if (type != "webm") {
    return absl::InvalidArgumentError(
        type == "matroska" ? "the video is Matroska that is not WebM; send MP4 or WebM"
                           : "the video's container is not WebM; send MP4 or WebM");
  }
  bytes.remove_prefix(header_size);
  while (!bytes.empty()) {
    element = TakeHead(bytes);
    if (!element) break;
    if (element->size && *element->size > bytes.size()) break;
    const auto size =
        element->size ? static_cast<std::size_t>(*element->size) : std::size_t{bytes.size()};
    if (element->id == kSegment) return CheckSegment(bytes.substr(0, size));
    bytes.remove_prefix(size);
  }
  return CutOff(VideoFormat::kWebm);
}

}  // namespace

absl::string_view NameOf(VideoFormat format) {
  switch (format) {
    case VideoFormat::kMp4:
      return "MP4";
    case VideoFormat::kWebm:
      return "WebM";
  }
  return "";
}

bool IsHeif(absl::string_view bytes) {
  if (bytes.size() < 12 || bytes.substr(4, 4) != "ftyp") return false;
  const absl::string_view brand = bytes.substr(8, 4);
  for (const absl::string_view known :
       {"heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1", "avif", "avis"}) {
    if (brand == known) return true;
  }
  return false;
}

std::optional<VideoFormat> VideoFormatOf(absl::string_view bytes) {
  if (absl::StartsWith(bytes, kEbmlStart)) return VideoFormat::kWebm;
  if (bytes.size() >= 8 && bytes.substr(4, 4) == "ftyp" && !IsHeif(bytes)) return VideoFormat::kMp4;
  return std::nullopt;
}

absl::StatusOr<VideoFormat> CheckVideo(absl::string_view bytes, const VideoLimits& limits) {
  const std::optional<VideoFormat> format = VideoFormatOf(bytes);
  if (!format) return absl::InvalidArgumentError("the video is neither MP4 nor WebM");
  if (bytes.size() > limits.max_bytes) {
    return absl::InvalidArgumentError(absl::StrCat(
        "the video has ", bytes.size(), " bytes; at most ", limits.max_bytes, " are decoded"));
  }
  const absl::Status checked = *format == VideoFormat::kMp4 ? CheckMp4(bytes) : CheckWebm(bytes);
  if (!checked.ok()) return checked;
  return *format;
}

}  // namespace clientele::media
