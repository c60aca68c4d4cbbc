#ifndef CLIENTELE_COMMON_RPC_POLICY_MIDDLEWARE_H_
#define CLIENTELE_COMMON_RPC_POLICY_MIDDLEWARE_H_

#include "absl/status/status.h"

#include "common/auth/policy.h"
#include "common/rpc/middleware.h"

namespace clientele::rpc {

// Refuses a caller whose role may not call the method, and every caller of a method without a
// rule: PERMISSION_DENIED. Stands after the middleware that sets context.caller.
class PolicyMiddleware final : public Middleware {
 public:
  // `policy` is borrowed.
  explicit PolicyMiddleware(const auth::Policy* policy) : policy_(policy) {}
  absl::Status OnStart(Call& call) override;

 private:
  const auth::Policy* const policy_;
};

}  // namespace clientele::rpc

#endif  // CLIENTELE_COMMON_RPC_POLICY_MIDDLEWARE_H_
