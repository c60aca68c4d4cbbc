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
  // Of EASE, to choose from; at least one.
  std::vector<double> ease_penalties = {100, 30, 300, 700};
  std::int64_t links_per_item = 100;
  // With more items there are no links of "ease": its memory grows with the square of them, its
  // time with the cube.
  std::int64_t max_ease_items = 6000;
  int threads = 1;
};

// Customers x items, 1 where the preference is above 0; `examples` are of the set.
SparseMatrix LikedItems(const TrainingSet& set, const std::vector<TrainingExample>& examples);

// The penalty with which the links of EASE from one part find the other part best (nDCG@10). Both
// have the same rows and columns. The first of the options where nothing is held out, or where
// there are too many items for EASE. INTERNAL where the linear algebra failed.
absl::StatusOr<double> ChooseEasePenalty(const SparseMatrix& training, const SparseMatrix& held_out,
                                         const ItemLinkOptions& options);

// INTERNAL where the linear algebra failed.
absl::StatusOr<std::vector<ItemLinks>> TrainItemLinks(const SparseMatrix& liked,
                                                      double ease_penalty,
                                                      const ItemLinkOptions& options);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_HYBRID_ITEM_LINK_TRAINING_H_
