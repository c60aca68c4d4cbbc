#ifndef CLIENTELE_COMMON_RPC_AUTH_MIDDLEWARE_H_
#define CLIENTELE_COMMON_RPC_AUTH_MIDDLEWARE_H_

// Who calls: sets context.caller. What the caller may do is policy_middleware.h's to say.

#include <memory>
#include <utility>

#include "absl/status/status.h"

#include "common/auth/token_verifier.h"
#include "common/rpc/middleware.h"

namespace clientele::rpc {

// The headers in which a delegate says for whom it calls: a name, and a role as
// auth::RoleName() writes it.
inline constexpr char kOnBehalfOf[] = "x-on-behalf-of";
inline constexpr char kOnBehalfOfRole[] = "x-on-behalf-of-role";

// From "authorization: Bearer <token>", or refuses: UNAUTHENTICATED.
//
// The gateway's token is a delegate's. The gateway checks its caller's token itself, and sends the
// caller's name and role on; the service behind it then judges that caller, not the gateway. From
// anyone but a delegate both headers count for nothing, and what they say is never handed on: a
// role that a caller claims for itself reaches no service. A delegate that sends one of them
// without the other, or an unknown role, is refused: INVALID_ARGUMENT.
class AuthMiddleware final : public Middleware {
 public:
  // `verifier` is not null.
  explicit AuthMiddleware(std::unique_ptr<const auth::TokenVerifier> verifier)
      : verifier_(std::move(verifier)) {}
  absl::Status OnStart(Call& call) override;

 private:
  const std::unique_ptr<const auth::TokenVerifier> verifier_;
};

// Where no tokens are configured: every caller is "anonymous" and has the role admin.
class AnonymousMiddleware final : public Middleware {
 public:
  absl::Status OnStart(Call& call) override;
};

}  // namespace clientele::rpc

#endif  // CLIENTELE_COMMON_RPC_AUTH_MIDDLEWARE_H_
