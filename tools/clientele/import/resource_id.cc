#include "tools/clientele/import/resource_id.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

#include "common/crypto/digest.h"

namespace clientele::cli {
namespace {

constexpr size_t kMaxBytes = 64;
constexpr size_t kHashDigits = 16;

}  // namespace

absl::StatusOr<std::string> EncodeResourceId(absl::string_view id) {
  id = absl::StripAsciiWhitespace(id);
  if (id.empty()) return absl::InvalidArgumentError("is empty");
  std::string encoded;
  for (size_t i = 0; i < id.size(); ++i) {
    const char c = id[i];
    const bool like_an_escape = c == '_' && i + 1 < id.size() && id[i + 1] == '.';
    if (absl::ascii_isalnum(c) || c == '.' || c == '-' || (c == '_' && !like_an_escape)) {
      encoded += c;
    } else {
      constexpr char kHex[] = "0123456789abcdef";
      const auto byte = static_cast<unsigned char>(c);
      encoded += "_.";
      encoded += kHex[byte >> 4];
      encoded += kHex[byte & 15];
    }
  }
  if (encoded.size() <= kMaxBytes) return encoded;
  return absl::StrCat(encoded.substr(0, kMaxBytes - kHashDigits - 1), "-",
                      crypto::Sha256Hex(id).substr(0, kHashDigits));
}

}  // namespace clientele::cli
