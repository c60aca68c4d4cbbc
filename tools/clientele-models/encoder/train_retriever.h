#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_ENCODER_TRAIN_RETRIEVER_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_ENCODER_TRAIN_RETRIEVER_H_

#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <string>

#include "absl/status/status.h"

namespace clientele::models {

struct TrainRetrieverOptions {
  std::filesystem::path encoder = {};
  std::filesystem::path pairs = {};
  std::string question_column = "question";
  std::string answer_column = "answer";
  std::filesystem::path out = {};
  std::string name = "retriever";
  std::string version = {};  // empty: one more than the newest under <out>/<name>
  std::uint64_t seed = 1;
  int epochs = 5;
  std::filesystem::path work = {};      // for checkpoints; empty: none
  std::filesystem::path key_file = {};  // empty: unsigned
};

// Trains a TEXT_ENCODER bundle further on questions and answers, and writes it as another one. A
// line of JSON at the end of `out`: `bundle`, `pairs` that were learned from, `held_out` questions,
// and of these, among all answers, `right_first` and `mrr`, and the same of the encoder as it came
// (`right_first_before`, `mrr_before`).
absl::Status TrainRetriever(const TrainRetrieverOptions& options, std::ostream& out,
                            std::ostream& log);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_ENCODER_TRAIN_RETRIEVER_H_
