#ifndef CLIENTELE_TOOLS_SAMPLE_DATA_RANDOM_STREAM_H_
#define CLIENTELE_TOOLS_SAMPLE_DATA_RANDOM_STREAM_H_

// Random numbers whose values are the same on every platform: a counter hashed
// with SplitMix64's finalizer (Steele, Lea, Flood: "Fast splittable pseudorandom
// number generators", 2014), and distributions in integers only. The standard
// library's distributions differ between implementations, and floating point
// differs with fused multiply-add.
//
//   RandomStream random(seed, "customer", index);   // independent of every other stream
//   if (random.Chance(30)) ...                      // in 30 of 100 cases
//
// Not thread-safe; copies continue independently with the same values.

#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"

namespace clientele::sample {

class RandomStream {
 public:
  RandomStream(uint64_t seed, absl::string_view purpose, uint64_t index);

  uint64_t Next();
  // 0 <= result < bound; bound > 0.
  int64_t Below(int64_t bound);
  // first <= result <= last.
  int64_t Between(int64_t first, int64_t last) { return first + Below(last - first + 1); }
  bool Chance(int percent) { return Below(100) < percent; }
  // An index, with probability proportional to its weight; the sum is positive.
  int Weighted(const std::vector<int>& weights);
  // The same for running sums (ascending, last one positive).
  int WeightedBySums(const std::vector<int64_t>& sums);
  template <class T>
  const T& Pick(const std::vector<T>& values) {
    return values[Below(static_cast<int64_t>(values.size()))];
  }

 private:
  uint64_t key_;
  uint64_t counter_ = 0;
};

}  // namespace clientele::sample

#endif  // CLIENTELE_TOOLS_SAMPLE_DATA_RANDOM_STREAM_H_
