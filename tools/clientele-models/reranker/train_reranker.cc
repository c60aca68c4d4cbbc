#include "tools/clientele-models/reranker/train_reranker.h"

#include <ostream>

#include <nlohmann/json.hpp>

#include "common/status/status_macros.h"
#include "services/qa-service/training/reranker/reranker_training.h"
#include "tools/clientele-models/encoder/retrieval_files.h"

namespace clientele::models {

absl::Status TrainRerankerOn(absl::Span<const qa::QuestionAnswer> pairs,
                             const RerankerRunOptions& options, std::ostream& out,
                             std::ostream& log) {
  TrainingRun run(options.bundle, log);
  CLIENTELE_RETURN_IF_ERROR(run.Begin());
  CLIENTELE_ASSIGN_OR_RETURN(const auto encoder, qa::EncoderBundle::Open(options.encoder));
  qa::RerankerBundleOptions bundle = {.out = options.bundle.out,
                                      .name = options.bundle.name,
                                      .version = run.version(),
                                      .license = options.bundle.license,
                                      .key = run.key(),
                                      .training = options.training};
  bundle.training.seed = options.bundle.seed;
  bundle.training.checkpoints = options.bundle.checkpoints;
  bundle.training.progress = run.progress();
  CLIENTELE_ASSIGN_OR_RETURN(const qa::PublishedReranker published,
                             qa::TrainRerankerBundle(*encoder, pairs, bundle));
  nlohmann::ordered_json summary = {{"bundle", published.folder.string()},
                                    {"questions", published.questions},
                                    {"passages", published.passages}};
  for (const auto& [name, value] : published.metrics) summary[name] = value;
  out << summary.dump() << "\n";
  return absl::OkStatus();
}

absl::Status TrainReranker(const TrainRerankerOptions& options, std::ostream& out,
                           std::ostream& log) {
  CLIENTELE_ASSIGN_OR_RETURN(
      const QuestionAnswerRows rows,
      ReadPairs(options.pairs, options.question_column, options.answer_column));
  if (rows.skipped > 0) {
    log << rows.skipped << " rows have no question or no answer and are left out" << std::endl;
  }
  return TrainRerankerOn(rows.pairs, options.run, out, log);
}

}  // namespace clientele::models
