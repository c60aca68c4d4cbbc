#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_RATINGS_RATING_FAMILY_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_RATINGS_RATING_FAMILY_H_

// Families that predict a customer's rating of an item from other ratings.
//
//   const BayesianFactorization bayesian;
//   CLIENTELE_ASSIGN_OR_RETURN(const std::vector<double> predicted,
//                              bayesian.Predict({.ratings = by_customer}, asked));

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

#include "services/recommend-service/training/sparse_matrix.h"

namespace clientele::recommend {

// Whose rating of what is asked for; rows and columns of the training, rated there or not at all.
struct RatingQuery {
  std::int32_t customer = 0;
  std::int32_t item = 0;
};

struct RatingTraining {
  // Customers x items, finite, on any scale, at least one.
  const SparseMatrix& ratings;
  std::uint64_t seed = 1;
  // Used where a family has several parts to fit.
  int threads = 1;
  // The predictions are only compared with others: samplers may draw fewer samples.
  bool for_comparison = false;
};

// Immutable, thread-safe.
class RatingFamily {
 public:
  virtual ~RatingFamily() = default;
  virtual std::string Name() const = 0;
  // Finite predictions between the least and the greatest rating of the training, one a query.
  // Customers and items without a rating get what their prior says. Deterministic: the same
  // arguments give the same numbers on one machine, whatever the number of threads.
  virtual absl::StatusOr<std::vector<double>> Predict(
      const RatingTraining& training, absl::Span<const RatingQuery> queries) const = 0;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_RATINGS_RATING_FAMILY_H_
