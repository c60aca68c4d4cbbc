#include "services/profile-service/event_upkeep.h"

#include <utility>

#include "common/telemetry/metric_names.h"

namespace clientele::profile {
namespace {

constexpr absl::Duration kDropEventsInterval = absl::Minutes(10);
constexpr absl::Duration kEventTurn = absl::Minutes(10);

// What became of rejected events, by the metric's label.
constexpr std::pair<const char*, std::int64_t QuarantineCounts::*> kOutcomes[] = {
    {"kept", &QuarantineCounts::kept},
    {"known", &QuarantineCounts::known},
    {"full", &QuarantineCounts::full},
    {"too_large", &QuarantineCounts::too_large},
    {"deleted", &QuarantineCounts::deleted}};

}  // namespace

EventUpkeep::EventUpkeep(process::ServiceProcess* process, Stores* stores, ChangeNotifier* notifier,
                         const Quarantine::Options& quarantine)
    : quarantine_(&stores->quarantine, notifier, process->clock(), quarantine) {
  for (const auto& [outcome, count] : kOutcomes) {
    process->Keep(
        {process->metrics().AddGaugeCallback(telemetry::kQuarantined, {{"outcome", outcome}},
                                             [meter = &stores->quarantine_meter, count = count] {
                                               return static_cast<double>(meter->counts().*count);
                                             })});
  }
  process->Repeat(
      "quarantine_retention", kDropEventsInterval,
      [this, process](const RequestContext& context) {
        return process->serving() ? quarantine_.DropOld(context) : absl::OkStatus();
      },
      kEventTurn);
}

}  // namespace clientele::profile
