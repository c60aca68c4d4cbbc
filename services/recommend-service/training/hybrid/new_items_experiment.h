#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_HYBRID_NEW_ITEMS_EXPERIMENT_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_HYBRID_NEW_ITEMS_EXPERIMENT_H_

// How well items that nobody has touched yet reach who will want them, by their texts alone: some
// items are taken out of the training, and customers are shown the best of them.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const NewItemsExperiment experiment,
//                              RunNewItemsExperiment(log, texts, {.share = 0.1}));
//   experiment.content.ndcg / experiment.popularity.ndcg

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "services/recommend-service/core/training/training.h"
#include "services/recommend-service/training/candidates/ranking_trial.h"
#include "services/recommend-service/training/interaction_log.h"

namespace clientele::recommend {

struct NewItemsOptions {
  double share = 0.1;  // of the items that are taken out; above 0 and below 1
  int k = 10;          // 1 or more
  std::uint64_t seed = 1;
  int threads = 2;
  TrainingOptions factorization = {};
};

// All over the same customers and candidates: the items taken out.
struct NewItemsExperiment {
  // The hybrid's source "content".
  RankingReport content;
  // The factorization with the factors that serving estimates for new items.
  RankingReport estimates;
  // The same items for everybody: those with the most customers, which nobody knows beforehand.
  RankingReport popularity;
  std::int64_t items = 0;
  std::int64_t new_items = 0;
  std::int64_t new_items_without_text = 0;
  // With new items alone: nothing is known of them, so they are not measured.
  std::int64_t unknown_customers = 0;
};

// `log` has each customer and item at most once (KeepFirstOfEachPair); `texts` one text for each
// of its items. INVALID_ARGUMENT for options out of range, and where nobody is left to measure or
// nothing to train on.
absl::StatusOr<NewItemsExperiment> RunNewItemsExperiment(const InteractionLog& log,
                                                         const std::vector<std::string>& texts,
                                                         const NewItemsOptions& options);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_TRAINING_HYBRID_NEW_ITEMS_EXPERIMENT_H_
