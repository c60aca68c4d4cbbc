#include "services/recommend-service/core/experiments/confidence_sequence.h"

#include <algorithm>
#include <cmath>

namespace clientele::recommend {
namespace {

// p (1 - p) of the rate with one success and one failure added.
double VarianceOf(const ConversionCounts& counts) {
  const double p =
      (static_cast<double>(counts.converted) + 1) / (static_cast<double>(counts.exposed) + 2);
  return p * (1 - p);
}

}  // namespace

DifferenceInterval AlwaysValidDifference(const ConversionCounts& control,
                                         const ConversionCounts& variant, double error_rate,
                                         std::int64_t planned_exposures) {
  if (control.exposed <= 0 || variant.exposed <= 0) return {};
  const double s0 = VarianceOf(control), s1 = VarianceOf(variant);
  const double v =
      s0 / static_cast<double>(control.exposed) + s1 / static_cast<double>(variant.exposed);
  const double l = -2 * std::log(error_rate);
  const double t2 = (s0 + s1) / static_cast<double>(planned_exposures) * (l + std::log1p(l));
  const double half_width = std::sqrt(v * (v + t2) / t2 * (l + std::log((v + t2) / v)));
  const double difference = variant.rate() - control.rate();
  return {std::max(-1.0, difference - half_width), std::min(1.0, difference + half_width)};
}

}  // namespace clientele::recommend
