#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_EXPERIMENTS_EXPERIMENT_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_EXPERIMENTS_EXPERIMENT_H_

// A comparison of ways to recommend.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/status/error_details.h"
#include "services/recommend-service/core/experiments/feedback.h"
#include "services/recommend-service/core/ranking/recommendation.h"

namespace clientele::recommend {

inline constexpr std::size_t kMinVariants = 2;
inline constexpr std::size_t kMaxVariants = 10;
inline constexpr int kDefaultConversionDays = 14;
inline constexpr double kDefaultErrorRate = 0.05;
inline constexpr std::int64_t kDefaultPlannedExposures = 10'000;

struct Variant {
  std::string id;
  int weight = 1;  // 1 to 1000
  Method method = Method::kBest;

  bool operator==(const Variant&) const = default;
};

// The proto has the limits.
struct Experiment {
  std::string id;
  std::string display_name;
  std::vector<Variant> variants;  // the first is the control
  FeedbackType goal = FeedbackType::kBought;
  int conversion_days = kDefaultConversionDays;
  double error_rate = kDefaultErrorRate;
  std::int64_t planned_exposures = kDefaultPlannedExposures;
  absl::Time create_time;               // set by the store
  std::optional<absl::Time> stop_time;  // set by the store; nullopt while it runs

  bool is_running() const { return !stop_time.has_value(); }
  bool operator==(const Experiment&) const = default;
};

// Adds every violation of the proto's limits.
void CheckExperiment(const Experiment& experiment, FieldViolations& violations);

// The variant of a customer: by a hash of both ids, which no version changes, so that a customer
// keeps it on every replica. Shares follow the weights. After the experiment's end: the control.
const Variant& VariantOf(const Experiment& experiment, absl::string_view customer_id);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_CORE_EXPERIMENTS_EXPERIMENT_H_
