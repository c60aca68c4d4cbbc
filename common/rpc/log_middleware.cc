#include "common/rpc/log_middleware.h"

#include <string>

#include "common/auth/role.h"
#include "common/rpc/active_call.h"
#include "common/status/error_details.h"

namespace clientele::rpc {
namespace {

bool IsServersFault(const absl::Status& status) {
  return absl::IsInternal(status) || absl::IsUnknown(status) || absl::IsDataLoss(status);
}

}  // namespace

void LogMiddleware::OnFinish(const Call& call, const absl::Status& status, absl::Duration elapsed) {
  const telemetry::Severity severity =
      IsServersFault(status) ? telemetry::Severity::kError : telemetry::Severity::kInfo;
  if (!logger_->Enabled(severity)) return;
  std::string exception_type;
  if (const auto payload = status.GetPayload(internal::kExceptionTypeUrl)) {
    exception_type = std::string(*payload);
  }
  logger_->Log(severity, "call",
               {{"rpc_service", call.service},
                {"method", call.method},
                {"code", absl::StatusCodeToString(status.code())},
                {"reason", status.ok() ? std::string() : GetReason(status)},
                {"exception", exception_type},
                {"duration_ms", absl::ToDoubleMilliseconds(elapsed)},
                {"request_id", call.context.request_id},
                {"trace_id", call.context.trace.trace_id},
                {"span_id", call.context.trace.span_id},
                {"caller", call.context.caller.name},
                {"role", auth::RoleName(call.context.caller.role)},
                {"purpose", call.context.purpose}});
}

}  // namespace clientele::rpc
