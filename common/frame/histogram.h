#ifndef CLIENTELE_COMMON_FRAME_HISTOGRAM_H_
#define CLIENTELE_COMMON_FRAME_HISTOGRAM_H_

// How the values of each feature are spread: kept with a model, to see later whether what comes is
// still like what it was trained on (common/evaluation/population_stability.h).
//
//   FeatureHistograms trained = FeatureHistograms::Learn({"age", "orders"}, rows);
//   FeatureHistograms now = trained.Emptied();
//   now.Add(row);
//   PopulationStabilityIndex(trained.histogram(0).counts(), now.histogram(0).counts());
//
// Values; thread-safe as such.

#include <cstddef>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

#include "common/frame/binner.h"
#include "common/frame/column.h"

namespace clientele::frame {

// Counts of values in bins: of what is missing (NaN), below the least value of the training, in
// bins that held about as many of its values each, and above the greatest.
class Histogram {
 public:
  // Bins of the values, at most `bins` between the least and the greatest, and their counts.
  static Histogram Learn(const NumericColumn& column, int bins = 10);

  void Add(double value);
  // In the order above; the same number as long as the bins are the same.
  const std::vector<double>& counts() const { return counts_; }
  // The same bins without counts.
  Histogram Emptied() const;

  // {"least": 1, "edges": [2, 3], "greatest": 9, "counts": [...]}
  nlohmann::json ToJson() const;
  // INVALID_ARGUMENT for any other shape, and for negative counts.
  static absl::StatusOr<Histogram> FromJson(const nlohmann::json& json);

 private:
  Binner inner_;
  double least_ = 0;  // greater than greatest_: there was no value
  double greatest_ = -1;
  std::vector<double> counts_ = std::vector<double>(4, 0);
};

class FeatureHistograms {
 public:
  // Knows no feature.
  FeatureHistograms() = default;
  // Rows have a value for each feature, NaN where it is missing.
  static FeatureHistograms Learn(std::vector<std::string> features,
                                 const std::vector<std::vector<float>>& rows, int bins = 10);

  const std::vector<std::string>& features() const { return features_; }
  // `at` is below features().size().
  const Histogram& histogram(std::size_t at) const { return histograms_[at]; }
  // A row of features().size() values; one of another length is not counted.
  void Add(absl::Span<const float> row);
  FeatureHistograms Emptied() const;

  // [{"feature": "age", "histogram": {...}}, ...]
  nlohmann::json ToJson() const;
  static absl::StatusOr<FeatureHistograms> FromJson(const nlohmann::json& json);

 private:
  std::vector<std::string> features_;
  std::vector<Histogram> histograms_;
};

}  // namespace clientele::frame

#endif  // CLIENTELE_COMMON_FRAME_HISTOGRAM_H_
