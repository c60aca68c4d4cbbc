#ifndef CLIENTELE_COMMON_AUTH_POLICY_H_
#define CLIENTELE_COMMON_AUTH_POLICY_H_

// Which roles may call which method. What no rule names is denied to everyone.
//
//   static constexpr MethodRule kRules[] = {
//       {"clientele.qa.v1.QaService/Ask", {Role::kViewer, Role::kAgent}},
//   };
//   const Policy policy(kRules);
//   CLIENTELE_RETURN_IF_ERROR(policy.Check("clientele.qa.v1.QaService/Ask", caller));
//
// Thread-safe.

#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "common/auth/principal.h"
#include "common/auth/role.h"

namespace clientele::auth {

struct MethodRule {
  // The full name without a leading slash.
  absl::string_view method;
  // Who may call it; kAdmin may without being named.
  RoleSet roles;
};

class Policy {
 public:
  // Copies the rules. A method that is named twice has the roles of its last rule.
  explicit Policy(absl::Span<const MethodRule> rules);

  bool HasRule(absl::string_view method) const;

  // PERMISSION_DENIED, reason PERMISSION_DENIED, when the principal's role is not among the
  // method's, and for a method without a rule. The message names the roles that may call.
  absl::Status Check(absl::string_view method, const Principal& principal) const;

 private:
  absl::flat_hash_map<std::string, RoleSet> roles_;
};

}  // namespace clientele::auth

#endif  // CLIENTELE_COMMON_AUTH_POLICY_H_
