#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_RERANKER_TRAIN_RERANKER_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_RERANKER_TRAIN_RERANKER_H_

#include <filesystem>
#include <iosfwd>
#include <string>

#include "absl/status/status.h"

#include "tools/clientele-models/training/training_run.h"

namespace clientele::models {

struct TrainRerankerOptions {
  std::filesystem::path pairs = {};
  std::string question_column = "question";
  std::string answer_column = "answer";
  std::filesystem::path encoder = {};
  TrainedBundleOptions bundle = {.name = "reranker"};
  int epochs = 4;
};

// Trains and writes a TEXT_RANKER bundle. A line of JSON at the end of `out`: `bundle`,
// `questions`, `passages` and the metrics of what was held out (qa::PublishedReranker). How far it
// is goes to `log`.
absl::Status TrainReranker(const TrainRerankerOptions& options, std::ostream& out,
                           std::ostream& log);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_RERANKER_TRAIN_RERANKER_H_
