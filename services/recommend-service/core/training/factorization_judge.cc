#include "services/recommend-service/core/training/factorization_judge.h"

#include <optional>

#include "common/status/status_macros.h"
#include "services/recommend-service/core/training/held_out_ranking.h"
#include "services/recommend-service/core/training/plain_model.h"

namespace clientele::recommend {
namespace {

bool IsSameRecipe(const FactorizationRecipe& recipe, const TrainingOptions& options) {
  return recipe.factors == options.factors && recipe.epochs == options.epochs &&
         recipe.seed == options.seed;
}

TrainingOptions OptionsOf(const FactorizationRecipe& recipe) {
  TrainingOptions options;
  options.factors = recipe.factors;
  options.epochs = recipe.epochs;
  options.seed = recipe.seed;
  return options;
}

}  // namespace

absl::StatusOr<Comparison> HeldOutFactorizationJudge::Compare(
    const RequestContext& context, const TrainingOptions& options,
    const std::shared_ptr<const CollaborativeModel>& serving,
    const std::function<absl::Status()>& check) const {
  if (serving == nullptr) return Comparison();
  const std::optional<FactorizationRecipe> recipe = serving->recipe();
  const auto like = [&](const TrainingOptions& recipe_options) {
    return [&, recipe_options](const RankingPast& past) -> absl::StatusOr<HeldOutRanking> {
      CLIENTELE_ASSIGN_OR_RETURN(
          const Factorization fitted,
          factorizer_->Train(past.before, recipe_options, [&](int, int) { return check(); }));
      return RankHeldOut(PlainModel(past.before.item_ids, fitted, {}), past,
                         past_options_.dismissals);
    };
  };
  ComparedModels models{.serving_id = serving->id(),
                        .trained_until = std::nullopt,
                        .is_same_recipe = recipe.has_value() && IsSameRecipe(*recipe, options),
                        .trained = like(options),
                        .like_serving = {},
                        .serving = [&](const RankingPast& past) {
                          return RankHeldOut(serving, past, past_options_.dismissals);
                        }};
  if (recipe.has_value()) {
    models.trained_until = recipe->trained_until;
    models.like_serving = like(OptionsOf(*recipe));
  }
  return CompareOnNewestDays(context, *store_, *catalog_, past_options_, options, models, check);
}

}  // namespace clientele::recommend
