#ifndef CLIENTELE_COMMON_BATCHING_BATCH_POLICY_H_
#define CLIENTELE_COMMON_BATCHING_BATCH_POLICY_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/time/time.h"

namespace clientele::batching {

// How rows become batches. A plain value.
struct BatchPolicy {
  // Rows in one batch; at least 1.
  std::size_t max_batch_rows = 32;
  // Rows x longest row of one batch; 0: no bound. A single row always fits.
  std::int64_t max_batch_cells = 0;
  // Interactive rows that may wait; one more is refused at once. At least 1.
  std::size_t queue_capacity = 1024;
  // The same for background rows: neither class fills the other's queue. At least 1.
  std::size_t background_queue_capacity = 1024;
  // How long a batch of background rows is expected to take at most, and with it how
  // long one can delay an interactive row; a single row always fits. 0: no bound.
  absl::Duration background_slice = absl::Milliseconds(50);
  // The share of time that background rows have at least while interactive rows never
  // end; 0.01 to 1.
  double background_share = 0.1;
  // How long a row may wait for more rows while a worker is idle. 0: not at all,
  // batches then grow only while the workers are busy.
  absl::Duration max_hold = absl::ZeroDuration();
  // Ascending upper bounds of the length classes; rows of one class share a
  // batch, and what is longer than the last bound is a class of its own.
  std::vector<std::int64_t> length_bounds = {8, 16, 32, 64, 128, 256, 512};
};

// Counts since the start.
struct BatchStats {
  std::uint64_t accepted = 0;   // rows
  std::uint64_t refused = 0;    // rows: the queue was full or closed
  std::uint64_t expired = 0;    // rows dropped uncomputed: no time left
  std::uint64_t cancelled = 0;  // rows dropped uncomputed: nobody waits
  std::uint64_t computed = 0;   // rows
  std::uint64_t batches = 0;
  std::uint64_t cells = 0;         // sum of the computed rows' lengths
  std::uint64_t padded_cells = 0;  // sum of rows x longest row

  BatchStats& operator+=(const BatchStats& other) {
    accepted += other.accepted;
    refused += other.refused;
    expired += other.expired;
    cancelled += other.cancelled;
    computed += other.computed;
    batches += other.batches;
    cells += other.cells;
    padded_cells += other.padded_cells;
    return *this;
  }
};

}  // namespace clientele::batching

#endif  // CLIENTELE_COMMON_BATCHING_BATCH_POLICY_H_
