#include "tools/sample-data/picture.h"

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "tools/sample-data/catalog.h"

namespace clientele::sample {
namespace {

using Points = std::vector<cv::Point>;

cv::Scalar Bgr(int red, int green, int blue) { return cv::Scalar(blue, green, red); }

// A light tint, different for each category.
cv::Scalar Background(int category) {
  constexpr int kTints[12][3] = {{243, 232, 214}, {232, 240, 226}, {230, 232, 245},
                                 {250, 242, 205}, {246, 228, 236}, {216, 238, 214},
                                 {250, 226, 206}, {226, 222, 212}, {236, 224, 240},
                                 {212, 236, 246}, {214, 244, 240}, {240, 216, 206}};
  return Bgr(kTints[category][0], kTints[category][1], kTints[category][2]);
}

// Where the product is: one outline for each kind.
cv::Mat Outline(int kind) {
  cv::Mat mask = cv::Mat::zeros(kPictureSide, kPictureSide, CV_8UC1);
  const cv::Scalar on(255);
  switch (kind) {
    case 0:
      cv::circle(mask, {44, 52}, 26, on, cv::FILLED);
      cv::rectangle(mask, {64, 44}, {84, 52}, on, cv::FILLED);
      cv::circle(mask, {44, 24}, 5, on, cv::FILLED);
      break;
    case 1:
      cv::rectangle(mask, {26, 30}, {70, 82}, on, cv::FILLED);
      cv::ellipse(mask, {48, 28}, {22, 8}, 0, 0, 360, on, cv::FILLED);
      break;
    case 2:
      cv::rectangle(mask, {22, 34}, {62, 78}, on, cv::FILLED);
      cv::circle(mask, {66, 54}, 14, on, 5);
      break;
    case 3:
      cv::fillConvexPoly(mask, Points{{34, 18}, {62, 18}, {74, 80}, {22, 80}}, on);
      break;
    case 4:
      cv::rectangle(mask, {16, 28}, {80, 72}, on, cv::FILLED);
      break;
    case 5:
      cv::fillConvexPoly(mask, Points{{14, 26}, {82, 26}, {56, 60}, {40, 60}}, on);
      cv::rectangle(mask, {40, 60}, {56, 82}, on, cv::FILLED);
      break;
    case 6:
      cv::fillConvexPoly(mask, Points{{48, 14}, {82, 34}, {82, 66}, {48, 84}, {14, 66}, {14, 34}},
                         on);
      break;
    default:
      cv::circle(mask, {34, 56}, 18, on, cv::FILLED);
      cv::circle(mask, {64, 44}, 18, on, cv::FILLED);
      break;
  }
  return mask;
}

void DrawPattern(int make, const cv::Scalar& ink, cv::Mat& picture) {
  switch (make) {
    case 0:  // horizontal grain
      for (int y = 2; y < kPictureSide; y += 8)
        cv::line(picture, {0, y}, {kPictureSide, y}, ink, 1);
      break;
    case 1:  // weave
      for (int i = 0; i < kPictureSide; i += 6) {
        cv::line(picture, {i, 0}, {i, kPictureSide}, ink, 1);
        cv::line(picture, {0, i}, {kPictureSide, i}, ink, 1);
      }
      break;
    case 2:  // plain
      break;
    case 3:  // one broad band
      cv::rectangle(picture, {0, 44}, {kPictureSide, 56}, ink, cv::FILLED);
      break;
    case 4:  // dots
      for (int y = 6; y < kPictureSide; y += 12) {
        for (int x = 6; x < kPictureSide; x += 12) cv::circle(picture, {x, y}, 3, ink, cv::FILLED);
      }
      break;
    default:  // diagonal stripes
      for (int x = -kPictureSide; x < kPictureSide; x += 12) {
        cv::line(picture, {x, 0}, {x + kPictureSide, kPictureSide}, ink, 4);
      }
      break;
  }
}

}  // namespace

absl::StatusOr<std::vector<uint8_t>> DrawPng(const Item& item) {
  const Color& color = Colors()[item.color];
  const cv::Scalar body = Bgr(color.red, color.green, color.blue);
  const bool dark = color.red + color.green + color.blue < 380;
  const cv::Scalar ink =
      dark ? Bgr((color.red + 255) / 2, (color.green + 255) / 2, (color.blue + 255) / 2)
           : Bgr(color.red / 2, color.green / 2, color.blue / 2);
  cv::Mat product(kPictureSide, kPictureSide, CV_8UC3, body);
  DrawPattern(item.make, ink, product);
  cv::Mat picture(kPictureSide, kPictureSide, CV_8UC3, Background(item.category));
  cv::ellipse(picture, {48, 86}, {36, 5}, 0, 0, 360, Bgr(190, 184, 176), cv::FILLED);
  product.copyTo(picture, Outline(item.kind));
  std::vector<uint8_t> png;
  bool encoded = false;
  try {
    encoded = cv::imencode(".png", picture, png, {cv::IMWRITE_PNG_COMPRESSION, 9});
  } catch (const cv::Exception&) {
  }
  if (!encoded) return absl::InternalError("OpenCV cannot write PNG: install libopencv-imgcodecs");
  return png;
}

}  // namespace clientele::sample
