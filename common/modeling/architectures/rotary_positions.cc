#include "common/modeling/architectures/rotary_positions.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include <ATen/ATen.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"

#include "common/modeling/architectures/module_source.h"

namespace clientele::modeling {
namespace {

constexpr double kUsualTheta = 10000.0;

// $0: what the cosines and sines are multiplied by.
constexpr char kPhase[] = R"py(
def phase(self, positions: Tensor) -> Tensor:
    angles = positions.unsqueeze(-1).to(self.frequencies.dtype) * self.rates(positions)
    angles = torch.cat([angles, angles], -1).unsqueeze(1)
    return torch.stack([torch.cos(angles), torch.sin(angles)]).to(self.tokens.dtype)$0
)py";
constexpr char kRates[] = R"py(
def rates(self, positions: Tensor) -> Tensor:
    return self.frequencies
)py";
constexpr char kRatesByLength[] = R"py(
def rates(self, positions: Tensor) -> Tensor:
    lengths = torch.amax(positions, [1], True).unsqueeze(-1) + 1
    growth = torch.clamp(lengths.float() * self.growth - self.growth_offset, min=1.0)
    return self.frequencies * torch.pow(growth, self.growth_exponents)
)py";
constexpr char kRatesShortOrLong[] = R"py(
def rates(self, positions: Tensor) -> Tensor:
    last = torch.amax(positions, [1], True).unsqueeze(-1)
    return torch.where(last < self.trained, self.frequencies, self.long_frequencies)
)py";

// A number that a kind cannot do without.
double Wanted(Config& scaling, const char* field, double min) {
  if (!scaling.Has(field)) {
    scaling.Reject(field, "is missing");
    return 1;
  }
  return scaling.Float(field, 1, min);
}

