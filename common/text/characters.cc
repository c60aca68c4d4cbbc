#include "common/text/characters.h"

#include <cstddef>

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include "common/text/han.h"

namespace clientele::text {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

}  // namespace

std::u32string Characters(absl::string_view text) {
  std::u32string characters;
  characters.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const UChar32 c = NextCharacter(text, at);
    characters.push_back(c < 0 ? kReplacement : static_cast<char32_t>(c));
  }
  return characters;
}

std::string ToUtf8(const std::u32string& characters) {
  std::string text;
  text.reserve(characters.size());
  for (const char32_t c : characters) {
    const UChar32 valid =
        static_cast<UChar32>(c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF) ? c : kReplacement);
    char bytes[U8_MAX_LENGTH];
    std::size_t length = 0;
    U8_APPEND_UNSAFE(bytes, length, valid);
    text.append(bytes, length);
  }
  return text;
}

std::u32string Lowercase(std::u32string characters) {
  for (char32_t& c : characters) {
    c = static_cast<char32_t>(u_tolower(static_cast<UChar32>(c)));
  }
  return characters;
}

bool IsLetterOrDigit(char32_t c) { return u_isalnum(static_cast<UChar32>(c)); }

bool IsSpace(char32_t c) { return u_isUWhiteSpace(static_cast<UChar32>(c)); }

bool IsHanCharacter(char32_t c) { return IsHan(static_cast<UChar32>(c)); }

}  // namespace clientele::text
