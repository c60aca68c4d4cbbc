#include "services/recommend-service/core/items/catalog.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <utility>

#include "common/status/status_macros.h"

namespace clientele::recommend {

const CatalogEntry* CatalogSnapshot::Find(absl::string_view id) const {
  const auto found = std::lower_bound(
      entries.begin(), entries.end(), id,
      [](const CatalogEntry& entry, absl::string_view id) { return entry.item->id < id; });
  return found != entries.end() && found->item->id == id ? &*found : nullptr;
}

Catalog::Catalog(CatalogStore* store)
    : store_(store), snapshot_(std::make_shared<CatalogSnapshot>()) {}

absl::Status Catalog::Refresh(const RequestContext& context) {
  std::lock_guard refresh(refresh_mutex_);
  CLIENTELE_ASSIGN_OR_RETURN(CatalogChanges items, store_->ItemsSince(context, item_revision_));
  CLIENTELE_ASSIGN_OR_RETURN(const PopularityChanges popularity,
                             store_->PopularitySince(context, popularity_revision_));
  item_revision_ = items.revision;
  popularity_revision_ = popularity.revision;
  if (items.changed.empty() && items.deleted.empty() && popularity.changed.empty()) {
    return absl::OkStatus();
  }
  for (const std::string& id : items.deleted) items_.erase(id);
  for (CatalogItem& item : items.changed) {
    auto shared = std::make_shared<const CatalogItem>(std::move(item));
    items_[shared->id] = std::move(shared);
  }
  for (const ItemPopularity& item : popularity.changed) popularity_[item.item_id] = item.weight;

  auto next = std::make_shared<CatalogSnapshot>();
  next->entries.reserve(items_.size());
  std::vector<double> weights;
  auto weight = popularity_.cbegin();
  for (const auto& [id, item] : items_) {
    while (weight != popularity_.cend() && weight->first < id) ++weight;
    const double value = weight != popularity_.cend() && weight->first == id ? weight->second : 0.0;
    next->entries.push_back({item, value});
    next->max_popularity = std::max(next->max_popularity, value);
    if (value > 0) weights.push_back(value);
  }
  next->popular_threshold = std::numeric_limits<double>::infinity();
  if (!weights.empty()) {
    const auto tenth = weights.begin() + static_cast<std::ptrdiff_t>((weights.size() - 1) / 10);
    std::nth_element(weights.begin(), tenth, weights.end(), std::greater<>());
    next->popular_threshold = *tenth;
  }
  std::lock_guard lock(snapshot_mutex_);
  snapshot_ = std::move(next);
  return absl::OkStatus();
}

std::shared_ptr<const CatalogSnapshot> Catalog::Snapshot() const {
  std::lock_guard lock(snapshot_mutex_);
  return snapshot_;
}

}  // namespace clientele::recommend
