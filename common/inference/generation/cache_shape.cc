#include "common/inference/generation/cache_shape.h"

#include <algorithm>

namespace clientele::inference {
namespace {

constexpr std::int64_t kPositionStep = 32;

std::int64_t GrowAxis(std::int64_t have, std::int64_t need, std::int64_t reserved,
                      std::int64_t step) {
  std::int64_t size = have;
  if (need > have) size = (std::max(need, 2 * have) + step - 1) / step * step;
  return std::clamp(size, need, std::max(need, reserved));
}

}  // namespace

CacheShape Beside(const CacheShape& a, const CacheShape& b) {
  return {a.rows + b.rows, std::max(a.positions, b.positions), std::max(a.source, b.source)};
}

CacheShape Grow(const CacheShape& have, const CacheShape& need, const CacheShape& reserved) {
  return {GrowAxis(have.rows, need.rows, reserved.rows, 1),
          GrowAxis(have.positions, need.positions, reserved.positions, kPositionStep),
          GrowAxis(have.source, need.source, reserved.source, kPositionStep)};
}

}  // namespace clientele::inference
