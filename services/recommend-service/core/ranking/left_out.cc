#include "services/recommend-service/core/ranking/left_out.h"

#include <algorithm>
#include <optional>

namespace clientele::recommend {
namespace {

bool IsDueAgain(const ServingView& view, absl::string_view item_id, const ResolvedItem& item,
                const RepeatPurchases& repeats, absl::Time now) {
  const CatalogEntry* const entry = view.catalog->Find(item_id);
  if (entry == nullptr) return false;
  const std::optional<absl::Duration> after = repeats.After(*entry->item);
  return after.has_value() && item.purchase_time + *after <= now;
}

}  // namespace

LeftOut::LeftOut(const ServingView& view, const ResolvedHistory& history,
                 const LeaveOutRules& rules, absl::Time now)
    : history_(history),
      rows_(view.model == nullptr ? 0 : (view.model->model->item_ids().size() + 63) / 64),
      others_(history.other_ids.size()) {
  for (const ResolvedItem& item : history.items) {
    const absl::string_view id = item.row >= 0
                                     ? absl::string_view(view.ItemId(item.row))
                                     : history.other_ids[static_cast<std::size_t>(item.other)];
    const bool bought =
        item.bought && !rules.include_purchased &&
        (rules.repeats == nullptr || !IsDueAgain(view, id, item, *rules.repeats, now));
    if (!item.dismissed && !bought && !rules.leave_out_touched) continue;
    if (item.row >= 0) {
      rows_[static_cast<std::size_t>(item.row) / 64] |= std::uint64_t{1} << (item.row % 64);
    } else {
      others_[static_cast<std::size_t>(item.other)] = 1;
    }
  }
}

bool LeftOut::Other(absl::string_view item_id) const {
  const auto found =
      std::lower_bound(history_.other_ids.begin(), history_.other_ids.end(), item_id);
  return found != history_.other_ids.end() && *found == item_id &&
         others_[static_cast<std::size_t>(found - history_.other_ids.begin())] != 0;
}

}  // namespace clientele::recommend
