#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_HYBRID_PAST_VIEW_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_HYBRID_PAST_VIEW_H_

// The view that would have served at a moment, from what was known then: candidates and features
// for training come from the code that serves.
//
//   const PastView past({.items = items, .popularity = popularity, .model = model});
//   PoolCandidates(*past.view(), ...);

#include <memory>
#include <string>
#include <vector>

#include "services/recommend-service/core/items/catalog.h"
#include "services/recommend-service/core/ranking/collaborative_model.h"
#include "services/recommend-service/core/ranking/serving_view.h"

namespace clientele::recommend {

// Immutable once made; thread-safe.
class PastView {
 public:
  struct Contents {
    std::vector<CatalogItem> items;
    std::vector<ItemPopularity> popularity;
    std::shared_ptr<const CollaborativeModel> model;
    std::shared_ptr<const SequenceModel> sequence = nullptr;
  };
  explicit PastView(Contents contents);
  ~PastView();

  const std::shared_ptr<const ServingView>& view() const { return view_; }

 private:
  std::shared_ptr<const ServingView> view_;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_HYBRID_PAST_VIEW_H_
