#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_RANKING_FOLD_IN_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_RANKING_FOLD_IN_H_

// Factors for a customer whom the training did not see, in closed form.
//
// With the items' factors fixed, the training's objective in z = (p_u, b_u) is a
// ridge regression over the feature rows f_i = (q_i, 1):
//
//   min_z  sum_{i observed}   (r_ui - mu - b_i - f_i^T z)^2
//        + sum_{i unobserved} c0 (0 - mu - b_i - f_i^T z)^2
//        + W (lambda_f |p_u|^2 + lambda_b b_u^2)
//
// (W: ImplicitLossWeights in collaborative_model.h), whose normal equations are
//
//   (c0 sum_i f_i f_i^T + (1 - c0) sum_obs f_i f_i^T + W diag(lambda_f, ..., lambda_b)) z
//     = c0 sum_i f_i (-mu - b_i) + sum_obs f_i ((r_ui - mu - b_i) - c0 (-mu - b_i)).
//
// The sums over all items are made once for a model; one customer then costs
// O(observed K^2 + K^3). It is the customer half of the training's alternating
// least squares (Hu, Koren, Volinsky: Collaborative Filtering for Implicit
// Feedback Datasets, ICDM 2008), so a customer of the training gets their trained
// factors back.

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

#include "services/recommend-service/core/ranking/collaborative_model.h"

namespace clientele::recommend {

// One observed preference of the customer.
struct ObservedPreference {
  std::int64_t row = 0;  // of the model's items
  double value = 0;      // r_ui, see preference.h
};

// The solved equations of one customer: their factors, and what each observed preference gave to
// them. Immutable and thread-safe.
class FoldInSolution {
 public:
  const CustomerFactors& customer() const { return customer_; }
  // A^-1 f_j for the matrix A of the equations; `q` is an item's factors.
  std::vector<double> Solve(absl::Span<const float> q) const;
  // How much lower f_i^T z were for any item i, as a multiple of f_i^T A^-1 f_j, had the
  // preference for item j not been observed, the penalties staying as they are: by the formula of
  // Sherman and Morrison, since the customer's equations lose one outer product,
  //   (r_uj - mu - b_j - c0 (-mu - b_j) - (1 - c0) f_j^T z) / (1 - (1 - c0) f_j^T A^-1 f_j).
  // `solved` is Solve() of the item's factors q.
  double Influence(const CollaborativeModel& model, const ObservedPreference& observed,
                   absl::Span<const double> solved) const;

 private:
  friend class FoldIn;
  CustomerFactors customer_;
  std::vector<float> lower_;  // of the Cholesky decomposition of A, rows one after the other
};

// Immutable and thread-safe; keeps the model alive.
class FoldIn {
 public:
  // O(N K^2).
  explicit FoldIn(std::shared_ptr<const CollaborativeModel> model);

  // Rows are distinct and inside the model. INVALID_ARGUMENT for a row outside
  // it; INTERNAL when the equations are not positive definite, which positive
  // penalties rule out.
  absl::StatusOr<FoldInSolution> Solve(absl::Span<const ObservedPreference> observed) const;

 private:
  const std::shared_ptr<const CollaborativeModel> model_;
  std::vector<double> gram_;    // c0 sum f f^T, (K+1) x (K+1)
  std::vector<double> target_;  // c0 sum f (-mu - b_i), K+1
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_RANKING_FOLD_IN_H_
