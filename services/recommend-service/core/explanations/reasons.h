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

#include <cstdint>
#include <string>
#include <vector>

#include "services/recommend-service/core/interactions/interaction.h"
#include "services/recommend-service/core/ranking/recommendation.h"
#include "services/recommend-service/core/ranking/serving_view.h"

namespace clientele::recommend {

// What explains the recommendations of one customer; made once for a request.
class ReasonFinder {
 public:
  // Borrowed: both outlive the finder.
  ReasonFinder(const ServingView& view, const std::vector<ItemHistory>& history);

  // `entry` is an index of the catalog's entries.
  std::vector<Reason> Find(std::size_t entry) const;

 private:
  struct Anchor {
    const CatalogItem* item;
    std::int64_t row;
  };

  const ServingView& view_;
  std::vector<Anchor> anchors_;  // items bought, or else those they showed interest in
  bool anchors_are_purchases_ = false;
  std::string favorite_category_;
  double favorite_share_ = 0;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_EXPLANATIONS_REASONS_H_
