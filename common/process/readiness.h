#ifndef CLIENTELE_COMMON_PROCESS_READINESS_H_
#define CLIENTELE_COMMON_PROCESS_READINESS_H_

// Follows what a service needs and says so in its health and, once for each change,
// in its log: `ready` and `not_ready`.
//
//   Readiness readiness([this] { return CheckReadiness(); },
//                       [this](bool serving) { host->SetServing(serving); }, &host->logger());
//   PeriodicTask watch(absl::Seconds(1), [&] { readiness.RunOnce(); });

#include <functional>

#include "absl/status/status.h"

#include "common/telemetry/log.h"

namespace clientele::process {

// One thread at a time.
class Readiness {
 public:
  // `check` returns OK when the service can work, else what it waits for. `log` is
  // borrowed.
  Readiness(std::function<absl::Status()> check, std::function<void(bool)> set_serving,
            telemetry::Logger* log);

  // Checks once. While the service is ready, RESOURCE_EXHAUSTED and
  // DEADLINE_EXCEEDED change nothing: a busy backend is not a lost one.
  void RunOnce();

 private:
  const std::function<absl::Status()> check_;
  const std::function<void(bool)> set_serving_;
  telemetry::Logger* const log_;
  absl::Status last_ = absl::UnknownError("starting");
};

}  // namespace clientele::process

#endif  // CLIENTELE_COMMON_PROCESS_READINESS_H_
