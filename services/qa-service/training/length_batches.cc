#include "services/qa-service/training/length_batches.h"

#include <algorithm>
#include <random>

#include "common/frame/shuffle.h"

namespace clientele::qa {
namespace {

constexpr std::size_t kBatchesInWindow = 16;

}  // namespace

std::vector<std::vector<std::size_t>> LengthBatches(absl::Span<const std::int64_t> lengths,
                                                    std::size_t batch_rows, std::uint64_t seed) {
  std::vector<std::size_t> order(lengths.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::mt19937_64 random(seed);
  frame::Shuffle(order, random);
  std::vector<std::vector<std::size_t>> batches;
  const std::size_t window = batch_rows * kBatchesInWindow;
  for (std::size_t begin = 0; begin < order.size(); begin += window) {
    const std::size_t end = std::min(order.size(), begin + window);
    const auto first = order.begin() + static_cast<std::ptrdiff_t>(begin);
    const auto last = order.begin() + static_cast<std::ptrdiff_t>(end);
    std::stable_sort(first, last,
                     [&](std::size_t a, std::size_t b) { return lengths[a] < lengths[b]; });
    for (std::size_t at = begin; at < end; at += batch_rows) {
      const std::size_t stop = std::min(end, at + batch_rows);
      batches.emplace_back(order.begin() + static_cast<std::ptrdiff_t>(at),
                           order.begin() + static_cast<std::ptrdiff_t>(stop));
    }
  }
  return batches;
}

}  // namespace clientele::qa
