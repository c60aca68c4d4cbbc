#ifndef CLIENTELE_SERVICES_QA_SERVICE_TRAINING_ENCODER_RETRIEVER_TUNING_H_
#define CLIENTELE_SERVICES_QA_SERVICE_TRAINING_ENCODER_RETRIEVER_TUNING_H_

// Trains a text encoder further on questions and their answers, so that a question finds its
// answer.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const TunedRetriever tuned,
//                              TuneRetriever(*encoder, pairs, {.progress = Say}));
//
// Contrastive, with the other answers of a batch as wrong ones (InfoNCE: van den Oord, Li and
// Vinyals, Representation learning with contrastive predictive coding, 2018); an answer that is the
// same text as the right one is none. A tenth of the distinct questions is set aside, chosen by the
// seed: the module ends as it was when most of them found their answer first among all answers, and
// that may be as it came.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <torch/csrc/jit/api/module.h>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "services/qa-service/training/intents/encoder_bundle.h"

namespace clientele::qa {

struct QuestionAnswer {
  std::string question;
  std::string answer;
};

struct RetrieverTuningOptions {
  std::uint64_t seed = 1;
  int epochs = 5;
  int patience = 2;  // epochs without a better one
  std::size_t batch_tokens = 2048;
  std::int64_t max_tokens = 128;  // of a text in training
  double learning_rate = 1e-4;
  double temperature = 0.05;
  double held_out = 0.1;                   // share of the questions
  std::filesystem::path checkpoints = {};  // empty: none
  std::function<void(absl::string_view)> progress = {};
};

// Of the held-out questions, among all distinct answers.
struct RetrieverScore {
  double right_first = 0;
  double mrr = 0;
};

struct TunedRetriever {
  torch::jit::Module module;
  std::int64_t pairs = 0;     // learned from
  std::int64_t held_out = 0;  // questions
  RetrieverScore before;
  RetrieverScore after;
};

// INVALID_ARGUMENT for fewer than 20 distinct questions or 2 distinct answers; errors of RunLoop.
absl::StatusOr<TunedRetriever> TuneRetriever(const EncoderBundle& encoder,
                                             const std::vector<QuestionAnswer>& pairs,
                                             const RetrieverTuningOptions& options);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_TRAINING_ENCODER_RETRIEVER_TUNING_H_
