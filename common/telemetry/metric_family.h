#ifndef CLIENTELE_COMMON_TELEMETRY_METRIC_FAMILY_H_
#define CLIENTELE_COMMON_TELEMETRY_METRIC_FAMILY_H_

// The metrics of one name, for code that counts often: what was asked for once is found again
// without building labels and without searching the registry.
//
//   CounterFamily requests(&registry, kRpcRequests, {"method", "code"});   // borrowed
//   requests.With({"GetCustomer", "OK"}).Increment();
//
// Label values come from small closed sets, as in metrics.h: nothing is ever forgotten.
// Thread-safe.

#include <cstddef>
#include <initializer_list>
#include <mutex>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"

#include "common/telemetry/metrics.h"

namespace clientele::telemetry {

template <class Metric>
class MetricFamily {
 public:
  // `registry` is borrowed.
  MetricFamily(MetricsRegistry* registry, const MetricName& name, std::vector<std::string> labels)
      : registry_(registry), name_(name), labels_(std::move(labels)) {}

  // The metric with these values of the labels, one for each, in their order.
  Metric With(std::initializer_list<absl::string_view> values) {
    const std::string key = absl::StrJoin(values, "\n");
    std::lock_guard lock(mutex_);
    const auto found = metrics_.find(key);
    if (found != metrics_.end()) return found->second;
    return metrics_.emplace(key, Register(values)).first->second;
  }

 private:
  Metric Register(std::initializer_list<absl::string_view> values) const {
    Labels labels;
    std::size_t i = 0;
    for (const absl::string_view value : values) labels.emplace(labels_[i++], value);
    if constexpr (std::is_same_v<Metric, Counter>) {
      return registry_->GetCounter(name_, labels);
    } else {
      return registry_->GetHistogram(name_, labels);
    }
  }

  MetricsRegistry* const registry_;
  const MetricName name_;
  const std::vector<std::string> labels_;
  std::mutex mutex_;
  absl::flat_hash_map<std::string, Metric> metrics_;
};

using CounterFamily = MetricFamily<Counter>;
using HistogramFamily = MetricFamily<Histogram>;

}  // namespace clientele::telemetry

#endif  // CLIENTELE_COMMON_TELEMETRY_METRIC_FAMILY_H_
