#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_CANDIDATES_EASE_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_CANDIDATES_EASE_H_

// The linear item-item model in closed form: the weights B with a zero diagonal that minimize
// |X - X B|^2 + penalty |B|^2 (Steck, Embarrassingly Shallow Autoencoders for Sparse Data, WWW
// 2019, equation 8):
//
//   P = (X^T X + penalty I)^-1,   B_ij = -P_ij / P_jj,   scores of a customer = x_u B.

#include <cstdint>

#include "services/recommend-service/core/candidates/item_links.h"
#include "services/recommend-service/training/candidates/item_scorer.h"

namespace clientele::recommend {

struct EaseOptions {
  double penalty = 300;  // > 0
  // The most popular items are modeled; the others' scores are 0. Memory is 8 bytes for each pair
  // of them while fitting, half of it afterwards; time grows with the cube.
  std::int64_t max_items = 10000;
};

// The strongest weights of each item, by amount, as links of the source "ease". The errors of
// Ease::Fit.
absl::StatusOr<ItemLinks> EaseLinks(const SparseMatrix& interactions, const EaseOptions& options,
                                    std::int64_t links_per_item);

class Ease final : public CandidateFamily {
 public:
  explicit Ease(EaseOptions options = {}) : options_(options) {}
  std::string Description() const override;
  absl::StatusOr<std::unique_ptr<ItemScorer>> Fit(const CandidateTraining& training) const override;

 private:
  const EaseOptions options_;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_CANDIDATES_EASE_H_
