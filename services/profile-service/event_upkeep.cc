#include "services/profile-service/event_upkeep.h"

#include <utility>

#include "common/telemetry/metric_names.h"

namespace clientele::profile {
namespace {

constexpr absl::Duration kDropEventsInterval = absl::Minutes(10);
// It looks at the clock alone until there is something to delete.
constexpr absl::Duration kExpiryInterval = absl::Seconds(10);
constexpr absl::Duration kEventTurn = absl::Minutes(10);

// What became of rejected events, by the metric's label.
constexpr std::pair<const char*, std::int64_t QuarantineCounts::*> kOutcomes[] = {
    {"kept", &QuarantineCounts::kept},
    {"known", &QuarantineCounts::known},
    {"full", &QuarantineCounts::full},
    {"too_large", &QuarantineCounts::too_large},
    {"deleted", &QuarantineCounts::deleted}};

constexpr std::pair<const char*, std::int64_t LeftOutCounts::*> kLeftOutReasonLabels[] = {
    {"robot", &LeftOutCounts::robots}, {"rate", &LeftOutCounts::rapid}};

}  // namespace

EventUpkeep::EventUpkeep(process::ServiceProcess* process, Stores* stores, ChangeNotifier* notifier,
                         const Quarantine::Options& quarantine, const EventRetention& retention)
    : quarantine_(&stores->quarantine, notifier, process->clock(), quarantine, retention),
      expiry_(&stores->event_expiry, notifier, process->clock(), retention, {}) {
  for (const auto& [outcome, count] : kOutcomes) {
    process->Keep(
        {process->metrics().AddGaugeCallback(telemetry::kQuarantined, {{"outcome", outcome}},
                                             [meter = &stores->quarantine_meter, count = count] {
                                               return static_cast<double>(meter->counts().*count);
                                             })});
  }
  for (const auto& [reason, count] : kLeftOutReasonLabels) {
    process->Keep(
        {process->metrics().AddGaugeCallback(telemetry::kLeftOut, {{"reason", reason}},
                                             [meter = &stores->left_out_meter, count = count] {
                                               return static_cast<double>(meter->counts().*count);
                                             })});
  }
  const auto repeat = [&](const char* name, absl::Duration pause, auto work) {
    process->Repeat(
        name, pause,
        [process, work](const RequestContext& context) {
          return process->serving() ? work(context) : absl::OkStatus();
        },
        kEventTurn);
  };
  repeat("quarantine_retention", kDropEventsInterval,
         [this](const RequestContext& context) { return quarantine_.DropOld(context); });
  repeat("event_retention", kExpiryInterval,
         [this](const RequestContext& context) { return expiry_.Run(context); });
}

}  // namespace clientele::profile
