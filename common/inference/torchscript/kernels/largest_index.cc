#include "common/inference/torchscript/kernels/largest_index.h"

#include <algorithm>
#include <bit>

#include "common/cpu/clones.h"
#include "common/inference/torchscript/kernels/vector_math.h"

namespace clientele::inference {
namespace {

// Values that are compared together; which of them is the largest is searched last.
constexpr std::int64_t kBlock = 1024;
constexpr std::uint32_t kExponent = 0x7f800000U;

// All bits of the exponent are set in infinities and NaN alone.
CLIENTELE_CPU_FLAT_CLONES bool AreFinite(const float* values, std::int64_t length) {
  std::uint32_t strange = 0;
  for (std::int64_t i = 0; i < length; ++i) {
    strange |= (std::bit_cast<std::uint32_t>(values[i]) & kExponent) == kExponent ? 1U : 0U;
  }
  return strange == 0;
}

CLIENTELE_CPU_FLAT_CLONES float Largest(const float* values, std::int64_t length) {
  return LargestOf(length, values[0], [values](std::int64_t i) { return values[i]; });
}

}  // namespace

std::int64_t LargestIndex(const float* values, std::int64_t length) {
  std::int64_t best_block = -1;
  float best = 0;
  for (std::int64_t first = 0; first < length; first += kBlock) {
    const std::int64_t count = std::min(kBlock, length - first);
    if (!AreFinite(values + first, count)) return -1;
    const float largest = Largest(values + first, count);
    if (best_block >= 0 && largest <= best) continue;
    best_block = first;
    best = largest;
  }
  if (best_block < 0) return -1;
  return std::find(values + best_block, values + length, best) - values;
}

}  // namespace clientele::inference
