#include "common/process/readiness.h"

#include <utility>

namespace clientele::process {

Readiness::Readiness(std::function<absl::Status()> check, std::function<void(bool)> set_serving,
                     telemetry::Logger* log)
    : check_(std::move(check)), set_serving_(std::move(set_serving)), log_(log) {}

void Readiness::RunOnce() {
  absl::Status status = check_();
  const bool busy = absl::IsResourceExhausted(status) || absl::IsDeadlineExceeded(status);
  if (busy && last_.ok()) status = absl::OkStatus();
  set_serving_(status.ok());
  if (status == last_) return;
  if (status.ok()) {
    log_->Info("ready");
  } else {
    log_->Warning("not_ready", {{"error", status.message()}});
  }
  last_ = std::move(status);
}

}  // namespace clientele::process
