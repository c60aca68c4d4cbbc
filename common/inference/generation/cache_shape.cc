#include "common/inference/generation/cache_shape.h"

#include <algorithm>

namespace clientele::inference {
namespace {

constexpr std::int64_t kPositionStep = 32;

// `wanted` where `have` is too small, at most `reserved`.
std::int64_t GrowAxis(std::int64_t have, std::int64_t need, std::int64_t wanted,
                      std::int64_t reserved, std::int64_t step) {
  const std::int64_t size = need > have ? (wanted + step - 1) / step * step : have;
  return std::clamp(size, need, std::max(need, reserved));
}

}  // namespace

CacheShape Beside(const CacheShape& a, const CacheShape& b) {
  return {a.rows + b.rows, std::max(a.positions, b.positions), std::max(a.source, b.source)};
}

CacheShape Grow(const CacheShape& have, const CacheShape& need, const CacheShape& reserved) {
  // Sequences get longer with every step; rows and sources do not.
  return {GrowAxis(have.rows, need.rows, std::max(need.rows, 2 * have.rows), reserved.rows, 1),
          GrowAxis(have.positions, need.positions, 2 * need.positions, reserved.positions,
                   kPositionStep),
          GrowAxis(have.source, need.source, std::max(need.source, 2 * have.source),
                   reserved.source, kPositionStep)};
}

}  // namespace clientele::inference
