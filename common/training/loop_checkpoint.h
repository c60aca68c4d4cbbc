#ifndef CLIENTELE_COMMON_TRAINING_LOOP_CHECKPOINT_H_
#define CLIENTELE_COMMON_TRAINING_LOOP_CHECKPOINT_H_

// A loop's state as the files of a checkpoint, and back. For loop.cc alone.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "common/training/checkpoint_folder.h"
#include "common/training/early_stopping.h"
#include "common/training/loop.h"
#include "common/training/named_tensors.h"
#include "common/training/seeds.h"

namespace clientele::training {

// Where a loop stands, between two steps.
struct LoopPosition {
  std::int64_t epoch = 0;
  std::int64_t step_in_epoch = 0;
  std::int64_t step = 0;
  double loss_sum = 0;  // of this epoch's steps
  bool stopped = false;
  std::vector<EpochRecord> epochs;
  EarlyStopping::State stopping;
};

// What a checkpoint must have in common with the training that goes on from it.
std::string TrainingIdentity(const std::string& fingerprint, const BatchOrderOptions& order,
                             std::int64_t epochs);

// `best` is empty where no best state is kept.
absl::StatusOr<CheckpointFiles> ToFiles(const std::string& identity, const LoopPosition& position,
                                        const std::vector<NamedTensor>& state,
                                        const std::vector<NamedTensor>& best,
                                        const torch::optim::Optimizer& optimizer,
                                        const RandomState& random);

// Restores module, optimizer and generators; gives the position. `best` becomes the best state, or
// empty. FAILED_PRECONDITION for a checkpoint of another training, DATA_LOSS for files that are
// missing or make no sense.
absl::StatusOr<LoopPosition> FromFiles(const CheckpointFiles& files, const std::string& identity,
                                       const std::vector<NamedTensor>& state,
                                       std::vector<NamedTensor>& best,
                                       torch::optim::Optimizer& optimizer, RandomSource& random);

}  // namespace clientele::training

#endif  // CLIENTELE_COMMON_TRAINING_LOOP_CHECKPOINT_H_
