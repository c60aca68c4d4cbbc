#include "services/qa-service/training/encoder/token_batches.h"

#include <algorithm>
#include <random>

#include "common/frame/shuffle.h"

namespace clientele::qa {

std::vector<std::vector<std::size_t>> TokenBatches(absl::Span<const std::int64_t> lengths,
                                                   std::size_t max_tokens, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<std::size_t> order = frame::Permutation(lengths.size(), random);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return lengths[a] < lengths[b]; });
  std::vector<std::vector<std::size_t>> batches;
  for (const std::size_t row : order) {
    const auto length = static_cast<std::size_t>(std::max<std::int64_t>(lengths[row], 1));
    // Rows come by length: the new one is the longest.
    if (batches.empty() || (batches.back().size() + 1) * length > max_tokens)
      batches.emplace_back();
    batches.back().push_back(row);
  }
  return batches;
}

}  // namespace clientele::qa
