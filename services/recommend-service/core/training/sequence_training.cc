#include "services/recommend-service/core/training/sequence_training.h"

#include <optional>
#include <utility>

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/recommend-service/core/training/held_out_comparison.h"
#include "services/recommend-service/core/training/held_out_ranking.h"

namespace clientele::recommend {
namespace {

TrainingOptions OptionsOf(const SequenceRecipe& recipe) {
  TrainingOptions options;
  options.sequence = true;
  options.sequence_epochs = recipe.epochs;
  options.seed = recipe.seed;
  return options;
}

}  // namespace

absl::StatusOr<TrainingReport> SequenceTraining::Run(const RequestContext& context,
                                                     absl::string_view name,
                                                     const TrainingOptions& options,
                                                     const TrainingProgress& progress) {
  CLIENTELE_RETURN_IF_ERROR(CheckTrainingOptions(options));
  CLIENTELE_ASSIGN_OR_RETURN(const std::unique_ptr<TrainingTurn> turn,
                             store_->BeginTraining(context, name));
  std::optional<TrainingReport> report = trainer_->FindReport(name);
  if (!report.has_value()) {
    CLIENTELE_ASSIGN_OR_RETURN(report, Train(context, name, options, progress, *turn));
  }
  trainer_->DropCheckpoints();
  // Whoever sees this training done is served by its model, here at least.
  models_->Refresh();
  return *std::move(report);
}

absl::StatusOr<TrainingReport> SequenceTraining::Train(const RequestContext& context,
                                                       absl::string_view name,
                                                       const TrainingOptions& options,
                                                       const TrainingProgress& progress,
                                                       const TrainingTurn& turn) {
  CLIENTELE_ASSIGN_OR_RETURN(const TrainingSet set, store_->LoadTrainingSet(context));
  if (set.examples.empty()) return NothingToTrainOn();
  const auto check = [&] {
    CLIENTELE_RETURN_IF_ERROR(turn.Check());
    return progress(options.sequence_epochs, options.sequence_epochs);
  };
  const auto compare = [&]() -> absl::StatusOr<Comparison> {
    // What serves by now, not what served when this began.
    models_->Refresh();
    const std::shared_ptr<const SequenceModel> serving = models_->Current();
    if (serving == nullptr) return Comparison();
    const std::optional<SequenceRecipe> recipe = serving->recipe();
    const auto like = [&](const TrainingOptions& recipe_options) {
      return [&, recipe_options](const RankingPast& past) -> absl::StatusOr<HeldOutRanking> {
        CLIENTELE_ASSIGN_OR_RETURN(
            const std::shared_ptr<const SequenceModel> fitted,
            trainer_->Train(past.before, recipe_options, [&](int, int) { return check(); }));
        return RankHeldOut(fitted, past, past_options_.dismissals);
      };
    };
    ComparedModels models{.serving_id = serving->id(),
                          .trained_until = std::nullopt,
                          .is_same_recipe = recipe.has_value() &&
                                            recipe->epochs == options.sequence_epochs &&
                                            recipe->seed == options.seed,
                          .trained = like(options),
                          .like_serving = {},
                          .serving = [&](const RankingPast& past) {
                            return RankHeldOut(serving, past, past_options_.dismissals);
                          }};
    if (recipe.has_value()) {
      models.trained_until = recipe->trained_until;
      models.like_serving = like(OptionsOf(*recipe));
    }
    absl::StatusOr<Comparison> comparison =
        CompareOnNewestDays(context, *past_, *catalog_, past_options_, options, models, check);
    if (GetReason(comparison.status()) != "TOO_FEW_INTERACTIONS") return comparison;
    return Comparison{.serving_id = serving->id(),
                      .measured = std::nullopt,
                      .obstacle = "nobody had two items before the newest days"};
  };
  return trainer_->TrainAndPublish(
      name, set, options,
      [&](int completed, int total) {
        CLIENTELE_RETURN_IF_ERROR(turn.Check());
        return progress(completed, total);
      },
      compare);
}

absl::StatusOr<std::shared_ptr<const SequenceModel>> SequenceTraining::LikeServing(
    const TrainingSet& before, const TrainingProgress& progress) {
  const std::shared_ptr<const SequenceModel> serving = models_->Current();
  const std::optional<SequenceRecipe> recipe =
      serving == nullptr ? std::nullopt : serving->recipe();
  if (!recipe.has_value()) return nullptr;
  absl::StatusOr<std::shared_ptr<const SequenceModel>> like =
      trainer_->Train(before, OptionsOf(*recipe), progress);
  if (GetReason(like.status()) == "TOO_FEW_INTERACTIONS") return nullptr;
  if (like.ok()) trainer_->DropCheckpoints();
  return like;
}

}  // namespace clientele::recommend
