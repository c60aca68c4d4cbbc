#include "tools/clientele-models/reader/train_reader.h"

#include <ostream>

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"
#include "services/qa-service/training/reader/reader_training.h"
#include "services/qa-service/training/reader/squad_file.h"

namespace clientele::models {

absl::Status TrainReader(const TrainReaderOptions& options, std::ostream& out, std::ostream& log) {
  TrainingRun run(options.bundle, log);
  CLIENTELE_RETURN_IF_ERROR(run.Begin());
  CLIENTELE_ASSIGN_OR_RETURN(const qa::ReadingSet set,
                             qa::ReadSquadFiles(options.files, qa::AnswerStarts::kChecked));
  CLIENTELE_ASSIGN_OR_RETURN(const auto encoder, qa::EncoderBundle::Open(options.encoder));
  std::size_t unplaced = 0;
  for (const qa::ReadingExample& example : set.examples) {
    if (!example.answers.empty() && !example.place.has_value()) ++unplaced;
  }
  if (unplaced > 0) {
    run.progress()(absl::StrCat(unplaced,
                                " questions have no answer where it is said to stand, and "
                                "are left out"));
  }
  qa::ReaderBundleOptions bundle = {.out = options.bundle.out,
                                    .name = options.bundle.name,
                                    .version = run.version(),
                                    .license = options.bundle.license,
                                    .key = run.key()};
  bundle.training.seed = options.bundle.seed;
  bundle.training.epochs = options.epochs;
  bundle.training.window_tokens = options.window_tokens;
  bundle.training.checkpoints = options.bundle.checkpoints;
  bundle.training.progress = run.progress();
  CLIENTELE_ASSIGN_OR_RETURN(const qa::PublishedReader published,
                             qa::TrainReaderBundle(*encoder, set, bundle));
  nlohmann::ordered_json summary = {{"bundle", published.folder.string()},
                                    {"questions", published.questions}};
  for (const auto& [name, value] : published.metrics) summary[name] = value;
  out << summary.dump() << "\n";
  return absl::OkStatus();
}

}  // namespace clientele::models
