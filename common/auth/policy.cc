#include "common/auth/policy.h"

#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"

namespace clientele::auth {

Policy::Policy(absl::Span<const MethodRule> rules) {
  for (const MethodRule& rule : rules) {
    roles_[std::string(rule.method)] = rule.roles.With(Role::kAdmin);
  }
}

bool Policy::HasRule(absl::string_view method) const { return roles_.contains(method); }

absl::Status Policy::Check(absl::string_view method, const Principal& principal) const {
  const auto rule = roles_.find(method);
  if (rule == roles_.end()) {
    return WithReason(absl::PermissionDeniedError(
                          absl::StrCat(method, " may be called by nobody: it has no rule")),
                      reason::kPermissionDenied);
  }
  if (rule->second.Contains(principal.role)) return absl::OkStatus();
  return WithReason(absl::PermissionDeniedError(absl::StrCat(
                        "the role ", RoleName(principal.role), " may not call ", method,
                        ": use a token with one of the roles ", rule->second.ToString())),
                    reason::kPermissionDenied);
}

}  // namespace clientele::auth
