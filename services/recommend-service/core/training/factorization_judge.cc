#include "services/recommend-service/core/training/factorization_judge.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
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

// Nullopt where nothing was before the cut.
absl::StatusOr<std::optional<RankingPast>> Load(const RequestContext& context,
                                                PastInteractionStore& store, CatalogStore& catalog,
                                                const RankingPastOptions& options) {
  absl::StatusOr<RankingPast> past = LoadRankingPast(context, store, catalog, options);
  if (past.ok()) return std::optional<RankingPast>(*std::move(past));
  if (GetReason(past.status()) == "NO_INTERACTIONS") return std::nullopt;
  return past.status();
}

}  // namespace

absl::StatusOr<Comparison> HeldOutFactorizationJudge::Compare(
    const RequestContext& context, const TrainingOptions& options,
    const std::shared_ptr<const CollaborativeModel>& serving,
    const std::function<absl::Status()>& check) const {
  Comparison comparison;
  if (serving == nullptr) return comparison;
  comparison.serving_id = serving->id();
  const std::optional<FactorizationRecipe> recipe = serving->recipe();
  if (!recipe.has_value()) {
    comparison.obstacle = "its bundle does not say what it was trained on";
    return comparison;
  }

  RankingPastOptions past_options = past_options_;
  past_options.held_out = absl::Hours(24 * options.held_out_days);
  past_options.seed = static_cast<std::uint64_t>(options.seed);
  past_options.not_before = recipe->trained_until + absl::Microseconds(1);
  CLIENTELE_ASSIGN_OR_RETURN(std::optional<RankingPast> past,
                             Load(context, *store_, *catalog_, past_options));
  CLIENTELE_RETURN_IF_ERROR(check());
  bool by_recipe = false;
  if (past.has_value() && past->cut == past_options.not_before &&
      past->customers.size() < kEnoughJudges) {
    by_recipe = true;
    past_options.not_before = absl::InfinitePast();
    CLIENTELE_ASSIGN_OR_RETURN(past, Load(context, *store_, *catalog_, past_options));
    CLIENTELE_RETURN_IF_ERROR(check());
  }
  if (!past.has_value() || past->customers.empty()) {
    comparison.obstacle = absl::StrCat("nobody who was known before the newest ",
                                       options.held_out_days, " days chose something new in them");
    return comparison;
  }

  const auto measure =
      [&](const TrainingOptions& recipe_options) -> absl::StatusOr<HeldOutRanking> {
    CLIENTELE_ASSIGN_OR_RETURN(
        const Factorization fitted,
        factorizer_->Train(past->before, recipe_options, [&](int, int) { return check(); }));
    return RankHeldOut(PlainModel(past->before.item_ids, fitted, {}), *past,
                       past_options_.dismissals);
  };
  CLIENTELE_ASSIGN_OR_RETURN(const HeldOutRanking trained, measure(options));
  HeldOutRanking served = trained;
  if (!by_recipe) {
    CLIENTELE_ASSIGN_OR_RETURN(served, RankHeldOut(serving, *past, past_options_.dismissals));
    if (served.known_items == 0) {
      comparison.obstacle = "it knows no item that customers chose in the newest days";
      return comparison;
    }
  } else if (!IsSameRecipe(*recipe, options)) {
    CLIENTELE_ASSIGN_OR_RETURN(served, measure(OptionsOf(*recipe)));
  }
  comparison.measured = MeasuredPair{.trained = trained.ndcg,
                                     .serving = served.ndcg,
                                     .customers = trained.customers,
                                     .since = past->cut,
                                     .by_recipe = by_recipe};
  return comparison;
}

}  // namespace clientele::recommend
