#include "services/recommend-service/core/ranking/resolved_history.h"

#include <algorithm>
#include <utility>

namespace clientele::recommend {

void KeepStrongest(std::vector<const ResolvedItem*>& items, std::size_t count) {
  const std::size_t kept = std::min(count, items.size());
  std::partial_sort(items.begin(), items.begin() + static_cast<std::ptrdiff_t>(kept), items.end(),
                    [](const ResolvedItem* a, const ResolvedItem* b) {
                      return a->preference != b->preference ? a->preference > b->preference : a < b;
                    });
  items.resize(kept);
}

namespace {

// Places in `items` of what is liked, in the order of first touches: the latest of them.
std::vector<std::uint32_t> LatestLiked(const std::vector<ResolvedItem>& items,
                                       const std::vector<ItemHistory>& history) {
  std::vector<std::uint32_t> places;
  for (std::size_t at = 0; at < items.size(); ++at) {
    if (items[at].preference > 0 && !items[at].dismissed) {
      places.push_back(static_cast<std::uint32_t>(at));
    }
  }
  const auto earlier = [&](std::uint32_t a, std::uint32_t b) {
    const absl::Time left = history[a].first_time, right = history[b].first_time;
    return left != right ? left < right : a < b;
  };
  if (places.size() > kMaxSequenceItems) {
    const auto first = places.end() - static_cast<std::ptrdiff_t>(kMaxSequenceItems);
    std::nth_element(places.begin(), first, places.end(), earlier);
    places.erase(places.begin(), first);
  }
  std::sort(places.begin(), places.end(), earlier);
  return places;
}

}  // namespace

ResolvedHistory::ResolvedHistory(const ModelView* model, const std::vector<ItemHistory>& history,
                                 const Dismissals& dismissals, absl::Time now) {
  items.reserve(history.size());
  for (const ItemHistory& one : history) {
    ResolvedItem item;
    item.preference = Preference(one, dismissals, now);
    item.bought = one.purchases > 0;
    item.kept = one.purchases > one.returns;
    item.purchase_time = one.purchase_time;
    if (const absl::Time end = dismissals.EndOf(one); now < end) {
      item.dismissed = true;
      valid_until = std::min(valid_until, end);
    }
    if (model != nullptr) item.row = static_cast<std::int32_t>(model->Row(one.item_id));
    if (item.row < 0) {
      item.other = static_cast<std::int32_t>(other_ids.size());
      other_ids.push_back(one.item_id);
      places_of_others_.push_back(items.size());
    }
    items.push_back(item);
  }
  latest = LatestLiked(items, history);
}

const ResolvedItem* ResolvedHistory::Other(absl::string_view item_id) const {
  const auto found = std::lower_bound(other_ids.begin(), other_ids.end(), item_id);
  if (found == other_ids.end() || *found != item_id) return nullptr;
  return &items[places_of_others_[static_cast<std::size_t>(found - other_ids.begin())]];
}

const ResolvedItem* ResolvedHistory::Find(const ModelView* model, absl::string_view item_id) const {
  const std::int64_t row = model == nullptr ? -1 : model->Row(item_id);
  if (row < 0) return Other(item_id);
  const auto found = std::find_if(items.begin(), items.end(),
                                  [row](const ResolvedItem& item) { return item.row == row; });
  return found == items.end() ? nullptr : &*found;
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
