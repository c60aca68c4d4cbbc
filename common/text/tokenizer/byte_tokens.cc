#include "common/text/tokenizer/byte_tokens.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/match.h"

namespace clientele::text::tokenization {
namespace {

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string ByteToken(unsigned char byte) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  return {'<', '0', 'x', kDigits[byte >> 4], kDigits[byte & 15], '>'};
}

std::optional<unsigned char> ByteOfToken(absl::string_view token) {
  if (token.size() != 6 || !absl::StartsWith(token, "<0x") || token[5] != '>') return std::nullopt;
  const int low = HexDigit(token[4]);
  // The reference's parser takes a sign for a digit.
  const int high = token[3] == '+' ? 0 : HexDigit(token[3]);
  if (high < 0 || low < 0) return std::nullopt;
  return static_cast<unsigned char>(high << 4 | low);
}

ByteTokenIds::ByteTokenIds(const Vocabulary& vocabulary) {
  for (std::size_t byte = 0; byte < ids_.size(); ++byte) {
    ids_[byte] = vocabulary.IdOf(ByteToken(static_cast<unsigned char>(byte))).value_or(-1);
  }
}

bool ByteTokenIds::Cover(absl::string_view text) const {
  return std::all_of(text.begin(), text.end(),
                     [this](char byte) { return ids_[static_cast<unsigned char>(byte)] >= 0; });
}

bool ByteTokenIds::Contains(std::int32_t id) const {
  return std::find(ids_.begin(), ids_.end(), id) != ids_.end();
}

}  // namespace clientele::text::tokenization
