#include "services/recommend-service/core/ranking/resolved_history.h"

#include <algorithm>
#include <utility>

#include "services/recommend-service/core/interactions/preference.h"

namespace clientele::recommend {

ResolvedHistory::ResolvedHistory(const ModelView* model, const std::vector<ItemHistory>& history) {
  items.reserve(history.size());
  for (const ItemHistory& one : history) {
    ResolvedItem item;
    item.preference = Preference(one);
    item.bought = one.purchases > 0;
    item.kept = one.purchases > one.returns;
    if (model != nullptr) item.row = static_cast<std::int32_t>(model->Row(one.item_id));
    if (item.row < 0) {
      item.other = static_cast<std::int32_t>(other_ids.size());
      other_ids.push_back(one.item_id);
      other_bought_.push_back(item.bought);
    }
    items.push_back(item);
  }
}

bool ResolvedHistory::BoughtOther(absl::string_view item_id) const {
  const auto found = std::lower_bound(other_ids.begin(), other_ids.end(), item_id);
  return found != other_ids.end() && *found == item_id &&
         other_bought_[static_cast<std::size_t>(found - other_ids.begin())];
}

absl::StatusOr<const FoldInSolution*> ResolvedHistory::FoldedIn(const FoldIn& fold_in) const {
  std::call_once(folding_in_, [&] {
    std::vector<ObservedPreference> observed;
    for (const ResolvedItem& item : items) {
      if (item.row >= 0) observed.push_back({item.row, item.preference});
    }
    if (observed.empty()) return;
    absl::StatusOr<FoldInSolution> solved = fold_in.Solve(observed);
    if (solved.ok()) {
      folded_in_ = *std::move(solved);
    } else {
      folded_in_ = solved.status();
    }
  });
  if (!folded_in_.ok()) return folded_in_.status();
  return folded_in_->has_value() ? &**folded_in_ : nullptr;
}

}  // namespace clientele::recommend
