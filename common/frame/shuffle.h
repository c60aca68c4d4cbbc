#ifndef CLIENTELE_COMMON_FRAME_SHUFFLE_H_
#define CLIENTELE_COMMON_FRAME_SHUFFLE_H_

// The same random order from a seed on every machine: the standard library's shuffle and
// distributions differ between implementations. Pure functions, thread-safe.

#include <cstddef>
#include <cstdint>
#include <random>
#include <utility>
#include <vector>

namespace clientele::frame {

// From 0 to bound - 1, all equally likely; bound > 0.
std::uint64_t RandomBelow(std::mt19937_64& random, std::uint64_t bound);

// Fisher and Yates's shuffle.
template <typename T>
void Shuffle(std::vector<T>& values, std::mt19937_64& random) {
  for (std::size_t i = values.size(); i > 1; --i) {
    std::swap(values[i - 1], values[static_cast<std::size_t>(RandomBelow(random, i))]);
  }
}

// 0 to count - 1 in random order.
std::vector<std::size_t> Permutation(std::size_t count, std::mt19937_64& random);

}  // namespace clientele::frame

#endif  // CLIENTELE_COMMON_FRAME_SHUFFLE_H_
