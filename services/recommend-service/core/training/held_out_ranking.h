#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_TRAINING_HELD_OUT_RANKING_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_TRAINING_HELD_OUT_RANKING_H_

// How well a model ranks what customers chose after the cut, told what they did before it.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const HeldOutRanking ranking, RankHeldOut(model, past, {}));

#include <cstddef>
#include <cstdint>
#include <memory>

#include "absl/status/statusor.h"

#include "services/recommend-service/core/interactions/preference.h"
#include "services/recommend-service/core/ranking/collaborative_model.h"
#include "services/recommend-service/core/ranking/sequence_model.h"
#include "services/recommend-service/core/training/ranking_past.h"

namespace clientele::recommend {

struct HeldOutRanking {
  double ndcg = 0;               // mean over the customers, of the first ten, binary gain
  std::int64_t customers = 0;    // ranked
  std::int64_t known_items = 0;  // of those chosen, how many the model knows
};

// A factorization. Every customer is folded in from what they did before the cut, as a customer is
// who is new to the model, and all items of the catalog but those they knew are ranked. Items that
// the model does not know are never found. At most `max_customers` of the past's, evenly chosen.
// Errors are the fold-in's.
absl::StatusOr<HeldOutRanking> RankHeldOut(const std::shared_ptr<const CollaborativeModel>& model,
                                           const RankingPast& past, const Dismissals& dismissals,
                                           std::size_t max_customers = 2000);
// What comes next. Of who touched no item that the model knows, nothing is found. Errors are the
// model's.
absl::StatusOr<HeldOutRanking> RankHeldOut(const std::shared_ptr<const SequenceModel>& model,
                                           const RankingPast& past, const Dismissals& dismissals,
                                           std::size_t max_customers = 2000);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_TRAINING_HELD_OUT_RANKING_H_
