#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_EVALUATE_EVALUATE_NEW_ITEMS_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_EVALUATE_EVALUATE_NEW_ITEMS_H_

#include <ostream>

#include "absl/status/status.h"

#include "services/recommend-service/training/hybrid/new_items_experiment.h"
#include "tools/clientele-models/evaluate/interactions_file.h"

namespace clientele::models {

struct EvaluateNewItemsOptions {
  InteractionColumns columns = {};  // with a text
  recommend::NewItemsOptions experiment = {};
};

// Writes nDCG, recall and hit rate at k of the new items by their texts, by estimated factors and
// by popularity, and as the last line a JSON object with `ndcg@10` (of the texts),
// `estimates_ndcg@10`, `popularity_ndcg@10`, ... INVALID_ARGUMENT for what is wrong with the file
// or the options.
absl::Status EvaluateNewItems(const EvaluateNewItemsOptions& options, std::ostream& out);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_EVALUATE_EVALUATE_NEW_ITEMS_H_
