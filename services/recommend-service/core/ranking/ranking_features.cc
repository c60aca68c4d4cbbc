#include "services/recommend-service/core/ranking/ranking_features.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "absl/strings/str_cat.h"

namespace clientele::recommend {
namespace {

constexpr float kUnknown = std::numeric_limits<float>::quiet_NaN();

}  // namespace

const std::vector<std::string>& RankingFeatureNames() {
  static const auto& names = *[] {
    auto* const made = new std::vector<std::string>;
    for (const absl::string_view source : kCandidateSources) {
      for (const char* part : {"score", "share", "rank"}) {
        made->push_back(absl::StrCat(source, "_", part));
      }
    }
    for (const char* name :
         {"customer_items", "customer_bought", "customer_preference", "item_popularity",
          "item_recent", "item_trend", "item_estimated", "category_share", "brand_share"}) {
      made->emplace_back(name);
    }
    return made;
  }();
  return names;
}

RankingFeatures::RankingFeatures(const ServingView& view, const ResolvedHistory& history,
                                 absl::Span<const Candidate> pool, absl::Time now)
    : view_(view), recent_(now) {
  for (const Candidate& candidate : pool) {
    for (std::size_t source = 0; source < greatest_.size(); ++source) {
      // NaN is no maximum.
      greatest_[source] = std::fmax(greatest_[source], candidate.scores[source]);
    }
  }
  for (const ResolvedItem& item : history.items) {
    items_ += 1;
    bought_ += item.bought ? 1 : 0;
    if (item.preference <= 0 || item.dismissed) continue;
    const CatalogEntry* const entry =
        view.catalog->Find(item.row >= 0 ? view.ItemId(item.row)
                                         : history.other_ids[static_cast<std::size_t>(item.other)]);
    if (entry == nullptr) continue;
    preference_ += item.preference;
    by_category_[entry->category] += item.preference;
    if (!entry->item->brand.empty()) by_brand_[entry->item->brand] += item.preference;
  }
}

std::vector<float> RankingFeatures::Of(const Candidate& candidate) const {
  std::vector<float> row;
  row.reserve(RankingFeatureNames().size());
  for (std::size_t source = 0; source < greatest_.size(); ++source) {
    const float score = candidate.scores[source];
    row.push_back(score);
    row.push_back(greatest_[source] > 0 ? score / greatest_[source] : kUnknown);
    row.push_back(candidate.ranks[source] > 0 ? static_cast<float>(candidate.ranks[source])
                                              : kUnknown);
  }
  const auto share = [&](const auto& sums, const auto& key) {
    const auto found = sums.find(key);
    return found == sums.end() || preference_ <= 0
               ? 0.0F
               : static_cast<float>(found->second / preference_);
  };
  const CatalogEntry& entry = *candidate.entry;
  row.push_back(static_cast<float>(items_));
  row.push_back(static_cast<float>(bought_));
  row.push_back(static_cast<float>(preference_));
  row.push_back(static_cast<float>(std::log1p(std::max(0.0, entry.popularity))));
  const double recent = recent_.Of(entry.recent_sum);
  const bool is_known = view_.catalog->knows_recent;
  row.push_back(is_known ? static_cast<float>(std::log1p(recent)) : kUnknown);
  row.push_back(is_known ? static_cast<float>(Trend(recent, entry.popularity)) : kUnknown);
  row.push_back(candidate.slot >= 0 && view_.IsEstimated(candidate.slot) ? 1.0F : 0.0F);
  row.push_back(entry.category == 0 ? kUnknown : share(by_category_, entry.category));
  row.push_back(entry.item->brand.empty() ? kUnknown : share(by_brand_, entry.item->brand));
  return row;
}

}  // namespace clientele::recommend
