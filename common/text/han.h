#ifndef CLIENTELE_COMMON_TEXT_HAN_H_
#define CLIENTELE_COMMON_TEXT_HAN_H_

// Iterates over the characters of UTF-8 text and recognizes Han characters. For the files of
// common/text alone.

#include <cstddef>
#include <cstdint>

#include <unicode/uscript.h>
#include <unicode/utf8.h>

#include "absl/strings/string_view.h"

namespace clientele::text {

// The character at byte `at`, which moves past it; negative for bytes that are not UTF-8.
inline UChar32 NextCharacter(absl::string_view text, std::size_t& at) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  UChar32 c = 0;
  U8_NEXT(bytes, at, text.size(), c);
  return c;
}

inline bool IsHan(UChar32 c) {
  if (c < 0x2E80) return false;
  UErrorCode error = U_ZERO_ERROR;
  return uscript_getScript(c, &error) == USCRIPT_HAN;
}

inline bool ContainsHan(absl::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    if (IsHan(NextCharacter(text, at))) return true;
  }
  return false;
}

}  // namespace clientele::text

#endif  // CLIENTELE_COMMON_TEXT_HAN_H_
