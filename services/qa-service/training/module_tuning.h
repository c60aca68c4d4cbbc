#ifndef CLIENTELE_SERVICES_QA_SERVICE_TRAINING_MODULE_TUNING_H_
#define CLIENTELE_SERVICES_QA_SERVICE_TRAINING_MODULE_TUNING_H_

// Trains a TorchScript module's own tensors on examples of different lengths, on the shared loop.
//
//   std::vector<at::Tensor> encoder = FloatTensors(module, {"span_"});
//   CLIENTELE_ASSIGN_OR_RETURN(
//       const training::LoopResult result,
//       TuneModule(module, {{.tensors = encoder, .learning_rate = 2e-4}, ...}, lengths,
//                  {.loss = [&](absl::Span<const std::size_t> examples, std::mt19937_64& random) {
//                     return Loss(module, examples); },
//                   .validate = [&] { return F1(module); }},
//                  {.epochs = 6}));
//
// AdamW with warm-up and linear decay (Devlin et al., BERT, NAACL 2019). Examples of similar length
// share a batch; which ones changes with the epoch. The module ends with the values that were best
// on the validation, where there is one. One seed gives one module on one machine with one number
// of threads, also where the training was cut and went on from a checkpoint.
//
// Belongs to one thread.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>
#include <torch/csrc/jit/api/module.h>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "common/training/loop.h"

namespace clientele::qa {

// Tensors that learn at one rate.
struct TuningGroup {
  std::vector<at::Tensor> tensors;
  double learning_rate = 2e-4;
  double weight_decay = 0.01;
};

struct TuningOptions {
  std::uint64_t seed = 1;
  int epochs = 4;  // at most
  std::size_t batch_examples = 16;
  double warm_up = 0.1;  // share of the steps
  double max_gradient_norm = 1;
  // Of the validation, where there is one.
  training::EarlyStoppingOptions early_stopping = {
      .patience = 3, .direction = training::Direction::kHigherIsBetter};
  // Where checkpoints are; empty: none. They are left there.
  std::filesystem::path checkpoints = {};
  std::int64_t checkpoint_every = 200;  // steps
  std::string fingerprint = {};         // of the data and of what else makes this training
  // Gets a line with the time left about every `report_every`, and at the end of each epoch.
  std::function<void(absl::string_view)> progress = {};
  double report_every = 20;  // seconds
};

struct TuningCallbacks {
  // Mean loss of these examples, with gradients.
  std::function<absl::StatusOr<at::Tensor>(absl::Span<const std::size_t>, std::mt19937_64&)> loss =
      {};
  // After each epoch, without gradients; what the early stopping looks at. May be empty.
  std::function<absl::StatusOr<double>()> validate = {};
};

// Floating-point parameters and buffers, but for those whose name contains one of `without`.
std::vector<at::Tensor> FloatTensors(const torch::jit::Module& module,
                                     absl::Span<const std::string> without = {});
// Those whose name contains `part`.
std::vector<at::Tensor> FloatTensorsNamed(const torch::jit::Module& module, absl::string_view part);

// `lengths` are of the examples, such as their tokens. Errors of training::RunLoop and of the
// callbacks.
absl::StatusOr<training::LoopResult> TuneModule(const torch::jit::Module& module,
                                                std::vector<TuningGroup> groups,
                                                absl::Span<const std::int64_t> lengths,
                                                const TuningCallbacks& callbacks,
                                                const TuningOptions& options);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_TRAINING_MODULE_TUNING_H_
