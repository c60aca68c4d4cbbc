#ifndef CLIENTELE_COMMON_TEXT_CHARACTERS_H_
#define CLIENTELE_COMMON_TEXT_CHARACTERS_H_

// UTF-8 text as the characters (code points) that it is made of, for code that compares them one by
// one.
//
//   for (char32_t c : text::Lowercase(text::Characters(answer))) ...
//
// Pure functions, thread-safe.

#include <string>

#include "absl/strings/string_view.h"

namespace clientele::text {

// Bytes that are not UTF-8 become U+FFFD; it never fails.
std::u32string Characters(absl::string_view text);

// The inverse; what is no character becomes U+FFFD.
std::string ToUtf8(const std::u32string& characters);

// Each character's simple lower-case form (UnicodeData.txt), so that the length stays.
std::u32string Lowercase(std::u32string characters);

// Letters and decimal digits of every script.
bool IsLetterOrDigit(char32_t c);

// Unicode's White_Space.
bool IsSpace(char32_t c);

// Of the script Han: Chinese characters, also in Japanese text.
bool IsHanCharacter(char32_t c);

}  // namespace clientele::text

#endif  // CLIENTELE_COMMON_TEXT_CHARACTERS_H_
