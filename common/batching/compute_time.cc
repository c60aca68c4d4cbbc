#include "common/batching/compute_time.h"

#include <algorithm>
#include <bit>

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

void ComputeTime::Doubt(std::int64_t cells) {
  if (const int i = MeasuredClass(cells); i >= 0) seconds_[i] *= 7.0 / 8;
}

}  // namespace clientele::batching
