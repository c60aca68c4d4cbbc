#ifndef CLIENTELE_COMMON_TRAINING_BATCH_ORDER_H_
#define CLIENTELE_COMMON_TRAINING_BATCH_ORDER_H_

// Which examples are in which mini-batch: a function of seed, epoch and step, so that a training
// that was cut goes on with the batch it would have had.
//
//   CLIENTELE_ASSIGN_OR_RETURN(BatchOrder order, BatchOrder::Create({.examples = rows, .seed =
//   7})); for (std::int64_t step = 0; step < order.steps_per_epoch(); ++step) {
//     Train(order.Batch(epoch, step));
//   }
//
// Keeps the order of one epoch (8 bytes an example). Belongs to one thread.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace clientele::training {

struct BatchOrderOptions {
  std::size_t examples = 0;
  std::size_t batch_size = 256;
  // Another random order in each epoch; off: 0, 1, 2, ...
  bool shuffle = true;
  // Leave the last batch out where it is smaller than the others.
  bool drop_last = false;
  std::uint64_t seed = 0;
};

class BatchOrder {
 public:
  // INVALID_ARGUMENT when there is no batch in an epoch.
  static absl::StatusOr<BatchOrder> Create(BatchOrderOptions options);

  const BatchOrderOptions& options() const { return options_; }
  std::int64_t steps_per_epoch() const;

  // The examples of a batch, by their index; step is from 0 to steps_per_epoch() - 1. Valid until
  // the next call.
  absl::Span<const std::size_t> Batch(std::int64_t epoch, std::int64_t step);

 private:
  explicit BatchOrder(BatchOrderOptions options) : options_(options) {}

  BatchOrderOptions options_;
  std::int64_t epoch_ = -1;
  std::vector<std::size_t> order_;  // of epoch_
};

}  // namespace clientele::training

#endif  // CLIENTELE_COMMON_TRAINING_BATCH_ORDER_H_
