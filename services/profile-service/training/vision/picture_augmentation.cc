#include "services/profile-service/training/vision/picture_augmentation.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

namespace clientele::profile {
namespace {

constexpr double kPi = 3.14159265358979323846;
constexpr std::size_t kColors = 3;
// Luma of ITU-R BT.601.
constexpr std::array<float, kColors> kLuma = {0.299F, 0.587F, 0.114F};
constexpr double kLeastErased = 0.02;
constexpr double kMostErased = 0.2;
constexpr double kErasedAspect = 2.5;

double Uniform(std::mt19937_64& engine, double low, double high) {
  return low + (high - low) * (static_cast<double>(engine() >> 11) * 0x1.0p-53);
}

// Between 1 / ratio and ratio, evenly on the scale of logarithms.
double RandomRatio(std::mt19937_64& engine, double ratio) {
  const double log = std::log(std::max(1.0, ratio));
  return std::exp(Uniform(engine, -log, log));
}

// From the view's coordinates, -0.5 to 0.5, to pixels of the picture.
struct AffineView {
  double center_x, center_y;
  double xx, xy, yx, yy;
};

AffineView RandomView(const media::Picture& picture, const AugmentationOptions& options,
                      std::mt19937_64& engine) {
  const double area = Uniform(engine, options.min_area, 1);
  const double ratio = RandomRatio(engine, options.max_aspect);
  const double wide = std::min(1.0, std::sqrt(area * ratio));
  const double high = std::min(1.0, std::sqrt(area / ratio));
  const double x = Uniform(engine, wide / 2, 1 - wide / 2);
  const double y = Uniform(engine, high / 2, 1 - high / 2);
  const double angle = Uniform(engine, -options.max_turn, options.max_turn) * kPi / 180;
  const bool mirrored = Uniform(engine, 0, 1) < 0.5 && options.mirror;
  const auto width = static_cast<double>(picture.width);
  const auto height = static_cast<double>(picture.height);
  const double across = wide * width * (mirrored ? -1 : 1);
  const double down = high * height;
  return {.center_x = x * width,
          .center_y = y * height,
          .xx = std::cos(angle) * across,
          .xy = -std::sin(angle) * down,
          .yx = std::sin(angle) * across,
          .yy = std::cos(angle) * down};
}

void SampleView(const media::Picture& picture, const AffineView& view, std::int64_t side,
                absl::Span<float> pixels) {
  const auto plane = static_cast<std::size_t>(side * side);
  const auto last_x = static_cast<double>(picture.width - 1);
  const auto last_y = static_cast<double>(picture.height - 1);
  const double step = 1.0 / static_cast<double>(side);
  for (std::int64_t row = 0; row < side; ++row) {
    const double v = (static_cast<double>(row) + 0.5) * step - 0.5;
    for (std::int64_t column = 0; column < side; ++column) {
      const double u = (static_cast<double>(column) + 0.5) * step - 0.5;
      const double x = std::clamp(view.center_x + view.xx * u + view.xy * v - 0.5, 0.0, last_x);
      const double y = std::clamp(view.center_y + view.yx * u + view.yy * v - 0.5, 0.0, last_y);
      const auto left = static_cast<std::int64_t>(x);
      const auto top = static_cast<std::int64_t>(y);
      const std::int64_t right = std::min(left + 1, picture.width - 1);
      const std::int64_t bottom = std::min(top + 1, picture.height - 1);
      const auto fx = static_cast<float>(x - static_cast<double>(left));
      const auto fy = static_cast<float>(y - static_cast<double>(top));
      const auto at = [&](std::int64_t px, std::int64_t py, std::size_t color) {
        return static_cast<float>(
            picture.rgb[static_cast<std::size_t>(py * picture.width + px) * kColors + color]);
      };
      const auto place = static_cast<std::size_t>(row * side + column);
      for (std::size_t color = 0; color < kColors; ++color) {
        const float upper = at(left, top, color) * (1 - fx) + at(right, top, color) * fx;
        const float lower = at(left, bottom, color) * (1 - fx) + at(right, bottom, color) * fx;
        pixels[color * plane + place] = (upper * (1 - fy) + lower * fy) / 255;
      }
    }
  }
}

void ChangeColors(const AugmentationOptions& options, std::mt19937_64& engine, std::size_t plane,
                  absl::Span<float> pixels) {
  const auto factor = [&](double range) {
    return static_cast<float>(Uniform(engine, 1 - range, 1 + range));
  };
  const float brightness = factor(options.brightness);
  const float contrast = factor(options.contrast);
  float saturation = factor(options.saturation);
  std::array<float, kColors> tint;
  for (float& each : tint) each = brightness * factor(options.tint);
  if (Uniform(engine, 0, 1) < options.gray) saturation = 0;
  double sum = 0;
  for (std::size_t i = 0; i < plane; ++i) {
    float luma = 0;
    for (std::size_t color = 0; color < kColors; ++color) {
      float& value = pixels[color * plane + i];
      value *= tint[color];
      luma += kLuma[color] * value;
    }
    for (std::size_t color = 0; color < kColors; ++color) {
      float& value = pixels[color * plane + i];
      value = luma + (value - luma) * saturation;
    }
    sum += luma;
  }
  const auto mean = static_cast<float>(sum / static_cast<double>(plane));
  for (float& value : pixels) {
    value = std::clamp(mean + (value - mean) * contrast, 0.0F, 1.0F);
  }
}

void EraseRectangle(std::int64_t side, std::mt19937_64& engine, absl::Span<float> pixels) {
  const double area = Uniform(engine, kLeastErased, kMostErased);
  const double ratio = RandomRatio(engine, kErasedAspect);
  const auto length = [&](double share) {
    return std::clamp<std::int64_t>(std::llround(static_cast<double>(side) * std::sqrt(share)), 1,
                                    side);
  };
  const std::int64_t width = length(area * ratio);
  const std::int64_t height = length(area / ratio);
  const auto start = [&](std::int64_t taken) {
    return static_cast<std::int64_t>(Uniform(engine, 0, static_cast<double>(side - taken + 1)));
  };
  const std::int64_t x = std::min(start(width), side - width);
  const std::int64_t y = std::min(start(height), side - height);
  for (std::size_t color = 0; color < kColors; ++color) {
    const auto value = static_cast<float>(Uniform(engine, 0, 1));
    for (std::int64_t row = y; row < y + height; ++row) {
      const auto first = (static_cast<std::int64_t>(color) * side + row) * side + x;
      std::fill_n(pixels.begin() + first, width, value);
    }
  }
}

}  // namespace

void AugmentPicture(const media::Picture& picture, std::int64_t side,
                    const AugmentationOptions& options, std::mt19937_64& engine,
                    absl::Span<float> pixels) {
  SampleView(picture, RandomView(picture, options, engine), side, pixels);
  ChangeColors(options, engine, static_cast<std::size_t>(side * side), pixels);
  if (Uniform(engine, 0, 1) < options.erase) EraseRectangle(side, engine, pixels);
}

void PlainView(const media::Picture& picture, std::int64_t side, absl::Span<float> pixels) {
  const media::Picture fitted = media::FitPicture(picture, side, side, media::Fit::kStretch);
  const auto plane = static_cast<std::size_t>(side * side);
  for (std::size_t i = 0; i < plane; ++i) {
    for (std::size_t color = 0; color < kColors; ++color) {
      pixels[color * plane + i] = static_cast<float>(fitted.rgb[i * kColors + color]) / 255;
    }
  }
}

}  // namespace clientele::profile
