#include "services/recommend-service/core/items/catalog.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <utility>

#include "common/status/status_macros.h"

namespace clientele::recommend {
namespace {

std::shared_ptr<const CatalogSnapshot> EmptySnapshot() {
  auto empty = std::make_shared<CatalogSnapshot>();
  empty->categories = std::make_shared<CategoryNumbers>();
  return empty;
}

}  // namespace

Catalog::Catalog(CatalogStore* store) : store_(store), snapshot_(EmptySnapshot()) {}

absl::Status Catalog::Refresh(const RequestContext& context) {
  std::lock_guard refresh(refresh_mutex_);
  return RefreshLocked(context);
}

absl::Status Catalog::RefreshLocked(const RequestContext& context) {
  const std::uint64_t writes = writes_;
  CLIENTELE_ASSIGN_OR_RETURN(CatalogChanges items, store_->ItemsSince(context, item_revision_));
  CLIENTELE_ASSIGN_OR_RETURN(const PopularityChanges popularity,
                             store_->PopularitySince(context, popularity_revision_));
  item_revision_ = items.revision;
  popularity_revision_ = popularity.revision;
  writes_seen_ = writes;
  if (!items.complete && items.changed.empty() && items.deleted.empty() &&
      popularity.changed.empty()) {
    return absl::OkStatus();
  }
  const std::shared_ptr<const CatalogSnapshot> before = Snapshot();
  if (items.complete) {
    // Those that are still there are edited again below.
    for (const auto& block : before->blocks) {
      for (const CatalogEntry& entry : *block) items.deleted.push_back(entry.item->id);
    }
  }
  bool recount = false;
  for (const ItemPopularity& item : popularity.changed) popularity_[item.item_id] = item;
  const auto popularity_of = [&](absl::string_view id) {
    const auto found = popularity_.find(id);
    return found == popularity_.end() ? ItemPopularity() : found->second;
  };
  CatalogEdits edits;
  for (const std::string& id : items.deleted) {
    const CatalogEntry* const old = before->Find(id);
    if (old == nullptr) continue;
    recount |= old->popularity > 0;
    edits[id] = std::nullopt;
  }
  for (CatalogItem& item : items.changed) {
    const CatalogEntry* const old = before->Find(item.id);
    const ItemPopularity known = popularity_of(item.id);
    recount |= known.weight > 0 && (old == nullptr || old->popularity != known.weight);
    const std::int32_t category = before->categories->Number(item.parent_categories, item.category);
    auto shared = std::make_shared<const CatalogItem>(std::move(item));
    edits[shared->id] = CatalogEntry{shared, category, known.weight, known.recent_sum};
  }
  for (const ItemPopularity& item : popularity.changed) {
    const CatalogEntry* const old = before->Find(item.item_id);
    if (old == nullptr || edits.contains(item.item_id)) continue;
    if (old->popularity == item.weight && old->recent_sum == item.recent_sum) continue;
    recount = true;
    edits[item.item_id] = CatalogEntry{old->item, old->category, item.weight, item.recent_sum};
  }
  if (edits.empty()) return absl::OkStatus();

  auto next = std::make_shared<CatalogSnapshot>(*before);
  next->blocks = EditBlocks(before->blocks, edits);
  next->item_count = 0;
  for (const auto& block : next->blocks) next->item_count += block->size();
  if (recount || before->item_count == 0) CountPopularity(*next);
  std::lock_guard lock(snapshot_mutex_);
  snapshot_ = std::move(next);
  return absl::OkStatus();
}

void Catalog::CountPopularity(CatalogSnapshot& next) const {
  std::vector<double> weights;
  next.knows_recent = false;
  for (const auto& block : next.blocks) {
    for (const CatalogEntry& entry : *block) {
      if (entry.popularity > 0) weights.push_back(entry.popularity);
      next.knows_recent |= entry.recent_sum > 0;
    }
  }
  next.max_popularity = 0;
  next.popular_threshold = std::numeric_limits<double>::infinity();
  if (weights.empty()) return;
  next.max_popularity = *std::max_element(weights.begin(), weights.end());
  const auto tenth = weights.begin() + static_cast<std::ptrdiff_t>((weights.size() - 1) / 10);
  std::nth_element(weights.begin(), tenth, weights.end(), std::greater<>());
  next.popular_threshold = *tenth;
}

std::shared_ptr<const CatalogSnapshot> Catalog::Current(const RequestContext& context) {
  const std::uint64_t writes = writes_;
  if (writes_seen_ < writes) {
    std::lock_guard refresh(refresh_mutex_);
    // A refresh that began after these writes may have ended meanwhile. One that fails now is tried
    // again by the next call and by the service's own.
    if (writes_seen_ < writes) RefreshLocked(context).IgnoreError();
  }
  return Snapshot();
}

std::shared_ptr<const CatalogSnapshot> Catalog::Snapshot() const {
  std::lock_guard lock(snapshot_mutex_);
  return snapshot_;
}

}  // namespace clientele::recommend
