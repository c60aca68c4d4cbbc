#include "services/recommend-service/core/drift/history_features.h"

#include <algorithm>
#include <cstddef>
#include <limits>

namespace clientele::recommend {
namespace {

constexpr std::size_t kMostCustomers = 50'000;

}  // namespace

const std::vector<std::string>& HistoryFeatureNames() {
  static const auto& names =
      *new std::vector<std::string>{"items", "preference", "strongest_preference", "item_bias"};
  return names;
}

void HistoryFeatures::Add(double preference, double item_bias) {
  strongest_ = items_ == 0 ? preference : std::max(strongest_, preference);
  items_ += 1;
  preferences_ += preference;
  biases_ += item_bias;
}

std::vector<float> HistoryFeatures::Row() const {
  constexpr float kUnknownValue = std::numeric_limits<float>::quiet_NaN();
  if (items_ == 0) return {0, kUnknownValue, kUnknownValue, kUnknownValue};
  return {static_cast<float>(items_), static_cast<float>(preferences_ / items_),
          static_cast<float>(strongest_), static_cast<float>(biases_ / items_)};
}

std::vector<float> HistoryRow(const ResolvedHistory& history, const CollaborativeModel& model) {
  HistoryFeatures features;
  for (const ResolvedItem& item : history.items) {
    if (item.row < 0) continue;
    features.Add(item.preference, model.item_biases()[static_cast<std::size_t>(item.row)]);
  }
  return features.Row();
}

frame::FeatureHistograms HistoryHistograms(const TrainingSet& set,
                                           const Factorization& factorization) {
  std::vector<std::vector<float>> rows;
  const std::size_t step = 1 + set.customer_ids.size() / kMostCustomers;
  for (std::size_t begin = 0; begin < set.examples.size();) {
    const std::int32_t customer = set.examples[begin].customer;
    HistoryFeatures features;
    std::size_t end = begin;
    for (; end < set.examples.size() && set.examples[end].customer == customer; ++end) {
      const TrainingExample& example = set.examples[end];
      features.Add(example.value,
                   factorization.item_biases[static_cast<std::size_t>(example.item)]);
    }
    if (static_cast<std::size_t>(customer) % step == 0) rows.push_back(features.Row());
    begin = end;
  }
  return frame::FeatureHistograms::Learn(HistoryFeatureNames(), rows);
}

}  // namespace clientele::recommend
