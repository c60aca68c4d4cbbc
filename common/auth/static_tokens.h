#ifndef CLIENTELE_COMMON_AUTH_STATIC_TOKENS_H_
#define CLIENTELE_COMMON_AUTH_STATIC_TOKENS_H_

// Bearer tokens that a file lists. One line for each token, '#' starts a comment:
//
//   caller:role:sha256-hex-of-token
//   crm:agent:d0c04f4b...
//   gateway-service:service:1e0baae5...:delegate
//
// A caller may have several tokens, for rotation. A delegate is a service that says for
// whom it calls (auth_middleware.h); only role `service` may be one.
//
//   CLIENTELE_ASSIGN_OR_RETURN(StaticTokens tokens, StaticTokens::FromFile(path));
//   CLIENTELE_ASSIGN_OR_RETURN(Principal principal, tokens.Verify("sesame"));
//
// A value; thread-safe.

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/auth/principal.h"
#include "common/auth/token_verifier.h"

namespace clientele::auth {

class StaticTokens final : public TokenVerifier {
 public:
  // INVALID_ARGUMENT names the first wrong line and what is wrong, never its content; also
  // for a text without a token.
  static absl::StatusOr<StaticTokens> Parse(absl::string_view text);
  // INVALID_ARGUMENT also when the file cannot be read.
  static absl::StatusOr<StaticTokens> FromFile(const std::string& path);

  // Takes the same time whichever line matches. An empty token is nobody's.
  absl::StatusOr<Principal> Verify(absl::string_view token) const override;

 private:
  struct Entry {
    std::string hash = {};  // SHA-256 of the token in lower-case hexadecimal digits
    Principal principal;
  };
  static absl::StatusOr<Entry> ParseLine(absl::string_view line);

  std::vector<Entry> entries_;
};

}  // namespace clientele::auth

#endif  // CLIENTELE_COMMON_AUTH_STATIC_TOKENS_H_
