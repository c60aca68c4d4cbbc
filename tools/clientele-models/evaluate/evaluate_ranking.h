#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_EVALUATE_EVALUATE_RANKING_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_EVALUATE_EVALUATE_RANKING_H_

#include <cstdint>
#include <ostream>
#include <string>

#include "absl/status/status.h"

#include "tools/clientele-models/evaluate/interactions_file.h"

namespace clientele::models {

struct EvaluateRankingOptions {
  InteractionColumns columns = {};       // a rating is not used
  std::string protocol = "random:0.75";  // without a test file
  std::string stratify = "item";         // or "user"
  std::string algorithm = "blend";
  int k = 10;
  std::uint64_t seed = 1;
  int threads = 2;
};

// Writes nDCG, recall, precision, hit rate, coverage and novelty at k, and as the last line a JSON
// object with `ndcg@10`, ..., `algorithm`, `seed`, `split`, `candidates` and the counts. Of a user
// and an item that are there twice the first time counts. INVALID_ARGUMENT for what is wrong with
// the file or the options.
absl::Status EvaluateRanking(const EvaluateRankingOptions& options, std::ostream& out);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_EVALUATE_EVALUATE_RANKING_H_
