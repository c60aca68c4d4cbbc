#include "tools/clientele-models/architectures/rotary_frequencies.h"

#include <cmath>
#include <numbers>
#include <string>

#include <ATen/ATen.h>

namespace clientele::models {
namespace {

constexpr double kUsualTheta = 10000.0;

// Long waves are stretched by `factor`, short ones kept, those between blended.
at::Tensor ScaleByWavelength(const at::Tensor& frequencies, Config& scaling) {
  const double factor = scaling.Float("factor", 8);
  const double low = scaling.Float("low_freq_factor", 1);
  const double high = scaling.Float("high_freq_factor", 4);
  const double trained =
      static_cast<double>(scaling.Int("original_max_position_embeddings", 8192, 1, kMaxPositions));
  if (!(factor > 0) || !(low > 0) || !(high > low)) {
    scaling.Reject("factor", "and high_freq_factor > low_freq_factor must be positive");
    return frequencies;
  }
  const at::Tensor wavelength = 2 * std::numbers::pi / frequencies;
  const at::Tensor stretched = frequencies / factor;
  const at::Tensor share = (trained / wavelength - low) / (high - low);
  const at::Tensor blended = (1 - share) * stretched + share * frequencies;
  const at::Tensor long_wave = at::where(wavelength > trained / low, stretched, frequencies);
  const at::Tensor between =
      at::logical_and(wavelength >= trained / high, wavelength <= trained / low);
  return at::where(between, blended, long_wave);
}

}  // namespace

at::Tensor RotaryFrequencies(Config& config, std::int64_t head_width) {
  const bool recent = config.Has("rope_parameters");
  Config scaling = config.Object(recent ? "rope_parameters" : "rope_scaling");
  const double theta = recent && scaling.Has("rope_theta")
                           ? scaling.Float("rope_theta", kUsualTheta)
                           : config.Float("rope_theta", kUsualTheta);
  // Older files say "type".
  const std::string kind = scaling.String("rope_type", scaling.String("type", "default"));
  if (!(theta > 1)) config.Reject("rope_theta", "must be greater than 1");

  const at::Tensor exponents =
      at::arange(0, head_width, 2, at::kLong).to(at::kFloat) / static_cast<double>(head_width);
  at::Tensor frequencies = 1.0 / at::pow(theta, exponents);
  if (kind == "linear") {
    const double factor = scaling.Float("factor", 1);
    if (!(factor > 0)) scaling.Reject("factor", "must be positive");
    frequencies = frequencies / factor;
  } else if (kind == "llama3") {
    frequencies = ScaleByWavelength(frequencies, scaling);
  } else if (kind != "default") {
    scaling.Reject("rope_type", "must be default, linear or llama3");
  }
  config.Keep(scaling.status());
  return frequencies;
}

}  // namespace clientele::models
