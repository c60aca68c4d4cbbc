#include "services/recommend-service/core/training/hybrid_training.h"

#include <cstdint>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"

namespace clientele::recommend {

absl::StatusOr<TrainingReport> HybridTraining::Run(const RequestContext& context,
                                                   absl::string_view name,
                                                   const TrainingOptions& options,
                                                   const TrainingProgress& progress) {
  if (!options.hybrid) return factorization_->Run(context, name, options, progress);
  // The ranker's training fits a factorization of its own, so it is about as much work again.
  const auto half = [&](int completed, int total) { return progress(completed, 2 * total); };
  CLIENTELE_ASSIGN_OR_RETURN(TrainingReport factorization,
                             factorization_->Run(context, name, options, half));
  CLIENTELE_ASSIGN_OR_RETURN(const std::unique_ptr<TrainingTurn> turn,
                             turns_->BeginTraining(context, name));
  RankingPastOptions past_options = past_options_;
  past_options.held_out = absl::Hours(24 * options.held_out_days);
  past_options.seed = static_cast<std::uint64_t>(options.seed);
  CLIENTELE_ASSIGN_OR_RETURN(RankingPast past,
                             LoadRankingPast(context, *store_, *catalog_, past_options));
  TrainingReport report;
  report.interaction_count = past.before.interaction_count;
  CLIENTELE_ASSIGN_OR_RETURN(
      RankerReport ranker,
      trainer_->TrainAndPublish(std::move(past), options,
                                serving_ == nullptr ? nullptr : serving_->Current(), [&]() {
                                  CLIENTELE_RETURN_IF_ERROR(turn->Check());
                                  return progress(options.epochs, 2 * options.epochs);
                                }));
  report.model_id = ranker.publication.model_id;
  report.publications = std::move(factorization.publications);
  report.publications.push_back(std::move(ranker.publication));
  report.metrics = std::move(ranker.metrics);
  for (const auto& [metric, value] : factorization.metrics) {
    report.metrics[absl::StrCat("factorization_", metric)] = value;
  }
  return report;
}

}  // namespace clientele::recommend
