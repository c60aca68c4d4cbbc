#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_TRAINING_TRAINING_SET_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_TRAINING_TRAINING_SET_H_

// What a factorization is trained on, and what comes out. Plain values.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/time/time.h"

#include "services/recommend-service/core/candidates/item_links.h"
#include "services/recommend-service/core/ranking/collaborative_model.h"

namespace clientele::recommend {

inline constexpr int kDefaultFactors = 32;
inline constexpr int kMinFactors = 2;
inline constexpr int kMaxFactors = 256;
inline constexpr int kDefaultEpochs = 20;
inline constexpr int kMaxEpochs = 500;
inline constexpr int kDefaultSequenceEpochs = 100;
inline constexpr int kDefaultHeldOutDays = 14;
inline constexpr int kMaxHeldOutDays = 365;

struct TrainingOptions {
  int factors = kDefaultFactors;  // K, 2 to 256
  int epochs = kDefaultEpochs;    // passes over the data, 1 to 500
  std::int64_t seed = 0;          // of the random start
  bool hybrid = false;            // the ranker of the hybrid too
  // Instead of the factorization a sequence model; of a hybrid, beside it.
  bool sequence = false;
  int sequence_epochs = kDefaultSequenceEpochs;  // its passes at most, 1 to 500
  // The newest, 1 to 365: the ranker learns from them, and both models are compared with what
  // serves by them.
  int held_out_days = kDefaultHeldOutDays;
  bool publish_anyway = false;  // also what is worse than the serving version

  friend bool operator==(const TrainingOptions&, const TrainingOptions&) = default;
};

// One observed preference.
struct TrainingExample {
  std::int32_t customer = 0;  // index of TrainingSet::customer_ids
  std::int32_t item = 0;      // index of TrainingSet::item_ids
  float value = 0;            // r_ui, see preference.h
  std::int64_t time = 0;      // of the customer's first touch of the item, Unix microseconds
};

// At most one example for a customer and an item; ordered by customer, then item.
struct TrainingSet {
  std::vector<std::string> customer_ids;  // ascending
  // By customer: CustomerHistory::revision of what the examples were made from.
  std::vector<std::int64_t> customer_revisions;
  std::vector<std::string> item_ids;  // ascending
  std::vector<TrainingExample> examples;
  std::int64_t interaction_count = 0;        // stored interactions behind the examples
  absl::Time newest = absl::InfinitePast();  // of those interactions
};

// A trained r_ui = mu + b_u + b_i + q_i^T p_u.
struct Factorization {
  std::int64_t dimension = 0;  // K
  float mu = 0;
  ImplicitLossWeights implicit_loss_weights;
  std::vector<float> item_factors;      // items x K, row-major
  std::vector<float> item_biases;       // items
  std::vector<float> customer_factors;  // customers x K, row-major
  std::vector<float> customer_biases;   // customers
  // Of the same items; empty: none were trained.
  std::vector<ItemLinks> links = {};
  // Measured on interactions held out, by name: "rmse", "recall_at_10", ...
  std::map<std::string, double> metrics;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_TRAINING_TRAINING_SET_H_
