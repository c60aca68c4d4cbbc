#ifndef CLIENTELE_COMMON_INFERENCE_TORCHSCRIPT_KERNELS_VECTOR_MATH_H_
#define CLIENTELE_COMMON_INFERENCE_TORCHSCRIPT_KERNELS_VECTOR_MATH_H_

// Arithmetic that the compiler turns into vector instructions: no branches, no calls, no tables.
// Functions that loop over it are compiled for several processors (common/cpu/clones.h).
// CMakeLists.txt lets the files that do so reorder sums, which vectors need.

#include <bit>
#include <cstdint>

namespace clientele::inference {

// The largest of f(0) ... f(length - 1) and `least`. In lanes, because a compiler may not reorder
// comparisons of numbers that could be NaN.
template <typename F>
inline float LargestOf(std::int64_t length, float least, F f) {
  constexpr int kLanes = 32;
  float lanes[kLanes];
  for (float& lane : lanes) lane = least;
  std::int64_t i = 0;
  for (; i + kLanes <= length; i += kLanes) {
    for (int lane = 0; lane < kLanes; ++lane) {
      const float value = f(i + lane);
      lanes[lane] = value > lanes[lane] ? value : lanes[lane];
    }
  }
  for (int lane = 0; i < length; ++i, ++lane) {
    const float value = f(i);
    lanes[lane] = value > lanes[lane] ? value : lanes[lane];
  }
  for (int half = kLanes / 2; half > 0; half /= 2) {
    for (int lane = 0; lane < half; ++lane) {
      lanes[lane] = lanes[lane + half] > lanes[lane] ? lanes[lane + half] : lanes[lane];
    }
  }
  return lanes[0];
}

// e^x within 2e-7 of the value, for x in [-80, 88]; clamped outside, so that small multiples of it
// have a leading 1. x = n ln 2 + r, and a polynomial for e^r (Cody and Waite 1980; coefficients of
// Cephes' expf).
inline float FastExp(float x) {
  x = x < -80.0f ? -80.0f : x;
  x = x > 88.0f ? 88.0f : x;
  const float n = __builtin_rintf(x * 1.44269504088896341f);
  float r = x - n * 0.693359375f;
  r = r - n * -2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;
  const auto power = static_cast<std::int32_t>(n);
  return p * std::bit_cast<float>((power + 127) << 23);
}

// erf(x) within 2e-7 (Abramowitz and Stegun 1964, formula 7.1.26).
inline float FastErf(float x) {
  const float a = x < 0 ? -x : x;
  const float t = 1.0f / (1.0f + 0.3275911f * a);
  float p = 1.061405429f;
  p = p * t - 1.453152027f;
  p = p * t + 1.421413741f;
  p = p * t - 0.284496736f;
  p = p * t + 0.254829592f;
  const float y = 1.0f - p * t * FastExp(-a * a);
  return x < 0 ? -y : y;
}

// tanh(x) = 1 - 2 / (e^2x + 1).
inline float FastTanh(float x) { return 1.0f - 2.0f / (FastExp(2.0f * x) + 1.0f); }

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_TORCHSCRIPT_KERNELS_VECTOR_MATH_H_
