#ifndef CLIENTELE_COMMON_PROCESS_STATE_LOG_H_
#define CLIENTELE_COMMON_PROCESS_STATE_LOG_H_

#include <string>
#include <utility>

#include "absl/status/status.h"

#include "common/telemetry/log.h"

namespace clientele::process {

// Logs the result of repeated work, once for each change: `state` is "ok", or "waiting" with the
// error. One thread at a time; the logger is borrowed.
class StateLog {
 public:
  StateLog(telemetry::Logger* log, std::string event) : log_(log), event_(std::move(event)) {}

  void Note(const absl::Status& status) {
    if (status.code() == last_.code() && status.message() == last_.message()) return;
    last_ = status;
    if (status.ok()) {
      log_->Info(event_, {{"state", "ok"}});
    } else {
      log_->Warning(event_, {{"state", "waiting"}, {"error", status.message()}});
    }
  }

 private:
  telemetry::Logger* const log_;
  const std::string event_;
  absl::Status last_ = absl::UnknownError("starting");
};

}  // namespace clientele::process

#endif  // CLIENTELE_COMMON_PROCESS_STATE_LOG_H_
