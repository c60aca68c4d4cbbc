#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_SEQUENCE_SEQUENCE_WINDOWS_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_SEQUENCE_SEQUENCE_WINDOWS_H_

// Sequences in pieces that a model of bounded length learns from, and batches of pieces.
//
//   const std::vector<std::int64_t> lengths = ...;  // what is learned of each customer's sequence
//   const auto windows = SequenceWindows(sequences, lengths, /*positions=*/50);
//   const auto batches = WindowBatches(windows, /*max_places=*/1024, seed);
//   const WindowTensors batch = TensorsOf(sequences, windows, batches[0]);

#include <cstddef>
#include <cstdint>
#include <vector>

#include <ATen/core/Tensor.h>

#include "absl/types/span.h"

#include "services/recommend-service/training/item_sequences.h"

namespace clientele::recommend {

// `places` items from `begin` in ItemSequences::item, each followed by the one that is to be told.
struct SequenceWindow {
  std::int64_t begin = 0;
  std::int64_t places = 0;  // 1 or more

  friend bool operator==(const SequenceWindow&, const SequenceWindow&) = default;
};

// Each pair of neighbors among the first lengths[c] items of customer c is in one window, of at
// most `positions` places; the last window of a customer is as long as it can be. Pure.
std::vector<SequenceWindow> SequenceWindows(const ItemSequences& sequences,
                                            absl::Span<const std::int64_t> lengths,
                                            std::int64_t positions);

// Windows by their index in batches that cost alike: windows x longest is at most `max_places`, but
// for a window that is longer by itself. Equally long windows are in random order, so that every
// seed gives batches of the same sizes with other neighbors. Each window is in one batch. Pure.
std::vector<std::vector<std::size_t>> WindowBatches(absl::Span<const SequenceWindow> windows,
                                                    std::int64_t max_places, std::uint64_t seed);

struct WindowTensors {
  at::Tensor items;    // int64 [windows, T], filled up with 0
  at::Tensor places;   // int64 [N], indices into windows x T of what is not filled up
  at::Tensor targets;  // int64 [N], the items that follow them
};

WindowTensors TensorsOf(const ItemSequences& sequences, absl::Span<const SequenceWindow> windows,
                        absl::Span<const std::size_t> batch);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_SEQUENCE_SEQUENCE_WINDOWS_H_
