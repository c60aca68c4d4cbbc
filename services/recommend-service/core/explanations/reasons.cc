#include "services/recommend-service/core/explanations/reasons.h"

#include <algorithm>
#include <functional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

namespace clientele::recommend {
namespace {

constexpr double kMinCosine = 0.2;

struct Anchor {
  double preference;
  std::int32_t row;
};

// The number of the item's category in the catalog; -1 where it is not there.
std::int32_t CategoryOf(const ServingView& view, const ResolvedHistory& history,
                        const ResolvedItem& item) {
  if (item.row >= 0) return view.category_of_row[static_cast<std::size_t>(item.row)];
  const CatalogEntry* const entry =
      view.catalog->Find(history.other_ids[static_cast<std::size_t>(item.other)]);
  return entry == nullptr ? -1 : entry->category;
}

// The rows of the most preferred, in their order.
std::vector<std::int32_t> Strongest(std::vector<Anchor> anchors) {
  if (anchors.size() > kMaxAnchors) {
    std::vector<double> preferences;
    preferences.reserve(anchors.size());
    for (const Anchor& anchor : anchors) preferences.push_back(anchor.preference);
    const auto last = preferences.begin() + static_cast<std::ptrdiff_t>(kMaxAnchors - 1);
    std::nth_element(preferences.begin(), last, preferences.end(), std::greater<>());
    const double least = *last;
    // Of those with the least preference as many as there is room for.
    std::size_t room = kMaxAnchors;
    for (const Anchor& anchor : anchors) room -= anchor.preference > least;
    std::erase_if(anchors, [&](const Anchor& anchor) {
      if (anchor.preference != least) return anchor.preference < least;
      if (room == 0) return true;
      --room;
      return false;
    });
  }
  std::vector<std::int32_t> rows;
  rows.reserve(anchors.size());
  for (const Anchor& anchor : anchors) rows.push_back(anchor.row);
  return rows;
}

}  // namespace

ReasonFinder::ReasonFinder(const ServingView& view, const ResolvedHistory& history) : view_(view) {
  std::vector<double> categories(static_cast<std::size_t>(view.catalog->categories->size()));
  double total = 0;
  std::vector<Anchor> bought, touched;
  for (const ResolvedItem& item : history.items) {
    if (item.preference <= 0) continue;
    const std::int32_t category = CategoryOf(view, history, item);
    if (category < 0) continue;
    total += item.preference;
    categories[static_cast<std::size_t>(category)] += item.preference;
    if (item.row >= 0) (item.kept ? bought : touched).push_back({item.preference, item.row});
  }
  anchors_are_purchases_ = !bought.empty();
  anchors_ = Strongest(anchors_are_purchases_ ? std::move(bought) : std::move(touched));
  // 0 is no category.
  for (std::size_t number = 1; number < categories.size(); ++number) {
    const double share = total > 0 ? categories[number] / total : 0;
    if (share <= 0 || share < favorite_share_) continue;
    std::string name = view.catalog->categories->Name(static_cast<std::int32_t>(number));
    if (share == favorite_share_ && name > favorite_category_) continue;
    favorite_category_ = std::move(name);
    favorite_share_ = share;
  }
}

std::vector<Reason> ReasonFinder::Find(const CatalogEntry& entry, std::int64_t row) const {
  std::vector<std::pair<double, Reason>> found;

  std::int64_t nearest_row = -1;
  double nearest_cosine = kMinCosine;
  for (const std::int32_t anchor : anchors_) {
    if (row < 0 || anchor == row) continue;
    const double cosine = view_.model->Cosine(row, anchor);
    if (cosine > nearest_cosine) {
      nearest_row = anchor;
      nearest_cosine = cosine;
    }
  }
  if (nearest_row >= 0) {
    // It was in this catalog when it became an anchor.
    const CatalogItem& nearest =
        *view_.catalog->Find(view_.model->model->item_ids()[static_cast<std::size_t>(nearest_row)])
             ->item;
    found.push_back(
        {nearest_cosine,
         {anchors_are_purchases_ ? reason_code::kSimilarToPurchase : reason_code::kSimilarToView,
          absl::StrCat("Similar to \"", nearest.title, "\", which you ",
                       anchors_are_purchases_ ? "bought" : "looked at"),
          nearest.id}});
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
