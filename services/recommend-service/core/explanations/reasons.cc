#include "services/recommend-service/core/explanations/reasons.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"

#include "services/recommend-service/core/interactions/preference.h"

namespace clientele::recommend {
namespace {

constexpr double kMinCosine = 0.2;

}  // namespace

ReasonFinder::ReasonFinder(const ServingView& view, const std::vector<ItemHistory>& history)
    : view_(view) {
  std::map<std::string, double> categories;
  double total = 0;
  std::vector<Anchor> bought;
  std::vector<Anchor> touched;
  for (const ItemHistory& item : history) {
    const double preference = Preference(item);
    const CatalogEntry* const entry = view.catalog->Find(item.item_id);
    if (preference <= 0 || entry == nullptr) continue;
    total += preference;
    if (!entry->item->category.empty()) categories[entry->item->category] += preference;
    if (view.model == nullptr) continue;
    const std::int64_t row = view.model->Row(item.item_id);
    if (row < 0) continue;
    (item.purchases > item.returns ? bought : touched).push_back({entry->item.get(), row});
  }
  anchors_are_purchases_ = !bought.empty();
  anchors_ = anchors_are_purchases_ ? std::move(bought) : std::move(touched);
  for (const auto& [category, preference] : categories) {
    if (preference / total > favorite_share_) {
      favorite_category_ = category;
      favorite_share_ = preference / total;
    }
  }
}

std::vector<Reason> ReasonFinder::Find(std::size_t entry_index) const {
  const CatalogEntry& entry = view_.catalog->entries[entry_index];
  std::vector<std::pair<double, Reason>> found;

  const std::int64_t row = view_.model == nullptr ? -1 : view_.row_of_entry[entry_index];
  const Anchor* nearest = nullptr;
  double nearest_cosine = kMinCosine;
  for (const Anchor& anchor : anchors_) {
    if (row < 0 || anchor.row == row) continue;
    const double cosine = view_.model->Cosine(row, anchor.row);
    if (cosine > nearest_cosine) {
      nearest = &anchor;
      nearest_cosine = cosine;
    }
  }
  if (nearest != nullptr) {
    found.push_back(
        {nearest_cosine,
         {anchors_are_purchases_ ? reason_code::kSimilarToPurchase : reason_code::kSimilarToView,
          absl::StrCat("Similar to \"", nearest->item->title, "\", which you ",
                       anchors_are_purchases_ ? "bought" : "looked at"),
          nearest->item->id}});
  }
  if (!favorite_category_.empty() && entry.item->category == favorite_category_) {
    found.push_back({0.5 * favorite_share_,
                     {reason_code::kFavoriteCategory,
                      absl::StrCat("From ", favorite_category_, ", your favorite category"), ""}});
  }
  if (entry.popularity > 0 && entry.popularity >= view_.catalog->popular_threshold) {
    found.push_back({0.5 * entry.popularity / view_.catalog->max_popularity,
                     {reason_code::kPopular, "Popular with other customers", ""}});
  }
  if (found.empty()) {
    if (entry.popularity > 0) {
      found.push_back({0, {reason_code::kPopular, "Bought or viewed by other customers", ""}});
    } else {
      found.push_back({0, {reason_code::kExplore, "Something new to discover", ""}});
    }
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<Reason> reasons;
  reasons.reserve(found.size());
  for (auto& [strength, reason] : found) reasons.push_back(std::move(reason));
  return reasons;
}

}  // namespace clientele::recommend
