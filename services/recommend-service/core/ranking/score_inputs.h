#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_RANKING_SCORE_INPUTS_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_RANKING_SCORE_INPUTS_H_

// What the models of a list were given: with it and the same versions its scores can be computed
// again, whatever became of the customer's history and the catalog.

#include <optional>
#include <string>
#include <vector>

#include "services/recommend-service/core/ranking/collaborative_model.h"

namespace clientele::recommend {

// An item's place among the best of one source, from 1 on.
struct SourceRank {
  std::string source;  // of kCandidateSources
  int rank = 0;

  bool operator==(const SourceRank&) const = default;
};

// An item that is newer than the model; without factors where it has no estimate.
struct EstimatedItem {
  std::vector<float> factors;  // q_i
  float bias = 0;              // b_i

  bool operator==(const EstimatedItem&) const = default;
};

// Of one item; what the list's strategy has no use for is empty.
struct ItemInputs {
  std::vector<float> features = {};            // of the ranker, see ranking_features.h
  std::vector<SourceRank> ranks = {};          // of rank fusion
  std::optional<EstimatedItem> estimate = {};  // of the factorization, which lacks the item

  bool operator==(const ItemInputs&) const = default;
};

struct ScoreInputs {
  // Of the factorization: p_u and b_u, and the training that made the model.
  std::vector<float> factors = {};
  float bias = 0;
  std::string training_id = {};
  // Of the sequence: the ids of the items that it read, the earliest first.
  std::vector<std::string> sequence = {};
  std::vector<ItemInputs> items = {};  // in the order of the list

  bool operator==(const ScoreInputs&) const = default;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_RANKING_SCORE_INPUTS_H_
