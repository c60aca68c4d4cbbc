#include "common/media/picture.h"

#include <algorithm>
#include <exception>
#include <fstream>

#include <opencv2/core/utils/logger.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"

namespace clientele::media {
namespace {

Picture FromMatrix(const cv::Mat& matrix) {
  Picture picture;
  picture.width = matrix.cols;
  picture.height = matrix.rows;
  const std::size_t row_bytes = static_cast<std::size_t>(matrix.cols) * 3;
  picture.rgb.reserve(row_bytes * static_cast<std::size_t>(matrix.rows));
  for (int y = 0; y < matrix.rows; ++y) {
    const std::uint8_t* row = matrix.ptr<std::uint8_t>(y);
    picture.rgb.insert(picture.rgb.end(), row, row + row_bytes);
  }
  return picture;
}

}  // namespace

absl::StatusOr<Picture> DecodePicture(absl::string_view bytes, const PictureLimits& limits) {
  CLIENTELE_ASSIGN_OR_RETURN(const PictureHeader header, CheckPicture(bytes, limits));
  try {
    cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
    const cv::Mat encoded(1, static_cast<int>(bytes.size()), CV_8UC1,
                          const_cast<char*>(bytes.data()));  // OpenCV reads it alone
    cv::Mat decoded = cv::imdecode(encoded, cv::IMREAD_COLOR);
    if (decoded.empty() || decoded.type() != CV_8UC3) {
      return absl::InvalidArgumentError(
          absl::StrCat("the ", NameOf(header.format), " picture is damaged"));
    }
    cv::cvtColor(decoded, decoded, cv::COLOR_BGR2RGB);
    return FromMatrix(decoded);
  } catch (const std::exception&) {
    return absl::InvalidArgumentError(
        absl::StrCat("the ", NameOf(header.format), " picture can't be decoded"));
  }
}

void DecodeOnOneThread() { cv::setNumThreads(1); }

absl::StatusOr<std::string> ReadPictureFile(const std::filesystem::path& path,
                                            const PictureLimits& limits) {
  std::ifstream in(path, std::ios::binary);
  std::error_code error;
  if (!in || std::filesystem::is_directory(path, error)) {
    return absl::NotFoundError(
        absl::StrCat(path.string(), ": the picture can't be opened: check its name"));
  }
  std::string bytes(limits.max_bytes + 1, '\0');
  in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(in.gcount()));
  if (bytes.size() > limits.max_bytes) {
    return absl::ResourceExhaustedError(
        absl::StrCat(path.string(), ": is larger than ", limits.max_bytes, " bytes"));
  }
  return bytes;
}

Picture FitPicture(const Picture& picture, std::int64_t width, std::int64_t height, Fit fit) {
  const cv::Mat whole(static_cast<int>(picture.height), static_cast<int>(picture.width), CV_8UC3,
                      const_cast<std::uint8_t*>(picture.rgb.data()));
  cv::Rect part(0, 0, whole.cols, whole.rows);
  if (fit == Fit::kCrop) {
    // The largest part of the wanted proportions, in the middle.
    const std::int64_t wide = std::min(picture.width, picture.height * width / height);
    const std::int64_t high = std::min(picture.height, picture.width * height / width);
    part.width = static_cast<int>(std::max<std::int64_t>(1, wide));
    part.height = static_cast<int>(std::max<std::int64_t>(1, high));
    part.x = (whole.cols - part.width) / 2;
    part.y = (whole.rows - part.height) / 2;
  }
  const bool shrinks = part.width > width || part.height > height;
  cv::Mat fitted;
  cv::resize(whole(part), fitted, cv::Size(static_cast<int>(width), static_cast<int>(height)), 0, 0,
             shrinks ? cv::INTER_AREA : cv::INTER_LINEAR);
  return FromMatrix(fitted);
}

}  // namespace clientele::media
