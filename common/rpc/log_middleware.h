#ifndef CLIENTELE_COMMON_RPC_LOG_MIDDLEWARE_H_
#define CLIENTELE_COMMON_RPC_LOG_MIDDLEWARE_H_

#include "common/rpc/middleware.h"
#include "common/telemetry/log.h"

namespace clientele::rpc {

// One line "call" for each call: service, method, code, reason, duration_ms,
// request_id, trace_id, caller. Never a payload or a status message. Errors of the
// server's own making (INTERNAL, UNKNOWN, DATA_LOSS) are logged as errors.
class LogMiddleware final : public Middleware {
 public:
  // `logger` is borrowed.
  explicit LogMiddleware(telemetry::Logger* logger) : logger_(logger) {}
  void OnFinish(const Call& call, const absl::Status& status, absl::Duration elapsed) override;

 private:
  telemetry::Logger* const logger_;
};

}  // namespace clientele::rpc

#endif  // CLIENTELE_COMMON_RPC_LOG_MIDDLEWARE_H_
