#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_EXPLANATIONS_REASONS_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_EXPLANATIONS_REASONS_H_

// Why an item is recommended to a customer, in words.
//
//   SIMILAR_TO_PURCHASE  an item they bought is near in the model: cosine of the
//                        items' factors at least 0.2; the nearest is named
//   SIMILAR_TO_VIEW      the same for customers who bought nothing yet
//   FAVORITE_CATEGORY   of the category that holds most of their preference
//   POPULAR              among the 10% most popular items
//   EXPLORE              none of these
//
// Strongest first: by cosine, by half the category's share of the preference (an item
// that is named says more), and by half the item's share of the greatest popularity.
//
// Items that are compared are at most kMaxAnchors, those that the customer prefers most (the first
// by id among equals): a cosine costs as much as ten scores.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "services/recommend-service/core/ranking/recommendation.h"
#include "services/recommend-service/core/ranking/resolved_history.h"
#include "services/recommend-service/core/ranking/serving_view.h"

namespace clientele::recommend {

inline constexpr std::size_t kMaxAnchors = 200;

// What explains the recommendations of one customer; made once for a request.
class ReasonFinder {
 public:
  // Borrowed: both outlive the finder.
  ReasonFinder(const ServingView& view, const ResolvedHistory& history);

  // `entry` is of the view's catalog, `row` its row of the model or -1.
  std::vector<Reason> Find(const CatalogEntry& entry, std::int64_t row) const;

 private:
  const ServingView& view_;
  // Rows of items bought, or else of those they showed interest in.
  std::vector<std::int32_t> anchors_;
  bool anchors_are_purchases_ = false;
  std::string favorite_category_;
  double favorite_share_ = 0;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_EXPLANATIONS_REASONS_H_
