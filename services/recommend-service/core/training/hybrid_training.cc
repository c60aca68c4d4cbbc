#include "services/recommend-service/core/training/hybrid_training.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::recommend {
namespace {

void AddPart(TrainingReport part, absl::string_view prefix, TrainingReport& report) {
  std::move(part.publications.begin(), part.publications.end(),
            std::back_inserter(report.publications));
  for (const auto& [metric, value] : part.metrics) {
    report.metrics[absl::StrCat(prefix, metric)] = value;
  }
}

}  // namespace

int TotalSteps(const TrainingOptions& options) {
  const int sequence = options.sequence ? options.sequence_epochs : 0;
  if (!options.hybrid) return options.sequence ? sequence : options.epochs;
  // The ranker's training fits a factorization of its own, so it is about as much work again.
  return 2 * options.epochs + sequence;
}

absl::Status HybridTraining::TrainPart(const RequestContext& context, absl::string_view name,
                                       const TrainingOptions& options,
                                       const TrainingProgress& progress, absl::string_view prefix,
                                       TrainingReport& report) {
  CLIENTELE_ASSIGN_OR_RETURN(TrainingReport part,
                             options.sequence
                                 ? sequence_->Run(context, name, options, progress)
                                 : factorization_->Run(context, name, options, progress));
  AddPart(std::move(part), prefix, report);
  return absl::OkStatus();
}

absl::StatusOr<TrainingReport> HybridTraining::TrainRanker(
    const RequestContext& context, absl::string_view name, const TrainingOptions& options,
    const std::function<absl::Status()>& check) {
  RankingPastOptions past_options = past_options_;
  past_options.held_out = absl::Hours(24 * options.held_out_days);
  past_options.seed = static_cast<std::uint64_t>(options.seed);
  CLIENTELE_ASSIGN_OR_RETURN(RankingPast past,
                             LoadRankingPast(context, *store_, *catalog_, past_options));
  CLIENTELE_ASSIGN_OR_RETURN(
      std::shared_ptr<const SequenceModel> sequence,
      sequence_->LikeServing(past.before, [&](int, int) { return check(); }));
  return trainer_->TrainAndPublish(name, std::move(past), options, std::move(sequence),
                                   serving_ == nullptr ? nullptr : serving_->Current(), check);
}

absl::StatusOr<TrainingReport> HybridTraining::Run(const RequestContext& context,
                                                   absl::string_view name,
                                                   const TrainingOptions& options,
                                                   const TrainingProgress& progress) {
  if (!options.hybrid) {
    return options.sequence ? sequence_->Run(context, name, options, progress)
                            : factorization_->Run(context, name, options, progress);
  }
  const int total = TotalSteps(options);
  TrainingReport report;
  TrainingOptions part = options;
  part.sequence = false;
  CLIENTELE_RETURN_IF_ERROR(TrainPart(
      context, name, part, [&](int completed, int) { return progress(completed, total); },
      "factorization_", report));
  int done = options.epochs;
  if (options.sequence) {
    part.sequence = true;
    const absl::Status trained = TrainPart(
        context, name, part, [&](int completed, int) { return progress(done + completed, total); },
        "sequence_", report);
    // A ranker needs no sequence.
    if (GetReason(trained) != "TOO_FEW_INTERACTIONS") {
      CLIENTELE_RETURN_IF_ERROR(trained);
    }
    done += options.sequence_epochs;
  }
  CLIENTELE_ASSIGN_OR_RETURN(const std::unique_ptr<TrainingTurn> turn,
                             turns_->BeginTraining(context, name));
  const auto check = [&] {
    CLIENTELE_RETURN_IF_ERROR(turn->Check());
    return progress(done, total);
  };
  std::optional<TrainingReport> ranker = trainer_->FindReport(name);
  if (!ranker.has_value()) {
    CLIENTELE_ASSIGN_OR_RETURN(ranker, TrainRanker(context, name, options, check));
  }
  report.training = std::string(name);
  report.model_id = ranker->model_id;
  report.interaction_count = ranker->interaction_count;
  AddPart(*std::move(ranker), "", report);
  return report;
}

}  // namespace clientele::recommend
