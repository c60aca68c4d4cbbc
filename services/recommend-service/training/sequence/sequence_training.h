#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_SEQUENCE_SEQUENCE_TRAINING_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_SEQUENCE_SEQUENCE_TRAINING_H_

// Trains common/modeling/architectures/item_sequence.h to tell each customer's next item.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const TrainedSequence trained,
//                              TrainItemSequence(sequences, items, {.seed = 7}));
//   const at::Tensor vectors = SequenceVectors(trained.module, sequences, 50);
//
// Adam (Kingma, Ba, ICLR 2015) on the loss of gbce_loss.h. The last items of some customers are
// held out, and the training ends when the mean of 1 / log2(2 + rank) of these among all items but
// the customer's own gets no better; the module is the one that was best. Sequences of any length
// cost time by their length alone.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include <ATen/core/Tensor.h>
#include <torch/csrc/jit/api/module.h>

#include "absl/status/statusor.h"

#include "common/training/loop.h"
#include "services/recommend-service/training/item_sequences.h"

namespace clientele::recommend {

struct SequenceTrainingOptions {
  std::int64_t positions = 50;  // of the longest sequence that is looked at
  std::int64_t width = 64;
  std::int64_t layers = 2;
  std::int64_t heads = 1;
  double dropout = 0.2;
  std::int64_t negatives = 512;  // of a batch; all items where there are fewer
  double calibration = 0.75;     // 0 to 1, see gbce_loss.h
  double learning_rate = 2e-3;
  // Places of a batch, those that are filled up among them; 0: a 64th of all, 128 to 1024.
  std::int64_t batch_places = 0;
  std::int64_t epochs = 100;
  int patience = 10;
  // Of the customers with two items or more, a tenth is held out, but not more than this.
  std::int64_t max_held_out = 2000;
  std::uint64_t seed = 1;
  // Where it goes on from after a cut, see LoopOptions; empty: nowhere.
  std::filesystem::path checkpoints = {};
  std::int64_t checkpoint_every = 0;
  // After each step; may be empty. An error ends the training with it.
  std::function<absl::Status(const training::LoopProgress&)> progress = {};
};

struct TrainedSequence {
  torch::jit::Module module;
  std::int64_t held_out = 0;  // customers
  training::LoopResult loop;  // what validation found, and when it was best
};

// What makes a training what it is, in hexadecimal digits: the data and all options but the passes
// and the checkpoints. A checkpoint of another is refused.
std::string SequenceFingerprint(const ItemSequences& sequences, std::int64_t items,
                                const SequenceTrainingOptions& options);

// Deterministic on one machine. Takes one thread; others that train in the process at the same time
// wait. Errors: INVALID_ARGUMENT for items beyond 0 to items - 1 or options that are impossible;
// FAILED_PRECONDITION, reason TOO_FEW_INTERACTIONS, where nobody has two items; those of RunLoop.
absl::StatusOr<TrainedSequence> TrainItemSequence(const ItemSequences& sequences,
                                                  std::int64_t items,
                                                  const SequenceTrainingOptions& options);

// What the model knows of each customer after the last `positions` items: float32
// [customers, width], zeros for those without an item. INTERNAL where torch fails.
absl::StatusOr<at::Tensor> SequenceVectors(const torch::jit::Module& module,
                                           const ItemSequences& sequences, std::int64_t positions);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_SEQUENCE_SEQUENCE_TRAINING_H_
