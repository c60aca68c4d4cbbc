#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_RANKING_SIMILAR_ITEMS_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_RANKING_SIMILAR_ITEMS_H_

// Items that could stand in for another one.
//
// Only items that are alike (ServingView::AreAlike) are similar, however near the model has them.
// Their order is by the mean of two cosines: of the texts, and of the factors where the model knows
// both items; by the one that there is where the other is missing.

#include <string>
#include <vector>

#include "absl/time/time.h"

#include "services/recommend-service/core/ranking/recommendation.h"
#include "services/recommend-service/core/ranking/serving_view.h"

namespace clientele::recommend {

struct SimilarItemsQuery {
  std::string item_id;
  int max_results = kDefaultResults;  // 1 to 100
  std::string language = {};          // see RecommendQuery
  ItemFilter filter = {};
};

struct SimilarItem {
  std::string item_id;
  std::string title;
  std::string category;
  double score = 0;                  // 0 to 1
  double text_similarity = 0;        // 0 to 1; 0 before the items' texts were read
  double factor_similarity = 0;      // -1 to 1; 0 where the model does not know both items
  std::vector<Reason> reasons = {};  // strongest first, at least one
};

struct SimilarItemsList {
  std::vector<SimilarItem> items;   // best first; equal scores by item id
  std::vector<std::string> models;  // "name/version" of those that took part
};

// `entry` is of the view's catalog; the item itself and those that are not available at
// `now` are left out.
SimilarItemsList FindSimilarItems(const ServingView& view, const CatalogEntry& entry,
                                  const SimilarItemsQuery& query, absl::Time now);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_RANKING_SIMILAR_ITEMS_H_
