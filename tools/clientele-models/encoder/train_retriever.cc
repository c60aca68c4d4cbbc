#include "tools/clientele-models/encoder/train_retriever.h"

#include <optional>
#include <ostream>
#include <utility>

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"

#include "common/crypto/signing.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "common/training/checkpoint_folder.h"
#include "services/qa-service/training/encoder/encoder_publication.h"
#include "services/qa-service/training/encoder/retriever_tuning.h"
#include "tools/clientele-models/bundle_key.h"
#include "tools/clientele-models/encoder/progress_log.h"
#include "tools/clientele-models/encoder/retrieval_files.h"
#include "tools/clientele-models/next_version.h"

namespace clientele::models {

absl::Status TrainRetriever(const TrainRetrieverOptions& options, std::ostream& out,
                            std::ostream& log) {
  const auto progress = ProgressLog(log);
  if (options.epochs < 1) return InvalidField("epochs", "must be at least 1");
  CLIENTELE_ASSIGN_OR_RETURN(const std::optional<crypto::SigningKey> key,
                             ReadOptionalBundleKey(options.key_file));
  CLIENTELE_ASSIGN_OR_RETURN(
      const QuestionAnswerRows rows,
      ReadPairs(options.pairs, options.question_column, options.answer_column));
  if (rows.skipped > 0) {
    progress(absl::StrCat(rows.skipped, " rows have no question or no answer and are left out"));
  }
  CLIENTELE_ASSIGN_OR_RETURN(const auto encoder, qa::EncoderBundle::Open(options.encoder));
  CLIENTELE_ASSIGN_OR_RETURN(const qa::TunedRetriever tuned,
                             qa::TuneRetriever(*encoder, rows.pairs,
                                               {.seed = options.seed,
                                                .epochs = options.epochs,
                                                .checkpoints = options.work,
                                                .progress = progress}));
  CLIENTELE_ASSIGN_OR_RETURN(const auto files, encoder->TokenizerFiles());
  model::v1::Bundle manifest = encoder->model().manifest();
  manifest.set_description(
      absl::StrCat(encoder->model().id(), ", trained on questions and answers"));
  manifest.set_source("clientele-models train retriever");
  CLIENTELE_ASSIGN_OR_RETURN(
      const std::filesystem::path folder,
      qa::PublishEncoder(
          tuned.module, std::move(manifest), files,
          {.out = options.out,
           .name = options.name,
           .version =
               options.version.empty() ? NextVersion(options.out / options.name) : options.version,
           .key = key.has_value() ? &*key : nullptr,
           .metrics = {{"held_out_right_first", tuned.after.right_first},
                       {"held_out_mrr", tuned.after.mrr}}}));
  if (!options.work.empty()) {
    CLIENTELE_RETURN_IF_ERROR(training::CheckpointFolder(options.work).Clear());
  }
  const nlohmann::ordered_json summary = {
      {"bundle", folder.string()},     {"pairs", tuned.pairs},
      {"held_out", tuned.held_out},    {"right_first", tuned.after.right_first},
      {"mrr", tuned.after.mrr},        {"right_first_before", tuned.before.right_first},
      {"mrr_before", tuned.before.mrr}};
  out << summary.dump() << "\n";
  return absl::OkStatus();
}

}  // namespace clientele::models
