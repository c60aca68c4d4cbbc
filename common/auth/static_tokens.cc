#include "common/auth/static_tokens.h"

#include <algorithm>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <utility>

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::auth {
namespace {

constexpr std::size_t kMaxNameBytes = 64;
constexpr std::size_t kHexDigits = std::size_t{2} * SHA256_DIGEST_LENGTH;

bool IsName(absl::string_view text) {
  return !text.empty() && text.size() <= kMaxNameBytes &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) {
           return absl::ascii_isalnum(c) || c == '.' || c == '_' || c == '-';
         });
}

bool IsSha256Hex(absl::string_view text) {
  return text.size() == kHexDigits && std::all_of(text.begin(), text.end(), [](unsigned char c) {
           return absl::ascii_isxdigit(c);
         });
}

}  // namespace

absl::StatusOr<StaticTokens::Entry> StaticTokens::ParseLine(absl::string_view line) {
  const std::vector<absl::string_view> parts = absl::StrSplit(line, ':');
  const auto wrong = [](absl::string_view what) { return absl::InvalidArgumentError(what); };
  if (parts.size() < 3) return wrong("it has no role or no token");
  if (!IsName(parts[0])) {
    return wrong("the caller is not 1 to 64 letters, digits, '.', '_' or '-'");
  }
  const std::optional<Role> role = ParseRole(parts[1]);
  if (!role.has_value()) return wrong(absl::StrCat("the role is not one of ", AllRoleNames()));
  if (!IsSha256Hex(parts[2])) return wrong("the token's hash is not 64 hexadecimal digits");
  const bool delegate = parts.size() == 4 && parts[3] == "delegate";
  if (parts.size() > 3 && !delegate) return wrong("only \"delegate\" may follow the token's hash");
  if (delegate && *role != Role::kService) return wrong("only the role service may be a delegate");
  Entry entry;
  entry.hash = absl::AsciiStrToLower(parts[2]);
  entry.principal = {std::string(parts[0]), *role, delegate};
  return entry;
}

absl::StatusOr<StaticTokens> StaticTokens::Parse(absl::string_view text) {
  StaticTokens tokens;
  int number = 0;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    ++number;
    line = absl::StripAsciiWhitespace(line.substr(0, line.find('#')));
    if (line.empty()) continue;
    absl::StatusOr<Entry> entry = ParseLine(line);
    if (!entry.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat("line ", number, " of the tokens file: ", entry.status().message(),
                       "; a line is caller:role:sha256-hex-of-token, for a service that calls for "
                       "others followed by :delegate"));
    }
    tokens.entries_.push_back(*std::move(entry));
  }
  if (tokens.entries_.empty()) {
    return absl::InvalidArgumentError("the tokens file has no token: nobody could call");
  }
  return tokens;
}

absl::StatusOr<StaticTokens> StaticTokens::FromFile(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  if (!file) return absl::InvalidArgumentError("the tokens file cannot be read");
  return Parse(text.str());
}

absl::StatusOr<Principal> StaticTokens::Verify(absl::string_view token) const {
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(token.data()), token.size(),
         reinterpret_cast<unsigned char*>(digest.data()));
  const std::string hash = absl::BytesToHexString(digest);
  const Principal* found = nullptr;
  for (const Entry& entry : entries_) {
    if (CRYPTO_memcmp(entry.hash.data(), hash.data(), hash.size()) == 0) found = &entry.principal;
  }
  if (found == nullptr || token.empty()) {
    return WithReason(
        absl::UnauthenticatedError("send a valid token: \"authorization: Bearer <token>\""),
        reason::kUnauthenticated);
  }
  return *found;
}

}  // namespace clientele::auth
