#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_EVALUATE_EVALUATE_RATINGS_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_EVALUATE_EVALUATE_RATINGS_H_

#include <cstdint>
#include <ostream>
#include <string>

#include "absl/status/status.h"

#include "tools/clientele-models/evaluate/interactions_file.h"

namespace clientele::models {

struct EvaluateRatingsOptions {
  InteractionColumns columns = {};   // with a rating
  std::string protocol = "kfold:5";  // without a test file
  std::string algorithm = "bayesian";
  std::uint64_t seed = 1;
  int threads = 2;
};

// Writes RMSE and MAE of each fold and their means, and as the last line a JSON object with `rmse`,
// `mae`, `algorithm`, `seed`, `split`, `candidates` and the counts. Of a user and an item that are
// there twice the latest rating counts. INVALID_ARGUMENT for what is wrong with the file or the
// options.
absl::Status EvaluateRatings(const EvaluateRatingsOptions& options, std::ostream& out);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_EVALUATE_EVALUATE_RATINGS_H_
