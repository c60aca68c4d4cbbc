#include "common/batching/compute_time.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace clientele::batching {

std::size_t ComputeTime::ClassOf(std::int64_t cells) {
  return std::bit_width(static_cast<std::uint64_t>(std::max<std::int64_t>(1, cells))) - 1;
}

void ComputeTime::Record(std::int64_t cells, absl::Duration took) {
  // Zero marks "not measured", so a measured zero is kept as a nanosecond.
  const double seconds = std::max(1e-9, absl::ToDoubleSeconds(took));
  double& mean = seconds_[ClassOf(cells)];
  mean = mean == 0 ? seconds : mean + (seconds - mean) / 8;
}

int ComputeTime::MeasuredClass(std::int64_t cells) const {
  for (int i = static_cast<int>(ClassOf(cells)); i >= 0; --i) {
    if (seconds_[i] > 0) return i;
  }
  return -1;
}

absl::Duration ComputeTime::Estimate(std::int64_t cells) const {
  const int i = MeasuredClass(cells);
  return i < 0 ? absl::ZeroDuration() : absl::Seconds(seconds_[i]);
}

absl::Duration ComputeTime::Expect(std::int64_t cells) const {
  const auto own = static_cast<int>(ClassOf(cells));
  int i = MeasuredClass(cells);
  if (i == own) return absl::Seconds(seconds_[i]);
  if (i < 0) {
    i = own + 1;
    while (i < static_cast<int>(seconds_.size()) && seconds_[i] == 0) ++i;
    if (i == static_cast<int>(seconds_.size())) return absl::InfiniteDuration();
  }
  return absl::Seconds(seconds_[i] * std::exp2(own - i));
}

void ComputeTime::Doubt(std::int64_t cells) {
  if (const int i = MeasuredClass(cells); i >= 0) seconds_[i] *= 7.0 / 8;
}

}  // namespace clientele::batching
