#include "tests/bench/profile/photo.h"

#include <stdexcept>
#include <vector>

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

namespace clientele::profile {

std::string MakePhoto(std::size_t bytes) {
  // Blurred noise of several sizes, on which details are told from plain places as in a photo.
  constexpr int kWidth = 3000, kHeight = 2000;
  cv::RNG random(7);
  cv::Mat picture(kHeight, kWidth, CV_8UC3, cv::Scalar::all(0));
  for (const int cell : {4, 40, 400}) {
    cv::Mat cells(kHeight / cell, kWidth / cell, CV_8UC3);
    random.fill(cells, cv::RNG::UNIFORM, 0, 86);
    cv::resize(cells, cells, picture.size(), 0, 0, cv::INTER_CUBIC);
    picture += cells;
  }
  std::vector<unsigned char> jpeg;
  for (int quality = 98; quality > 10; quality -= 2) {
    if (!cv::imencode(".jpg", picture, jpeg, {cv::IMWRITE_JPEG_QUALITY, quality})) break;
    if (jpeg.size() <= bytes) return {jpeg.begin(), jpeg.end()};
  }
  throw std::runtime_error("no picture of that size can be made");
}

}  // namespace clientele::profile
