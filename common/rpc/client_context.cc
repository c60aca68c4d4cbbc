#include "common/rpc/client_context.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

#include "common/auth/role.h"
#include "common/rpc/auth_middleware.h"
#include "common/telemetry/trace.h"

namespace clientele::rpc {

void PrepareClientContext(const RequestContext& context, const ClientCallOptions& options,
                          grpc::ClientContext* client) {
  const absl::Time deadline = std::min(context.deadline, absl::Now() + options.timeout);
  if (deadline != absl::InfiniteFuture()) client->set_deadline(absl::ToChronoTime(deadline));
  if (options.wait_for_ready) client->set_wait_for_ready(true);
  const auto add = [client](const char* name, const std::string& value) {
    if (!value.empty()) client->AddMetadata(name, value);
  };
  add("x-request-id", context.request_id);
  add("traceparent", telemetry::FormatTraceparent(context.trace));
  add("x-purpose", context.purpose);
  if (context.caller.role != auth::Role::kNone) {
    add(kOnBehalfOf, context.caller.name);
    add(kOnBehalfOfRole, std::string(auth::RoleName(context.caller.role)));
  }
  if (!options.bearer_token.empty()) {
    client->AddMetadata("authorization", absl::StrCat("Bearer ", options.bearer_token));
  }
}

}  // namespace clientele::rpc
