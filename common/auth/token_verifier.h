#ifndef CLIENTELE_COMMON_AUTH_TOKEN_VERIFIER_H_
#define CLIENTELE_COMMON_AUTH_TOKEN_VERIFIER_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/auth/principal.h"

namespace clientele::auth {

// Tells who holds a bearer token. The port of static_tokens.h.
//
//   CLIENTELE_ASSIGN_OR_RETURN(Principal principal, verifier.Verify(token));
//
// Thread-safe, and quick: it is asked on a gRPC thread at every call, so it never waits.
class TokenVerifier {
 public:
  virtual ~TokenVerifier() = default;

  // UNAUTHENTICATED, reason UNAUTHENTICATED, for a token of nobody; the message says what to
  // send and repeats no part of the token.
  virtual absl::StatusOr<Principal> Verify(absl::string_view token) const = 0;
};

}  // namespace clientele::auth

#endif  // CLIENTELE_COMMON_AUTH_TOKEN_VERIFIER_H_
