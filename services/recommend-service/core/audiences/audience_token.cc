#include "services/recommend-service/core/audiences/audience_token.h"

#include <bit>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include "services/recommend-service/core/items/item.h"

namespace clientele::recommend {

// Scores as their bits: the order depends on the last one.
std::string AudienceToken::Encode() const {
  return absl::WebSafeBase64Escape(absl::StrCat(
      absl::Hex(key.fingerprint), " ", absl::Hex(static_cast<std::uint64_t>(key.revision)), " ",
      absl::Hex(std::bit_cast<std::uint64_t>(last.score)), " ", last.customer_id));
}

std::optional<AudienceToken> AudienceToken::Decode(absl::string_view token) {
  std::string text;
  if (!absl::WebSafeBase64Unescape(token, &text)) return std::nullopt;
  const std::vector<absl::string_view> parts = absl::StrSplit(text, ' ');
  std::uint64_t revision = 0, score = 0;
  AudienceToken decoded;
  if (parts.size() != 4 || !absl::SimpleHexAtoi(parts[0], &decoded.key.fingerprint) ||
      !absl::SimpleHexAtoi(parts[1], &revision) || !absl::SimpleHexAtoi(parts[2], &score) ||
      !IsItemId(parts[3])) {
    return std::nullopt;
  }
  decoded.key.revision = static_cast<std::int64_t>(revision);
  decoded.last = {std::bit_cast<double>(score), std::string(parts[3])};
  if (decoded.last.score != decoded.last.score) return std::nullopt;
  return decoded;
}

}  // namespace clientele::recommend
