#include "services/recommend-service/training/sequence/sequence_windows.h"

#include <algorithm>
#include <random>

#include <ATen/ATen.h>

#include "common/frame/shuffle.h"

namespace clientele::recommend {

std::vector<SequenceWindow> SequenceWindows(const ItemSequences& sequences,
                                            absl::Span<const std::int64_t> lengths,
                                            std::int64_t positions) {
  std::vector<SequenceWindow> windows;
  for (std::size_t customer = 0; customer < lengths.size(); ++customer) {
    const std::int64_t begin = sequences.begin[customer];
    for (std::int64_t end = lengths[customer] - 1; end > 0; end -= positions) {
      const std::int64_t places = std::min(end, positions);
      windows.push_back({begin + end - places, places});
    }
  }
  return windows;
}

std::vector<std::vector<std::size_t>> WindowBatches(absl::Span<const SequenceWindow> windows,
                                                    std::int64_t max_places, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<std::size_t> order = frame::Permutation(windows.size(), random);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return windows[a].places < windows[b].places;
  });
  std::vector<std::vector<std::size_t>> batches;
  for (const std::size_t window : order) {
    // Windows come by length: the new one is the longest.
    if (batches.empty() ||
        static_cast<std::int64_t>(batches.back().size() + 1) * windows[window].places >
            max_places) {
      batches.emplace_back();
    }
    batches.back().push_back(window);
  }
  return batches;
}

WindowTensors TensorsOf(const ItemSequences& sequences, absl::Span<const SequenceWindow> windows,
                        absl::Span<const std::size_t> batch) {
  std::int64_t longest = 0, places = 0;
  for (const std::size_t window : batch) {
    longest = std::max(longest, windows[window].places);
    places += windows[window].places;
  }
  WindowTensors tensors{at::zeros({static_cast<std::int64_t>(batch.size()), longest}, at::kLong),
                        at::empty({places}, at::kLong), at::empty({places}, at::kLong)};
  auto* row = tensors.items.data_ptr<std::int64_t>();
  auto* place = tensors.places.data_ptr<std::int64_t>();
  auto* target = tensors.targets.data_ptr<std::int64_t>();
  std::int64_t row_begin = 0;
  for (const std::size_t window : batch) {
    const std::int32_t* const items = sequences.item.data() + windows[window].begin;
    for (std::int64_t at = 0; at < windows[window].places; ++at) {
      row[at] = items[at];
      *place++ = row_begin + at;
      *target++ = items[at + 1];
    }
    row += longest;
    row_begin += longest;
  }
  return tensors;
}

}  // namespace clientele::recommend
