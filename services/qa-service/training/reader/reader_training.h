#ifndef CLIENTELE_SERVICES_QA_SERVICE_TRAINING_READER_READER_TRAINING_H_
#define CLIENTELE_SERVICES_QA_SERVICE_TRAINING_READER_READER_TRAINING_H_

// Questions with their answers' places to a TEXT_READER bundle, from a text encoder on.
//
//   CLIENTELE_ASSIGN_OR_RETURN(
//       const PublishedReader published,
//       TrainReaderBundle(*encoder, set, {.out = "models", .name = "reader", .version = "1"}));
//
// The questions of whole articles are held out, and end the training when the reader gets no better
// on them. Passages longer than a window are read in overlapping windows; one that does not hold
// the answer is an example of none, as is a question that has no answer (Rajpurkar et al., Know
// what you don't know: unanswerable questions for SQuAD, ACL 2018).

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/crypto/signing.h"
#include "services/qa-service/training/encoder_bundle.h"
#include "services/qa-service/training/reader/reading_example.h"

namespace clientele::qa {

struct ReaderTrainingOptions {
  std::uint64_t seed = 1;
  int epochs = 8;  // at most
  double held_out = 0.1;
  std::size_t window_tokens = 256;  // at most; the encoder may have fewer positions
  std::size_t window_overlap = 64;
  std::size_t batch_windows = 16;
  double learning_rate = 3e-4;       // of the encoder
  double head_learning_rate = 1e-3;  // of what is new
  double dropout = 0.1;
  double masked_tokens = 0.05;  // share of a window's tokens that are hidden in each pass
  std::filesystem::path checkpoints = {};  // empty: none
  std::function<void(absl::string_view)> progress = {};
};

struct ReaderBundleOptions {
  std::filesystem::path out;  // <out>/<name>/<version> is made
  std::string name;
  std::string version;
  std::string license = {};
  const crypto::SigningKey* key = nullptr;  // null: unsigned
  ReaderTrainingOptions training = {};
};

struct PublishedReader {
  std::filesystem::path folder;
  std::size_t questions = 0;  // that were learned from
  // exact_match and f1 of the questions held out, those of the sliding window beside them, and how
  // many questions those are. Empty where all questions are of one article.
  std::map<std::string, double> metrics;
};

// INVALID_ARGUMENT for an encoder that is not of the BERT family or has no tokenizer for pairs, for
// text that is not UTF-8, and for no question with a place; errors of TuneModule and WriteBundle.
absl::StatusOr<PublishedReader> TrainReaderBundle(const EncoderBundle& encoder,
                                                  const ReadingSet& set,
                                                  const ReaderBundleOptions& options);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_TRAINING_READER_READER_TRAINING_H_
