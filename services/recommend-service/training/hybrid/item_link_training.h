#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_HYBRID_ITEM_LINK_TRAINING_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_HYBRID_ITEM_LINK_TRAINING_H_

// The links between items that go with a factorization in its bundle: what the hybrid recommender's
// sources "item-item" and "ease" know.

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"

#include "services/recommend-service/core/candidates/item_links.h"
#include "services/recommend-service/core/training/training_set.h"
#include "services/recommend-service/training/candidates/ease.h"
#include "services/recommend-service/training/candidates/item_item.h"
#include "services/recommend-service/training/sparse_matrix.h"

namespace clientele::recommend {

struct ItemLinkOptions {
  ItemItemOptions item_item = {.max_neighbors = 100};
  EaseOptions ease = {.penalty = 100};
  std::int64_t links_per_item = 100;
  // With more items there are no links of "ease": its memory grows with the square of them, its
  // time with the cube.
  std::int64_t max_ease_items = 6000;
  int threads = 1;
};

// Customers x items, 1 where the preference is above 0.
SparseMatrix LikedItems(const TrainingSet& set);

// INTERNAL where the linear algebra failed.
absl::StatusOr<std::vector<ItemLinks>> TrainItemLinks(const SparseMatrix& liked,
                                                      const ItemLinkOptions& options);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_HYBRID_ITEM_LINK_TRAINING_H_
