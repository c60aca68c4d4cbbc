#include "common/rpc/auth_middleware.h"

#include <optional>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

#include "common/auth/principal.h"
#include "common/auth/role.h"
#include "common/rpc/resource_name.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::rpc {
namespace {

constexpr absl::string_view kScheme = "bearer ";

// For whom a delegate calls; the delegate itself when it does not say.
absl::StatusOr<auth::Principal> EndCaller(const Call& call, auth::Principal delegate) {
  const absl::string_view name = call.Header(kOnBehalfOf);
  const absl::string_view role_name = call.Header(kOnBehalfOfRole);
  if (name.empty() && role_name.empty()) return delegate;
  CLIENTELE_RETURN_IF_ERROR(CheckResourceId(name, kOnBehalfOf));
  const std::optional<auth::Role> role = auth::ParseRole(role_name);
  if (!role.has_value()) {
    return InvalidField(kOnBehalfOfRole, absl::StrCat("must be one of ", auth::AllRoleNames()));
  }
  return auth::Principal{.name = std::string(name), .role = *role};
}

}  // namespace

absl::Status AuthMiddleware::OnStart(Call& call) {
  absl::string_view token = call.Header("authorization");
  // Without the scheme it is the empty token, which is nobody's.
  token = absl::StartsWithIgnoreCase(token, kScheme) ? token.substr(kScheme.size()) : "";
  CLIENTELE_ASSIGN_OR_RETURN(call.context.caller, verifier_->Verify(token));
  if (call.context.caller.may_delegate) {
    CLIENTELE_ASSIGN_OR_RETURN(call.context.caller, EndCaller(call, call.context.caller));
  }
  return absl::OkStatus();
}

absl::Status AnonymousMiddleware::OnStart(Call& call) {
  call.context.caller = {.name = auth::kAnonymous, .role = auth::Role::kAdmin};
  return absl::OkStatus();
}

}  // namespace clientele::rpc
