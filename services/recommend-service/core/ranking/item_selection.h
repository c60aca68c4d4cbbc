#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_RANKING_ITEM_SELECTION_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_RANKING_ITEM_SELECTION_H_

// The best items for one customer: one pass over the model's rows (or the catalog's popularity)
// with a bounded heap.

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

#include "services/recommend-service/core/ranking/left_out.h"
#include "services/recommend-service/core/ranking/sequence_state.h"
#include "services/recommend-service/core/ranking/serving_view.h"
#include "services/recommend-service/core/ranking/wanted_items.h"

namespace clientele::recommend {

struct SelectedItem {
  double score = 0;
  double affinity = 0;     // q_i^T p_u; 0 by popularity and for an item without a slot
  std::int32_t slot = -1;  // of the view; -1: the model neither knows nor estimates the item
  absl::string_view id;    // lives as long as the view
};

// Best first, equal scores by id; at most `count` of those that are wanted and not left out.

// By the customer's factors, which are of the view's model and its dimension.
std::vector<SelectedItem> SelectByFactors(const ServingView& view, const WantedItems& wanted,
                                          const LeftOut& left_out, const CustomerFactors& customer,
                                          int count);
// By what comes next; the items that the state has read are not among them.
std::vector<SelectedItem> SelectBySequence(const ServingView& view, const WantedItems& wanted,
                                           const LeftOut& left_out, const SequenceState& state,
                                           int count);
// By the share of the greatest popularity.
std::vector<SelectedItem> SelectByPopularity(const ServingView& view, const WantedItems& wanted,
                                             const LeftOut& left_out, int count);
// The best of any items.
std::vector<SelectedItem> BestOf(std::vector<SelectedItem> items, int count);

// The items of `ids` that are in the catalog, each once, whether available or bought or not: best
// first, by the same scores. `customer` is null for scores by popularity.
std::vector<SelectedItem> RankCandidates(const ServingView& view,
                                         const std::vector<std::string>& ids,
                                         const CustomerFactors* customer);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_RANKING_ITEM_SELECTION_H_
