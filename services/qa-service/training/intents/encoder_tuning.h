#ifndef CLIENTELE_SERVICES_QA_SERVICE_TRAINING_INTENTS_ENCODER_TUNING_H_
#define CLIENTELE_SERVICES_QA_SERVICE_TRAINING_INTENTS_ENCODER_TUNING_H_

// Trains a text encoder further, for the labels of its texts.
//
//   CLIENTELE_ASSIGN_OR_RETURN(
//       TunedEncoder tuned,
//       TuneEncoder(module, rows, classes_of, Centroids(...), labels, options));
//
// Scores are scale * cos(vector, class) + bias; the loss is cross entropy with smoothed labels
// (Szegedy et al., Rethinking the Inception architecture for computer vision, CVPR 2016). Every
// floating-point tensor of the module learns, by AdamW with warm-up and linear decay (Devlin et
// al., BERT, 2019). Some tokens are masked out in each pass, so that no single word decides. Texts
// of similar length share a batch.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include <torch/csrc/jit/api/module.h>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "common/inference/tasks/token_row.h"
#include "services/qa-service/training/intents/intent_module.h"

namespace clientele::qa {

struct EncoderTuningOptions {
  std::uint64_t seed = 1;
  // Passes over the texts at most, and floating-point operations at most, which leaves long texts
  // fewer passes. Texts are cut to `max_tokens`, since what longer ones cost grows faster than
  // their length, and where one pass is too much still, to what it has room for; to fewer tokens
  // than `min_tokens` they are not, and nothing is tuned.
  int max_epochs = 6;
  double max_operations = 2e13;
  std::int64_t max_tokens = 128;
  std::int64_t min_tokens = 32;
  // A machine that is slower than expected ends here, with what was learned so far.
  std::chrono::seconds max_time = std::chrono::minutes(7);
  double learning_rate = 2e-4;        // of the encoder
  double class_learning_rate = 3e-3;  // of classes and bias
  double label_smoothing = 0.1;
  double masked_tokens = 0.1;  // share of the tokens
  std::size_t batch_rows = 32;
  double scale = 20;
  std::function<void(absl::string_view)> progress = {};
};

// What the options leave for texts of these lengths.
struct TuningPlan {
  int epochs = 0;               // 0: there are too many
  std::int64_t max_tokens = 0;  // of a text
};
TuningPlan PlanTuning(double operations_per_token, absl::Span<const std::int64_t> lengths,
                      const EncoderTuningOptions& options);

// Operations of one pass over the first `max_tokens` of each text, as the options count them.
double TuningOperations(const torch::jit::Module& encoder,
                        absl::Span<const inference::TokenRow* const> training,
                        std::int64_t max_tokens);

// Of these texts; `encoder` as in TuneEncoder.
TuningPlan PlanTuning(const torch::jit::Module& encoder,
                      absl::Span<const inference::TokenRow* const> training,
                      const EncoderTuningOptions& options);

// `encoder` is changed and returned. `classes_of` is of each row of `training`, below `labels`.
// `classes`, [labels, dimension], are what the classes begin as: the mean vectors of their texts.
// INVALID_ARGUMENT for no rows, no epoch, or classes of another size; OUT_OF_RANGE where the loss
// is no longer finite; INTERNAL when torch fails.
absl::StatusOr<TunedEncoder> TuneEncoder(const torch::jit::Module& encoder,
                                         absl::Span<const inference::TokenRow* const> training,
                                         absl::Span<const int> classes_of,
                                         absl::Span<const float> classes, std::size_t labels,
                                         const EncoderTuningOptions& options);

// Scores of a tuned encoder: [rows, labels].
absl::StatusOr<std::vector<double>> TunedScores(const TunedEncoder& tuned,
                                                absl::Span<const inference::TokenRow* const> rows);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_TRAINING_INTENTS_ENCODER_TUNING_H_
