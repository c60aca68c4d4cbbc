#include "common/rpc/trace_middleware.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/ascii.h"

#include "common/telemetry/trace.h"

namespace clientele::rpc {
namespace {

constexpr std::size_t kMaxRequestId = 128;
constexpr std::size_t kMaxPurpose = 64;

bool IsUsable(absl::string_view value, std::size_t max_size) {
  return !value.empty() && value.size() <= max_size &&
         std::all_of(value.begin(), value.end(),
                     [](unsigned char c) { return absl::ascii_isgraph(c); });
}

}  // namespace

absl::Status TraceMiddleware::OnStart(Call& call) {
  const absl::string_view request_id = call.Header("x-request-id");
  call.context.request_id =
      IsUsable(request_id, kMaxRequestId) ? std::string(request_id) : telemetry::NewRequestId();
  const absl::string_view purpose = call.Header("x-purpose");
  if (IsUsable(purpose, kMaxPurpose)) call.context.purpose = std::string(purpose);
  const auto parent = telemetry::ParseTraceparent(call.Header("traceparent"));
  call.context.trace = parent ? telemetry::ChildSpan(*parent) : telemetry::NewTrace(false);
  return absl::OkStatus();
}

}  // namespace clientele::rpc
