#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_RATINGS_RATING_EXPERIMENT_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_RATINGS_RATING_EXPERIMENT_H_

// A family of ratings trained on one part of a log and measured on the other, for each split.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

#include "common/frame/split.h"
#include "services/recommend-service/training/interaction_log.h"

namespace clientele::recommend {

struct RatingExperimentOptions {
  std::string algorithm = "bayesian";  // see RatingFamilyNames()
  std::uint64_t seed = 1;
  int threads = 2;  // splits side by side; of one split, what its family has to do
};

// Every held-out row counts, also those of customers and items that the training does not have.
// Predictions are within the ratings of the training.
struct RatingFold {
  double rmse = 0;
  double mae = 0;
  std::size_t training_rows = 0;
  std::size_t held_out_rows = 0;
  std::size_t unseen_rows = 0;  // held out, of a customer or an item without a training row
};

// One fold for each split. INVALID_ARGUMENT for an unknown algorithm and empty parts.
absl::StatusOr<std::vector<RatingFold>> RunRatingExperiment(const InteractionLog& log,
                                                            absl::Span<const frame::Split> splits,
                                                            const RatingExperimentOptions& options);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_RATINGS_RATING_EXPERIMENT_H_
