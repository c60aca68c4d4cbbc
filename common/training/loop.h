#ifndef CLIENTELE_COMMON_TRAINING_LOOP_H_
#define CLIENTELE_COMMON_TRAINING_LOOP_H_

// Trains a module in mini-batches: gradients, clipping, schedule, validation, early stopping, and a
// checkpoint to go on from after a cut.
//
//   RandomSource random(seed);
//   Net net;                                             // its weights are drawn
//   torch::optim::Adam optimizer(net->parameters(), 1e-3);
//   CLIENTELE_ASSIGN_OR_RETURN(BatchOrder order, BatchOrder::Create({.examples = n, .seed =
//   seed})); CLIENTELE_ASSIGN_OR_RETURN(
//       const LoopResult result,
//       RunLoop({.epochs = 20, .early_stopping = EarlyStoppingOptions{}, .checkpoints = folder,
//                .checkpoint_every = 500},
//               StateOf(*net), optimizer, order, random,
//               {.loss = [&](const Batch& batch) { return Loss(net, batch.examples); },
//                .validate = [&](std::int64_t) { return ValidationLoss(net); },
//                .progress = [&](const LoopProgress& at) { return Report(at); }}));
//
// A run that is resumed ends with the same bits as one that was never cut: batches, learning rate,
// optimizer, both random generators and the early stopping go on where the checkpoint was taken.
// That holds on one machine with one number of threads, for losses that are functions of the batch,
// the module and those generators.
//
// Belongs to one thread.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"

#include "common/training/batch_order.h"
#include "common/training/early_stopping.h"
#include "common/training/learning_rate.h"
#include "common/training/named_tensors.h"
#include "common/training/seeds.h"

namespace torch::optim {
class Optimizer;
}  // namespace torch::optim

namespace clientele::training {

struct Batch {
  std::int64_t epoch = 0;
  std::int64_t step = 0;  // over all epochs
  absl::Span<const std::size_t> examples;
};

struct LoopOptions {
  std::int64_t epochs = 1;
  // The Euclidean norm of all gradients together is at most this; 0: not clipped (Pascanu, Mikolov,
  // Bengio, On the difficulty of training recurrent neural networks, ICML 2013).
  double max_gradient_norm = 0;
  // Of each parameter group's own learning rate.
  LearningRateSchedule schedule = {};
  // With `validate`: the module ends with the values it had when it was best.
  std::optional<EarlyStoppingOptions> early_stopping = {};
  // Where checkpoints are; empty: none. A checkpoint that is there is gone on from. It stays after
  // the end, so that a cut before the result is kept costs nothing: clear it then.
  std::filesystem::path checkpoints = {};
  // Steps from one checkpoint to the next; one is also taken at the end. 0: at the end alone.
  std::int64_t checkpoint_every = 0;
  // What else makes this training what it is, such as a digest of the data and of the options. A
  // checkpoint of another is refused.
  std::string fingerprint = {};
};

struct LoopProgress {
  std::int64_t epoch = 0;  // that was worked on, from 0
  std::int64_t epochs = 0;
  std::int64_t step = 0;  // that were done, over all epochs
  std::int64_t steps = 0;
  double mean_loss = 0;  // of this epoch so far, each batch counting the same
};

struct LoopCallbacks {
  // The mean loss of a batch, a scalar whose gradients reach the module. Its error ends the loop.
  std::function<absl::StatusOr<at::Tensor>(const Batch&)> loss = {};
  // After each epoch, what early stopping looks at. May be empty. The module is in training mode
  // unless this sets it otherwise, and sets it back.
  std::function<absl::StatusOr<double>(std::int64_t epoch)> validate = {};
  // After each step. May be empty. An error ends the loop with it: so a training is cancelled.
  std::function<absl::Status(const LoopProgress&)> progress = {};
};

struct EpochRecord {
  double mean_loss = 0;
  std::optional<double> validation;  // absent without `validate`, or where not finite

  friend bool operator==(const EpochRecord&, const EpochRecord&) = default;
};

struct LoopResult {
  std::int64_t steps = 0;
  std::vector<EpochRecord> epochs;
  std::optional<EarlyStopping::Best> best;  // the epoch whose values the module has
  bool resumed = false;                     // from a checkpoint
};

// `state` is all that changes by training, parameters and buffers; `optimizer` is of its
// parameters. Both are as freshly made also where a checkpoint is gone on from.
//
// Errors: those of the callbacks; INVALID_ARGUMENT for wrong options; FAILED_PRECONDITION for a
// checkpoint of another training; DATA_LOSS for a damaged one (CheckpointFolder::Clear starts
// anew); OUT_OF_RANGE when the loss or the gradients are no longer finite: a smaller learning rate
// or clipping helps; INTERNAL when torch or the disk fails.
absl::StatusOr<LoopResult> RunLoop(const LoopOptions& options,
                                   const std::vector<NamedTensor>& state,
                                   torch::optim::Optimizer& optimizer, BatchOrder& order,
                                   RandomSource& random, const LoopCallbacks& callbacks);

}  // namespace clientele::training

#endif  // CLIENTELE_COMMON_TRAINING_LOOP_H_
