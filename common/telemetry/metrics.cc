#include "common/telemetry/metrics.h"

#include <cstdint>
#include <mutex>
#include <utility>

#include <prometheus/collectable.h>
#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include "common/telemetry/metrics_collectable.h"

namespace clientele::telemetry {

void Counter::Increment(double by) { counter_->Increment(by); }
void Gauge::Set(double value) { gauge_->Set(value); }
void Gauge::Add(double by) { gauge_->Increment(by); }
void Histogram::Observe(double value) { histogram_->Observe(value); }

const std::vector<double>& LatencyBuckets() {
  static const std::vector<double> buckets = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                              0.25,   0.5,   1,      2.5,   5,    10,    30};
  return buckets;
}

class MetricsRegistry::Impl final : public prometheus::Collectable {
 public:
  prometheus::Registry& registry() { return registry_; }

  std::uint64_t Add(const MetricName& name, const Labels& labels, std::function<double()> read) {
    std::lock_guard lock(mutex_);
    callbacks_.emplace(++last_id_, Callback{name, labels, std::move(read)});
    return last_id_;
  }

  void Remove(std::uint64_t id) {
    std::lock_guard lock(mutex_);
    callbacks_.erase(id);
  }

  std::vector<prometheus::MetricFamily> Collect() const override {
    std::vector<prometheus::MetricFamily> families = registry_.Collect();
    std::map<std::string, prometheus::MetricFamily> gauges;
    std::lock_guard lock(mutex_);
    for (const auto& [id, callback] : callbacks_) {
      prometheus::MetricFamily& family = gauges[callback.name.name];
      family.name = callback.name.name;
      family.help = callback.name.help;
      family.type = prometheus::MetricType::Gauge;
      prometheus::ClientMetric metric;
      for (const auto& [label, value] : callback.labels) metric.label.push_back({label, value});
      metric.gauge.value = callback.read();
      family.metric.push_back(std::move(metric));
    }
    for (auto& [name, family] : gauges) families.push_back(std::move(family));
    return families;
  }

 private:
  struct Callback {
    MetricName name;
    Labels labels;
    std::function<double()> read;
  };

  prometheus::Registry registry_;
  mutable std::mutex mutex_;
  std::uint64_t last_id_ = 0;
  std::map<std::uint64_t, Callback> callbacks_;
};

MetricsRegistry::MetricsRegistry() : impl_(std::make_shared<Impl>()) {}
MetricsRegistry::~MetricsRegistry() = default;

Counter MetricsRegistry::GetCounter(const MetricName& name, const Labels& labels) {
  return Counter(&prometheus::BuildCounter()
                      .Name(name.name)
                      .Help(name.help)
                      .Register(impl_->registry())
                      .Add(labels));
}

Gauge MetricsRegistry::GetGauge(const MetricName& name, const Labels& labels) {
  return Gauge(&prometheus::BuildGauge()
                    .Name(name.name)
                    .Help(name.help)
                    .Register(impl_->registry())
                    .Add(labels));
}

Histogram MetricsRegistry::GetHistogram(const MetricName& name, const Labels& labels,
                                        const std::vector<double>& buckets) {
  return Histogram(&prometheus::BuildHistogram()
                        .Name(name.name)
                        .Help(name.help)
                        .Register(impl_->registry())
                        .Add(labels, buckets));
}

std::shared_ptr<void> MetricsRegistry::AddGaugeCallback(const MetricName& name,
                                                        const Labels& labels,
                                                        std::function<double()> read) {
  const std::uint64_t id = impl_->Add(name, labels, std::move(read));
  return std::shared_ptr<void>(nullptr, [impl = impl_, id](void*) { impl->Remove(id); });
}

std::string MetricsRegistry::Text() const {
  return prometheus::TextSerializer().Serialize(impl_->Collect());
}

std::shared_ptr<prometheus::Collectable> CollectableOf(const MetricsRegistry& registry) {
  return registry.impl_;
}

}  // namespace clientele::telemetry
