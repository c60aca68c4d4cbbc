#include "common/frame/shuffle.h"

#include <numeric>

namespace clientele::frame {

std::uint64_t RandomBelow(std::mt19937_64& random, std::uint64_t bound) {
  // Values beyond the last whole multiple of `bound` would make the small results likelier.
  const std::uint64_t too_small = (0 - bound) % bound;
  while (true) {
    const std::uint64_t drawn = random();
    if (drawn >= too_small) return drawn % bound;
  }
}

std::vector<std::size_t> Permutation(std::size_t count, std::mt19937_64& random) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  Shuffle(order, random);
  return order;
}

}  // namespace clientele::frame
