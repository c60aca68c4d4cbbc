#include "common/frame/scaler.h"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "absl/status/status.h"

namespace clientele::frame {
namespace {

// Below this share of the largest value a deviation is rounding alone.
constexpr double kConstant = 1e-12;

}  // namespace

double Scaler::Prepare(double value) const {
  return log1p_ ? std::copysign(std::log1p(std::abs(value)), value) : value;
}

Scaler Scaler::Learn(const NumericColumn& column, ScalerOptions options) {
  Scaler scaler;
  scaler.log1p_ = options.log1p;
  // Welford's recurrence: stable where the mean is far larger than the deviation.
  double count = 0, mean = 0, squares = 0, largest = 0;
  for (const double value : column.values) {
    if (std::isnan(value)) continue;
    const double x = scaler.Prepare(value);
    ++count;
    const double from_old_mean = x - mean;
    mean += from_old_mean / count;
    squares += from_old_mean * (x - mean);
    largest = std::max(largest, std::abs(x));
  }
  if (count == 0 || !std::isfinite(mean)) return scaler;
  scaler.mean_ = mean;
  const double deviation = std::sqrt(squares / count);
  if (std::isfinite(deviation) && deviation > kConstant * largest) scaler.deviation_ = deviation;
  return scaler;
}

double Scaler::Scale(double value) const {
  return std::isnan(value) ? 0 : (Prepare(value) - mean_) / deviation_;
}

std::vector<double> Scaler::Encode(const NumericColumn& column) const {
  std::vector<double> scaled;
  scaled.reserve(column.values.size());
  for (const double value : column.values) scaled.push_back(Scale(value));
  return scaled;
}

nlohmann::json Scaler::ToJson() const {
  return {{"mean", mean_}, {"deviation", deviation_}, {"log1p", log1p_}};
}

absl::StatusOr<Scaler> Scaler::FromJson(const nlohmann::json& json) {
  const auto number = [&](const char* name) {
    return json.contains(name) && json[name].is_number() && std::isfinite(json[name].get<double>());
  };
  if (!json.is_object() || !number("mean") || !number("deviation") || !json.contains("log1p") ||
      !json["log1p"].is_boolean() || !(json["deviation"].get<double>() > 0)) {
    return absl::InvalidArgumentError(
        "a scaler is {\"mean\": number, \"deviation\": number above 0, \"log1p\": boolean}");
  }
  Scaler scaler;
  scaler.mean_ = json["mean"].get<double>();
  scaler.deviation_ = json["deviation"].get<double>();
  scaler.log1p_ = json["log1p"].get<bool>();
  return scaler;
}

}  // namespace clientele::frame
