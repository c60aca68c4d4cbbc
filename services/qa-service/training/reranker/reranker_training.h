#ifndef CLIENTELE_SERVICES_QA_SERVICE_TRAINING_RERANKER_RERANKER_TRAINING_H_
#define CLIENTELE_SERVICES_QA_SERVICE_TRAINING_RERANKER_RERANKER_TRAINING_H_

// Questions with the passages that answer them to a TEXT_RANKER bundle, a cross-encoder (Nogueira,
// Cho, Passage re-ranking with BERT, 2019), from a text encoder on.
//
//   CLIENTELE_ASSIGN_OR_RETURN(
//       const PublishedReranker published,
//       TrainRerankerBundle(*encoder, pairs, {.out = "models", .name = "reranker", .version =
//       "1"}));
//
// Each question is learned beside the passages that the service's own search takes for the right
// one, of the passages of all pairs. What is learned is what to add to the search's score, as the
// service adds it (core/answering/judgment.h): a small cross-encoder need not learn again what
// words and vectors tell. How much a difference of the search's scores means is fitted before.
// Whole passages with their questions are held out, and end the training when it gets no better on
// them.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "common/crypto/signing.h"
#include "services/qa-service/training/encoder/retriever_tuning.h"
#include "services/qa-service/training/encoder_bundle.h"

namespace clientele::qa {

// How many of the passages that the search finds are put into another order.
inline constexpr std::size_t kRerankedPassages = 20;

struct RerankerTrainingOptions {
  std::uint64_t seed = 1;
  int epochs = 4;  // at most
  double held_out = 0.1;
  std::size_t max_held_out = 400;  // questions
  std::size_t max_tokens = 192;    // of a pair; the encoder may have fewer positions
  std::size_t negatives = 5;       // passages beside the right one
  std::size_t batch_questions = 6;
  double learning_rate = 2e-4;       // of the encoder; 0: it stays as it is
  double head_learning_rate = 1e-3;  // of what is new
  double dropout = 0.1;
  std::filesystem::path checkpoints = {};  // empty: none
  std::function<void(absl::string_view)> progress = {};
};

struct RerankerBundleOptions {
  std::filesystem::path out;  // <out>/<name>/<version> is made
  std::string name;
  std::string version;
  std::string license = {};
  const crypto::SigningKey* key = nullptr;  // null: unsigned
  RerankerTrainingOptions training = {};
};

struct PublishedReranker {
  std::filesystem::path folder = {};
  std::size_t questions = 0;  // that were learned from
  std::size_t passages = 0;
  // Of the questions held out, among the passages of all pairs: the share whose right passage is
  // first by the search (right_first_before), by the search and the reranker (right_first_after),
  // by the reranker alone of the search's first twenty (right_first_alone), and among these
  // (right_in_20); the loss of the search alone (loss_before) and of both (loss_after); and how
  // many questions they are. Empty where all pairs have one passage.
  std::map<std::string, double> metrics = {};
};

// INVALID_ARGUMENT for an encoder that is not of the BERT family or has no tokenizer for pairs, for
// text that is not UTF-8, and for fewer than two passages; errors of TuneModule and WriteBundle.
absl::StatusOr<PublishedReranker> TrainRerankerBundle(const EncoderBundle& encoder,
                                                      absl::Span<const QuestionAnswer> pairs,
                                                      const RerankerBundleOptions& options);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_TRAINING_RERANKER_RERANKER_TRAINING_H_