// Long waves are stretched by `factor`, short ones kept, those between blended.
at::Tensor ScaleByWavelength(const at::Tensor& frequencies, Config& scaling, double factor,
                             std::int64_t trained_positions) {
  const double low = Wanted(scaling, "low_freq_factor", kSmallest);
  const double high = Wanted(scaling, "high_freq_factor", kSmallest);
  const auto trained = static_cast<double>(trained_positions);
  if (!(high > low)) {
    scaling.Reject("high_freq_factor", "must be greater than low_freq_factor");
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

// Yarn's ramp over the dimensions, by how often each turns within the trained positions.
at::Tensor ScaleByTurns(const at::Tensor& frequencies, Config& scaling,
                        const RotaryPositions& rotary) {
  const auto or_usual = [&](const char* field, double usual) {
    const double value = scaling.Float(field, usual, 0);
    return value == 0 ? usual : value;
  };
  const double fast = or_usual("beta_fast", 32);
  const double slow = or_usual("beta_slow", 1);
  const auto width = static_cast<double>(rotary.head_width);
  const auto dimension_of = [&](double turns) {
    const double positions_a_turn = static_cast<double>(rotary.trained) / turns;
    return width * std::log(positions_a_turn / (2 * std::numbers::pi)) /
           (2 * std::log(rotary.theta));
  };
  double first = dimension_of(fast);
  double last = dimension_of(slow);
  if (scaling.Bool("truncate", true)) {
    first = std::floor(first);
    last = std::ceil(last);
  }
  first = std::max(first, 0.0);
  last = std::min(last, width - 1);
  if (first == last) last += 0.001;
  const at::Tensor dimensions = at::arange(0, rotary.head_width / 2, at::kLong).to(at::kFloat);
  const at::Tensor stretched_share = at::clamp((dimensions - first) / (last - first), 0, 1);
  return frequencies / rotary.factor * stretched_share + frequencies * (1 - stretched_share);
}

// Yarn's section 3.4: sharper attention for a longer reach.
double Amplitude(Config& scaling, double factor) {
  const auto growth = [&](double share) {
    return factor <= 1 ? 1.0 : 0.1 * share * std::log(factor) + 1.0;
  };
  if (scaling.Has("attention_factor")) return scaling.Float("attention_factor", 1, 0);
  const double own = scaling.Float("mscale", 0);
  const double all = scaling.Float("mscale_all_dim", 0);
  return own != 0 && all != 0 ? growth(own) / growth(all) : growth(1);
}

// Longrope keeps the sharpness of attention over a longer reach, as published for Phi-3.
double UsualAmplitude(const RotaryPositions& rotary) {
  if (rotary.factor <= 1) return 1;
  return std::sqrt(1 + std::log(rotary.factor) / std::log(static_cast<double>(rotary.trained)));
}

// What longrope divides the frequencies by, one number for each.
at::Tensor Stretches(Config& scaling, const char* field, std::int64_t count) {
  const std::vector<double> stretches = scaling.Floats(field, kSmallest);
  if (static_cast<std::int64_t>(stretches.size()) != count) {
    scaling.Reject(field, absl::StrCat("must be ", count, " numbers, one for each frequency"));
    return at::ones({count});
  }
  return at::tensor(stretches, at::kFloat);
}

Config ScalingOf(Config& config) {
  // What an older file says goes before a newer field, as in the reference.
  const char* field = config.Has("rope_scaling") && !config.Object("rope_scaling").IsEmpty()
                          ? "rope_scaling"
                          : "rope_parameters";
  return config.Object(field);
}

}  // namespace

RotaryPositions ReadRotaryPositions(Config& config, std::int64_t head_width,
                                    std::int64_t max_positions) {
  Config scaling = ScalingOf(config);
  RotaryPositions rotary;
  rotary.head_width = head_width;
  rotary.trained = max_positions;
  rotary.theta = scaling.Has("rope_theta") ? scaling.Float("rope_theta", kUsualTheta)
                                           : config.Float("rope_theta", kUsualTheta);
  if (!(rotary.theta > 1)) config.Reject("rope_theta", "must be greater than 1");
  // Older files say "type".
  const std::string kind = scaling.String("rope_type", scaling.String("type", "default"));
  for (const char* layers : {"full_attention", "sliding_attention"}) {
    if (scaling.Has(layers)) scaling.Reject(layers, "is not supported: layers turn alike");
  }
  for (Config* part : {&scaling, &config}) {
    if (part->Float("partial_rotary_factor", 1) != 1) {
      part->Reject("partial_rotary_factor", "must be 1: whole heads are turned");
    }
  }

  const at::Tensor exponents =
      at::arange(0, head_width, 2, at::kLong).to(at::kFloat) / static_cast<double>(head_width);
  rotary.frequencies = 1.0 / at::pow(rotary.theta, exponents);
  if (kind == "yarn" || kind == "longrope" || kind == "llama3") {
    const std::int64_t inside =
        scaling.Int("original_max_position_embeddings", max_positions, 1, kMaxPositions);
    rotary.trained = config.Int("original_max_position_embeddings", inside, 1, kMaxPositions);
  }
  const bool has_usual_factor = kind == "yarn" || kind == "longrope";
  if (has_usual_factor && !scaling.Has("factor")) {
    rotary.factor = static_cast<double>(max_positions) / static_cast<double>(rotary.trained);
  } else if (has_usual_factor || kind == "linear" || kind == "dynamic" || kind == "llama3") {
    rotary.factor = Wanted(scaling, "factor", kSmallest);
  }
  if (kind == "linear") {
    rotary.frequencies = rotary.frequencies / rotary.factor;
  } else if (kind == "dynamic") {
    rotary.by_length = true;
    if (rotary.factor < 1) scaling.Reject("factor", "must be at least 1");
    if (head_width < 4) config.Reject("head_dim", "must be at least 4 for dynamic positions");
  } else if (kind == "yarn") {
    rotary.frequencies = ScaleByTurns(rotary.frequencies, scaling, rotary);
    rotary.amplitude = Amplitude(scaling, rotary.factor);
  } else if (kind == "longrope") {
    const at::Tensor plain = rotary.frequencies;
    rotary.frequencies = plain / Stretches(scaling, "short_factor", head_width / 2);
    rotary.long_frequencies = plain / Stretches(scaling, "long_factor", head_width / 2);
    rotary.amplitude = scaling.Float("attention_factor", UsualAmplitude(rotary), 0);
    if (rotary.trained < 2) scaling.Reject("original_max_position_embeddings", "must be above 1");
  } else if (kind == "llama3") {
    rotary.frequencies =
        ScaleByWavelength(rotary.frequencies, scaling, rotary.factor, rotary.trained);
  } else if (kind != "default") {
    scaling.Reject("rope_type", "must be default, linear, dynamic, yarn, longrope or llama3");
  }
  const double scaled = rotary.factor * static_cast<double>(rotary.trained);
  rotary.reach =
      std::max(max_positions,
               static_cast<std::int64_t>(std::min(scaled, static_cast<double>(kMaxPositions))));
  config.Keep(scaling.status());
  return rotary;
}

std::string DefinePhase(const RotaryPositions& rotary, torch::jit::Module& root) {
  root.register_buffer("frequencies", rotary.frequencies);
  if (rotary.by_length) {
    const auto width = static_cast<double>(rotary.head_width);
    SetFloat(root, "growth", rotary.factor / static_cast<double>(rotary.trained));
    SetFloat(root, "growth_offset", rotary.factor - 1);
    root.register_buffer(
        "growth_exponents",
        at::arange(0, rotary.head_width, 2, at::kLong).to(at::kFloat) / (2 - width));
  }
  if (rotary.long_frequencies.defined()) {
    SetInt(root, "trained", rotary.trained);
    root.register_buffer("long_frequencies", rotary.long_frequencies);
  }
  std::string amplitude;
  if (rotary.amplitude != 1) {
    SetFloat(root, "amplitude", rotary.amplitude);
    amplitude = " * self.amplitude";
  }
  const char* rates = rotary.by_length ? kRatesByLength : kRates;
  if (rotary.long_frequencies.defined()) rates = kRatesShortOrLong;
  return absl::StrCat(rates, absl::Substitute(kPhase, amplitude));
}

}  // namespace clientele::modeling
