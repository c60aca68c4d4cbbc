#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_RERANKER_TRAIN_RERANKER_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_RERANKER_TRAIN_RERANKER_H_

#include <filesystem>
#include <iosfwd>
#include <string>

#include "absl/status/status.h"
#include "absl/types/span.h"

#include "services/qa-service/training/encoder/retriever_tuning.h"
#include "services/qa-service/training/reranker/reranker_training.h"
#include "tools/clientele-models/training/training_run.h"

namespace clientele::models {

struct RerankerRunOptions {
  std::filesystem::path encoder = {};
  TrainedBundleOptions bundle = {.name = "reranker"};
  qa::RerankerTrainingOptions training = {};  // the bundle has the seed and the checkpoints
};

// Trains and writes a TEXT_RANKER bundle. A line of JSON at the end of `out`: `bundle`,
// `questions`, `passages` and the metrics of what was held out (qa::PublishedReranker). How far it
// is goes to `log`.
absl::Status TrainRerankerOn(absl::Span<const qa::QuestionAnswer> pairs,
                             const RerankerRunOptions& options, std::ostream& out,
                             std::ostream& log);

struct TrainRerankerOptions {
  std::filesystem::path pairs = {};
  std::string question_column = "question";
  std::string answer_column = "answer";
  RerankerRunOptions run = {};
};

// The same on the pairs of a file. Rows without a question or an answer are left out, and counted
// on `log`.
absl::Status TrainReranker(const TrainRerankerOptions& options, std::ostream& out,
                           std::ostream& log);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_RERANKER_TRAIN_RERANKER_H_
