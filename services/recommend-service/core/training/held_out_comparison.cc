#include "services/recommend-service/core/training/held_out_comparison.h"

#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::recommend {
namespace {

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

absl::StatusOr<Comparison> CompareOnNewestDays(const RequestContext& context,
                                               PastInteractionStore& store, CatalogStore& catalog,
                                               RankingPastOptions past_options,
                                               const TrainingOptions& options,
                                               const ComparedModels& models,
                                               const std::function<absl::Status()>& check) {
  Comparison comparison;
  comparison.serving_id = models.serving_id;
  if (!models.trained_until.has_value()) {
    comparison.obstacle = "its bundle does not say what it was trained on";
    return comparison;
  }

  past_options.held_out = absl::Hours(24 * options.held_out_days);
  past_options.seed = static_cast<std::uint64_t>(options.seed);
  past_options.not_before = *models.trained_until + absl::Microseconds(1);
  CLIENTELE_ASSIGN_OR_RETURN(std::optional<RankingPast> past,
                             Load(context, store, catalog, past_options));
  CLIENTELE_RETURN_IF_ERROR(check());
  bool by_recipe = false;
  if (past.has_value() && past->cut == past_options.not_before &&
      past->customers.size() < kEnoughJudges) {
    by_recipe = true;
    past_options.not_before = absl::InfinitePast();
    CLIENTELE_ASSIGN_OR_RETURN(past, Load(context, store, catalog, past_options));
    CLIENTELE_RETURN_IF_ERROR(check());
  }
  if (!past.has_value() || past->customers.empty()) {
    comparison.obstacle = absl::StrCat("nobody who was known before the newest ",
                                       options.held_out_days, " days chose something new in them");
    return comparison;
  }

  CLIENTELE_ASSIGN_OR_RETURN(const HeldOutRanking trained, models.trained(*past));
  HeldOutRanking served = trained;
  if (!by_recipe) {
    CLIENTELE_ASSIGN_OR_RETURN(served, models.serving(*past));
    if (served.known_items == 0) {
      comparison.obstacle = "it knows no item that customers chose in the newest days";
      return comparison;
    }
  } else if (!models.is_same_recipe) {
    CLIENTELE_ASSIGN_OR_RETURN(served, models.like_serving(*past));
  }
  comparison.measured = MeasuredPair{.trained = trained.ndcg,
                                     .serving = served.ndcg,
                                     .customers = trained.customers,
                                     .since = past->cut,
                                     .by_recipe = by_recipe};
  return comparison;
}

}  // namespace clientele::recommend
