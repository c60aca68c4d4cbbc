#ifndef CLIENTELE_COMMON_TEXT_TOKENIZER_CODE_POINTS_H_
#define CLIENTELE_COMMON_TEXT_TOKENIZER_CODE_POINTS_H_

// Walking valid UTF-8, and the classes of characters that tokenizers know. For the files of this
// folder alone; the text was checked before.

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace clientele::text::tokenization {

// Bytes of the character that starts with `lead`.
inline std::size_t CharacterLength(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  return byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

// The character at byte `at`, which moves past it.
inline char32_t NextCodePoint(absl::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
  };
  const char32_t lead = byte(at);
  if (lead < 0x80) {
    ++at;
    return lead;
  }
  const std::size_t start = at;
  at = start + CharacterLength(text[start]);
  if (at > text.size()) at = text.size();
  if (lead < 0xE0) return (lead & 0x1F) << 6 | (byte(start + 1) & 0x3F);
  if (lead < 0xF0) {
    return (lead & 0x0F) << 12 | (byte(start + 1) & 0x3F) << 6 | (byte(start + 2) & 0x3F);
  }
  return (lead & 0x07) << 18 | (byte(start + 1) & 0x3F) << 12 | (byte(start + 2) & 0x3F) << 6 |
         (byte(start + 3) & 0x3F);
}

// The first byte of the character that ends before byte `end` (> 0).
inline std::size_t PreviousCharacter(absl::string_view text, std::size_t end) {
  do {
    --end;
  } while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80);
  return end;
}

void AppendUtf8(char32_t c, std::string& out);
bool IsAscii(absl::string_view text);
std::size_t CountCharacters(absl::string_view text);

// The reference's tables are older than ICU's where that is said below: characters that came later
// are none of the kind.

// Unicode's White_Space.
bool IsWhiteSpace(char32_t c);
// What BERT's reference removes as control characters: Cc, Cf and Co (Unicode 8) but for tab, line
// feed and carriage return.
bool IsBertControl(char32_t c);
// ASCII's punctuation and symbols, and the categories P* of Unicode 8.
bool IsPunctuation(char32_t c);
// The blocks of CJK ideographs that BERT puts spaces around.
bool IsBertChineseCharacter(char32_t c);
// Category Mn of Unicode 8.
bool IsNonspacingMark(char32_t c);
// Categories M* of Unicode 9.
bool IsMark(char32_t c);
// Categories N*.
bool IsNumeric(char32_t c);
// \w of the reference's regular expressions: Alphabetic, M*, Nd, Pc, Join_Control.
bool IsWordCharacter(char32_t c);

// The reference's normalization knows the character (Unicode 11).
bool InNormalizationTables(char32_t c);

}  // namespace clientele::text::tokenization

#endif  // CLIENTELE_COMMON_TEXT_TOKENIZER_CODE_POINTS_H_
