#include "common/rpc/auth_middleware.h"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <utility>

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include "common/rpc/resource_name.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::rpc {
namespace {

constexpr absl::string_view kScheme = "bearer ";

absl::Status WrongLine(int number) {
  return absl::InvalidArgumentError(
      absl::StrCat("line ", number,
                   " of the tokens file must be caller:sha256-hex-of-token, "
                   "optionally followed by :delegate"));
}

}  // namespace

absl::StatusOr<AuthTokens> AuthTokens::Parse(absl::string_view text) {
  AuthTokens tokens;
  int number = 0;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    ++number;
    line = absl::StripAsciiWhitespace(line.substr(0, line.find('#')));
    if (line.empty()) continue;
    const std::vector<std::string> parts = absl::StrSplit(line, ':');
    if (parts.size() < 2 || parts.size() > 3 || (parts.size() == 3 && parts[2] != "delegate") ||
        parts[1].size() != 64 ||
        !std::all_of(parts[1].begin(), parts[1].end(),
                     [](unsigned char c) { return absl::ascii_isxdigit(c); }) ||
        !CheckResourceId(parts[0], "caller").ok()) {
      return WrongLine(number);
    }
    Entry entry;
    const std::string hash = absl::HexStringToBytes(parts[1]);
    std::copy(hash.begin(), hash.end(), entry.hash.begin());
    entry.identity = {parts[0], parts.size() == 3};
    tokens.entries_.push_back(std::move(entry));
  }
  if (tokens.entries_.empty()) {
    return absl::InvalidArgumentError("the tokens file has no token: nobody could call");
  }
  return tokens;
}

absl::StatusOr<AuthTokens> AuthTokens::FromFile(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  if (!file) return absl::InvalidArgumentError("the tokens file cannot be read");
  return Parse(text.str());
}

const AuthTokens::Identity* AuthTokens::Find(absl::string_view token) const {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> hash;
  SHA256(reinterpret_cast<const unsigned char*>(token.data()), token.size(), hash.data());
  const Identity* found = nullptr;
  for (const Entry& entry : entries_) {
    if (CRYPTO_memcmp(entry.hash.data(), hash.data(), hash.size()) == 0) found = &entry.identity;
  }
  return found;
}

absl::Status AuthMiddleware::OnStart(Call& call) {
  const absl::string_view header = call.Header("authorization");
  const AuthTokens::Identity* identity = nullptr;
  if (absl::StartsWithIgnoreCase(header, kScheme)) {
    identity = tokens_.Find(header.substr(kScheme.size()));
  }
  if (identity == nullptr) {
    return WithReason(
        absl::UnauthenticatedError("send a valid token: \"authorization: Bearer <token>\""),
        reason::kUnauthenticated);
  }
  call.context.caller = identity->caller;
  const absl::string_view principal = call.Header("x-on-behalf-of");
  if (identity->may_delegate && !principal.empty()) {
    CLIENTELE_RETURN_IF_ERROR(CheckResourceId(principal, "x-on-behalf-of"));
    call.context.caller = std::string(principal);
  }
  return absl::OkStatus();
}

}  // namespace clientele::rpc
