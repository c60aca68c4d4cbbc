#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_RANKING_EVALUATION_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_RANKING_EVALUATION_H_

// Leave-last-out: one preference of each customer is kept from the training, and
// the model must find it among the items that the customer had not touched. What is
// measured then is of common/evaluation.

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "services/recommend-service/core/training/training.h"

namespace clientele::recommend {

struct HoldOut {
  std::vector<TrainingExample> training;  // ordered as in the set
  std::vector<TrainingExample> held;      // at most one a customer, by customer
};

// Takes out, of each customer with two or more examples, the one touched last
// (ties: the greatest item), where the customer liked it (value > 0).
HoldOut HoldLastOut(const TrainingSet& set);

// The metrics of als_factorizer.h, without training_rmse. At most `max_customers`
// of the held-out ones, evenly chosen, are ranked; all count for rmse. INVALID_ARGUMENT
// when the model predicts values that are not finite.
absl::StatusOr<std::map<std::string, double>> EvaluateRanking(const TrainingSet& set,
                                                              const HoldOut& split,
                                                              const Factorization& model,
                                                              int threads = 1,
                                                              std::size_t max_customers = 20000);

// Root of the mean squared error over `examples`; 0 when there are none.
absl::StatusOr<double> PreferenceRmse(const std::vector<TrainingExample>& examples,
                                      const Factorization& model, int threads = 1);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_RANKING_EVALUATION_H_
