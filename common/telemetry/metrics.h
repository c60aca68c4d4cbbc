#ifndef CLIENTELE_COMMON_TELEMETRY_METRICS_H_
#define CLIENTELE_COMMON_TELEMETRY_METRICS_H_

// Counters, gauges and histograms over prometheus-cpp. Names stand in one place,
// metric_names.h.
//
//   Counter dropped = registry.GetCounter(kBatchRowsDropped, {{"model", name}});
//   dropped.Increment();
//
// Handles are cheap to copy and valid as long as the registry. Thread-safe. Label
// values come from small closed sets, never from request data.

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace prometheus {
class Counter;
class Gauge;
class Histogram;
class Collectable;
}  // namespace prometheus

namespace clientele::telemetry {

struct MetricName {
  const char* name;
  const char* help;
};

using Labels = std::map<std::string, std::string>;

class Counter {
 public:
  void Increment(double by = 1);

 private:
  friend class MetricsRegistry;
  explicit Counter(prometheus::Counter* counter) : counter_(counter) {}
  prometheus::Counter* counter_;
};

class Gauge {
 public:
  void Set(double value);
  void Add(double by);

 private:
  friend class MetricsRegistry;
  explicit Gauge(prometheus::Gauge* gauge) : gauge_(gauge) {}
  prometheus::Gauge* gauge_;
};

class Histogram {
 public:
  void Observe(double value);

 private:
  friend class MetricsRegistry;
  explicit Histogram(prometheus::Histogram* histogram) : histogram_(histogram) {}
  prometheus::Histogram* histogram_;
};

// Upper bounds in seconds from 0.5 ms to 30 s.
const std::vector<double>& LatencyBuckets();

class MetricsRegistry {
 public:
  MetricsRegistry();
  ~MetricsRegistry();
  MetricsRegistry(const MetricsRegistry&) = delete;
  MetricsRegistry& operator=(const MetricsRegistry&) = delete;

  // The same name and labels give the same metric.
  Counter GetCounter(const MetricName& name, const Labels& labels = {});
  Gauge GetGauge(const MetricName& name, const Labels& labels = {});
  Histogram GetHistogram(const MetricName& name, const Labels& labels = {},
                         const std::vector<double>& buckets = LatencyBuckets());

  // A gauge that is asked for its value at every scrape. `read` is called until
  // the returned handle is destroyed, never afterwards; it must be quick and must
  // not touch the registry.
  [[nodiscard]] std::shared_ptr<void> AddGaugeCallback(const MetricName& name, const Labels& labels,
                                                       std::function<double()> read);

  // Everything in Prometheus' text format.
  std::string Text() const;

 private:
  friend std::shared_ptr<prometheus::Collectable> CollectableOf(const MetricsRegistry& registry);
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace clientele::telemetry

#endif  // CLIENTELE_COMMON_TELEMETRY_METRICS_H_
