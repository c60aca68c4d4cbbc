#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_DRIFT_FEATURE_DRIFT_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_DRIFT_FEATURE_DRIFT_H_

// Whether what a model is served with is still like what it was trained on, feature by feature, by
// the population stability index (common/evaluation/population_stability.h).
//
//   FeatureDrift drift(clock, {});
//   drift.Observe(version, [&] { return version_histograms; }, rows);   // at each call
//   drift.Refresh();                                                     // from time to time
//   drift.Latest().indices.at("items");
//
// Of a call a few rows are counted, so that its cost is bounded; nothing of a customer is kept but
// counts.

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"

#include "common/frame/histogram.h"
#include "common/time/clock.h"

namespace clientele::recommend {

// Rows that are counted of a call, evenly chosen.
inline constexpr std::size_t kDriftRowsOfCall = 10;

// The indices of `count` of `size` rows, or of all where they are fewer, evenly chosen.
std::vector<std::size_t> EvenlyChosen(std::size_t size, std::size_t count);

struct FeatureDriftOptions {
  // Indices are of the calls of at least this time; positive.
  absl::Duration interval = absl::Hours(1);
  // And of at least so many: with ten bins the index of unchanged features is then below 0.02 on
  // average.
  std::int64_t min_calls = 500;
};

struct DriftReport {
  std::string model_id;                   // "name/version"; empty: nothing is known yet
  std::int64_t rows = 0;                  // counted
  std::map<std::string, double> indices;  // by feature
};

// Of one model, whose versions come one after another: counts begin again with each. Thread-safe.
class FeatureDrift {
 public:
  // Borrows the clock.
  FeatureDrift(const Clock* clock, const FeatureDriftOptions& options)
      : clock_(clock), options_(options) {}

  // Counts rows that were given to a version. `trained` is asked for once for each version, and
  // gives null where its bundle has no histograms: then nothing is counted.
  using Histograms = std::shared_ptr<const frame::FeatureHistograms>;
  void Observe(absl::string_view model_id, absl::FunctionRef<Histograms()> trained,
               absl::Span<const std::vector<float>> rows);
  // Makes the indices of what was counted, where that is enough, and begins to count again.
  void Refresh();
  DriftReport Latest() const;

 private:
  const Clock* const clock_;
  const FeatureDriftOptions options_;

  mutable std::mutex mutex_;  // guards the rest
  std::string model_id_;
  Histograms trained_;
  frame::FeatureHistograms counted_;
  absl::Time since_ = absl::InfinitePast();
  std::int64_t calls_ = 0;
  std::int64_t rows_ = 0;
  DriftReport latest_;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_DRIFT_FEATURE_DRIFT_H_
