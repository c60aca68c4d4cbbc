#ifndef CLIENTELE_COMMON_AUTH_SUITE_POLICY_H_
#define CLIENTELE_COMMON_AUTH_SUITE_POLICY_H_

#include "absl/types/span.h"

#include "common/auth/policy.h"

namespace clientele::auth {

// The suite's one table: every method of every service with the roles that may call it. The
// gateway and the service behind it follow the same rule, each for the end caller.
//
//   CLIENTELE_RETURN_IF_ERROR(SuitePolicy().Check(method, context.caller));
absl::Span<const MethodRule> SuiteRules();

// SuiteRules() as a policy; lives as long as the process. Thread-safe.
const Policy& SuitePolicy();

}  // namespace clientele::auth

#endif  // CLIENTELE_COMMON_AUTH_SUITE_POLICY_H_
