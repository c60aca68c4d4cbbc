#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_RANKING_EXPLAINED_LIST_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_RANKING_EXPLAINED_LIST_H_

// What was selected for a customer, as the list that they get: with terms, reasons, and what the
// models were given.

#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "services/recommend-service/core/ranking/hybrid_selection.h"
#include "services/recommend-service/core/ranking/item_selection.h"
#include "services/recommend-service/core/ranking/recommendation.h"
#include "services/recommend-service/core/ranking/recommender.h"
#include "services/recommend-service/core/ranking/score_inputs.h"

namespace clientele::recommend {

// By several sources; with the selection's trace. Errors are the sequence model's.
absl::StatusOr<RecommendationList> ExplainedHybrid(const Recommender::Personal& personal,
                                                   HybridSelection selection,
                                                   absl::string_view language);
// By the factorization, the sequence, or popularity, as personal.strategy says. Errors likewise.
absl::StatusOr<RecommendationList> Explained(const Recommender::Personal& personal,
                                             const std::vector<SelectedItem>& selected,
                                             absl::string_view language);

// Takes the features out of the selection.
std::shared_ptr<const ScoreInputs> InputsOf(HybridSelection& selection);
// Of popularity there are none: its scores are counts.
std::shared_ptr<const ScoreInputs> InputsOf(const Recommender::Personal& personal,
                                            const std::vector<SelectedItem>& selected);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_RANKING_EXPLAINED_LIST_H_
