#ifndef CLIENTELE_COMMON_RPC_AUTH_MIDDLEWARE_H_
#define CLIENTELE_COMMON_RPC_AUTH_MIDDLEWARE_H_

#include <array>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/rpc/middleware.h"

namespace clientele::rpc {

// Static bearer tokens. One line for each token, '#' starts a comment:
//
//   caller:sha256-hex-of-token
//   gateway:sha256-hex-of-token:delegate
//
// A caller may have several tokens, for rotation. A delegate's x-on-behalf-of names
// the caller it acts for; from others the header counts for nothing.
class AuthTokens {
 public:
  struct Identity {
    std::string caller;
    bool may_delegate = false;
  };

  // INVALID_ARGUMENT names the first wrong line, never its content.
  static absl::StatusOr<AuthTokens> Parse(absl::string_view text);
  static absl::StatusOr<AuthTokens> FromFile(const std::string& path);

  // Null when no line matches. Takes the same time whichever line matches.
  const Identity* Find(absl::string_view token) const;

 private:
  struct Entry {
    std::array<unsigned char, 32> hash;
    Identity identity;
  };
  std::vector<Entry> entries_;
};

// Sets caller from "authorization: Bearer <token>", or refuses: UNAUTHENTICATED.
class AuthMiddleware final : public Middleware {
 public:
  explicit AuthMiddleware(AuthTokens tokens) : tokens_(std::move(tokens)) {}
  absl::Status OnStart(Call& call) override;

 private:
  const AuthTokens tokens_;
};

}  // namespace clientele::rpc

#endif  // CLIENTELE_COMMON_RPC_AUTH_MIDDLEWARE_H_
