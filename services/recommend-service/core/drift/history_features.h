#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_DRIFT_HISTORY_FEATURES_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_DRIFT_HISTORY_FEATURES_H_

// What a factorization is told of a customer, in a few numbers: one definition, for those whom it
// was trained on and those whom it serves, so that the two can be compared.
//
//   HistoryFeatures features;
//   features.Add(preference, item_bias);   // of each item that the model knows
//   histograms.Add(features.Row());

#include <string>
#include <vector>

#include "common/frame/histogram.h"
#include "services/recommend-service/core/ranking/resolved_history.h"
#include "services/recommend-service/core/training/training_set.h"

namespace clientele::recommend {

// "items": how many; "preference": r_ui, the mean; "strongest_preference": the greatest;
// "item_bias": b_i, the mean, which tells popular items from others.
const std::vector<std::string>& HistoryFeatureNames();

// Of one customer. Not thread-safe.
class HistoryFeatures {
 public:
  void Add(double preference, double item_bias);
  // In the order of HistoryFeatureNames(); NaN where there is no item.
  std::vector<float> Row() const;

 private:
  double items_ = 0;
  double preferences_ = 0;
  double strongest_ = 0;
  double biases_ = 0;
};

// A served customer's, before this model.
std::vector<float> HistoryRow(const ResolvedHistory& history, const CollaborativeModel& model);

// Of the customers that a factorization was trained on: of at most 50,000, evenly chosen.
frame::FeatureHistograms HistoryHistograms(const TrainingSet& set,
                                           const Factorization& factorization);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_DRIFT_HISTORY_FEATURES_H_
