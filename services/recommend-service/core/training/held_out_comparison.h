#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_TRAINING_HELD_OUT_COMPARISON_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_TRAINING_HELD_OUT_COMPARISON_H_

// Compares the model that a training makes with the one that serves, on the newest days.
//
// The trained model has learned from every day there is, so it says nothing of days to come. What
// is measured is its like: the same recipe, trained on what was before the cut. The serving version
// is measured as it is where it has seen nothing after the cut. A version that has, would know the
// answers, so the cut moves to the end of what it has seen, if enough customers chose something
// since; and where they are too few, its own recipe, trained on what was before the cut, stands for
// it.

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/executor/request_context.h"
#include "services/recommend-service/core/items/catalog.h"
#include "services/recommend-service/core/training/held_out_ranking.h"
#include "services/recommend-service/core/training/publication.h"
#include "services/recommend-service/core/training/ranking_past.h"
#include "services/recommend-service/core/training/training_set.h"

namespace clientele::recommend {

// Fewer customers than these who chose something new since the serving version's training say too
// little of it.
inline constexpr std::size_t kEnoughJudges = 100;

// The version that serves, and how both are measured.
struct ComparedModels {
  using Measure = std::function<absl::StatusOr<HeldOutRanking>(const RankingPast&)>;

  std::string serving_id;  // "name/version"
  // Of the newest interaction that it has seen; nullopt where its bundle does not say.
  std::optional<absl::Time> trained_until;
  bool is_same_recipe = false;  // as the trained model's
  Measure trained;              // a model like the trained one, made of the past
  Measure like_serving;         // one by the serving version's recipe
  Measure serving;              // the serving version itself
};

// `past_options` say how the past is loaded, but for what the training's own `options` say. `check`
// is asked from time to time, and its error ends it. Errors are the stores' and the measures'.
absl::StatusOr<Comparison> CompareOnNewestDays(const RequestContext& context,
                                               PastInteractionStore& store, CatalogStore& catalog,
                                               RankingPastOptions past_options,
                                               const TrainingOptions& options,
                                               const ComparedModels& models,
                                               const std::function<absl::Status()>& check);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_TRAINING_HELD_OUT_COMPARISON_H_
