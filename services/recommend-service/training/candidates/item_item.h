#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_CANDIDATES_ITEM_ITEM_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_CANDIDATES_ITEM_ITEM_H_

// Items that the same customers touch. An item's score is the sum of its similarities to the
// customer's own items; with n_i customers of item i, n_ij of both and N in all:
//
//   cosine  n_ij / (n_j^(1 - a) n_i^a + shrinkage)         i scored, j the customer's own
//   lift    n_ij N / (n_i n_j) * n_ij / (n_ij + shrinkage)
//   walk    sum over the customers of both of 1 / |N(u)|, divided by n_j^(1 - a) n_i^a
//
// a = 1/2 is the cosine; a greater one holds popular items back (Aiolli, Efficient top-N
// recommendation for very large scale binary rated datasets, RecSys 2013). The walk goes from an
// item to one of its customers and on to one of their items, so that customers of many items say
// less of each (Paudel, Christoffel, Newell, Bernstein, Updatable, Accurate, Diverse, and Scalable
// Recommendations for Interactive Applications, TiiS 2017: RP3-beta). The shrinkage keeps
// similarities that few customers speak for small (Bell, Koren, Improved neighborhood-based
// collaborative filtering, KDD Cup 2007).

#include <cstdint>

#include "services/recommend-service/core/candidates/item_links.h"
#include "services/recommend-service/training/candidates/item_scorer.h"

namespace clientele::recommend {

enum class ItemSimilarity { kCosine, kLift, kWalk };

struct ItemItemOptions {
  ItemSimilarity similarity = ItemSimilarity::kCosine;
  double popularity_exponent = 0.5;  // a, 0 to 1; not of the lift
  double shrinkage = 10;             // customers, >= 0; not of the walk
  std::int64_t max_neighbors = 500;  // of an item, the most similar ones; 1 or more
};

// The most similar items of each, as links of the source "item-item".
ItemLinks ItemItemLinks(const SparseMatrix& interactions, const ItemItemOptions& options,
                        int threads);

class ItemItem final : public CandidateFamily {
 public:
  explicit ItemItem(ItemItemOptions options = {}) : options_(options) {}
  std::string Description() const override;
  // Time grows with the sum of the squares of the customers' numbers of items.
  absl::StatusOr<std::unique_ptr<ItemScorer>> Fit(const CandidateTraining& training) const override;

 private:
  const ItemItemOptions options_;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_CANDIDATES_ITEM_ITEM_H_
