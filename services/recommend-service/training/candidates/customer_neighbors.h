#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_CANDIDATES_CUSTOMER_NEIGHBORS_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_CANDIDATES_CUSTOMER_NEIGHBORS_H_

// What similar customers touched. An item's score is the sum over the most similar customers v who
// touched it of
//
//   sum_{items j of both} w_j / (|N(v)|^1/2 |N(u)|^1/2 + shrinkage),   w_j = 1 / n_j^discount
//
// N(v): the items of v; n_j: the customers of item j, so that what everybody touches says little
// (Breese, Heckerman, Kadie, Empirical Analysis of Predictive Algorithms for Collaborative
// Filtering, UAI 1998, section 2.3: inverse user frequency).

#include <cstdint>

#include "services/recommend-service/training/candidates/item_scorer.h"

namespace clientele::recommend {

struct CustomerNeighborsOptions {
  double discount = 0.5;             // >= 0; 0: the cosine
  double shrinkage = 5;              // >= 0
  std::int64_t max_neighbors = 100;  // 1 or more
};

// Scores take time that grows with the customers of the customer's items.
class CustomerNeighbors final : public CandidateFamily {
 public:
  explicit CustomerNeighbors(CustomerNeighborsOptions options = {}) : options_(options) {}
  std::string Description() const override;
  absl::StatusOr<std::unique_ptr<ItemScorer>> Fit(const CandidateTraining& training) const override;

 private:
  const CustomerNeighborsOptions options_;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_CANDIDATES_CUSTOMER_NEIGHBORS_H_
