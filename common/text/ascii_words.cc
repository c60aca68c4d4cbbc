#include "common/text/ascii_words.h"

#include <algorithm>

#include "absl/strings/ascii.h"

namespace clientele::text {
namespace {

bool IsAsciiLetter(char c) { return absl::ascii_isalpha(static_cast<unsigned char>(c)); }
bool IsAsciiDigit(char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); }
bool IsOfWord(char c) { return IsAsciiLetter(c) || IsAsciiDigit(c); }

// Rules WB6, WB7, WB11 and WB12.
bool Joins(const AsciiSigns& signs, char before, char sign, char after) {
  const std::size_t index = static_cast<unsigned char>(sign);
  return (IsAsciiLetter(before) && IsAsciiLetter(after) && signs.joins_letters[index]) ||
         (IsAsciiDigit(before) && IsAsciiDigit(after) && signs.joins_digits[index]);
}

}  // namespace

bool IsPlain(absl::string_view stretch, const AsciiSigns& signs) {
  return std::all_of(stretch.begin(), stretch.end(), [&](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return IsOfWord(c) || (byte < 0x80 && signs.parts[byte]);
  });
}

void AppendAsciiWords(absl::string_view text, std::size_t begin, std::size_t end,
                      const AsciiSigns& signs, std::vector<Segment>& words) {
  for (std::size_t at = begin; at < end;) {
    if (!IsOfWord(text[at])) {
      ++at;
      continue;
    }
    const std::size_t start = at++;
    while (at < end) {
      if (IsOfWord(text[at])) {
        ++at;
      } else if (at + 1 < end && Joins(signs, text[at - 1], text[at], text[at + 1])) {
        at += 2;
      } else {
        break;
      }
    }
    words.push_back({start, at});
  }
}

}  // namespace clientele::text
