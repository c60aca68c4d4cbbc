#ifndef CLIENTELE_COMMON_TEXT_TOKENIZER_BYTE_TOKENS_H_
#define CLIENTELE_COMMON_TEXT_TOKENIZER_BYTE_TOKENS_H_

// Byte fallback: a character that the vocabulary lacks is written as tokens <0x00> to <0xFF>.

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

#include "common/text/tokenizer/vocabulary.h"

namespace clientele::text::tokenization {

// "<0xE4>"
std::string ByteToken(unsigned char byte);
// The byte that a token of this form stands for.
std::optional<unsigned char> ByteOfToken(absl::string_view token);

// The ids of the byte tokens, -1 for those that the vocabulary lacks.
class ByteTokenIds {
 public:
  explicit ByteTokenIds(const Vocabulary& vocabulary);

  std::int32_t IdOf(unsigned char byte) const { return ids_[byte]; }
  // Each byte of `text` has a token.
  bool Cover(absl::string_view text) const;
  bool Contains(std::int32_t id) const;

 private:
  std::array<std::int32_t, 256> ids_{};
};

}  // namespace clientele::text::tokenization

#endif  // CLIENTELE_COMMON_TEXT_TOKENIZER_BYTE_TOKENS_H_
