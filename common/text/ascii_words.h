#ifndef CLIENTELE_COMMON_TEXT_ASCII_WORDS_H_
#define CLIENTELE_COMMON_TEXT_ASCII_WORDS_H_

// Words of plain text without white space, as UAX #29 has them: runs of ASCII letters and digits,
// which some signs join ("can't", "3.5"). For the files of common/text alone.

#include <bitset>
#include <cstddef>
#include <vector>

#include "absl/strings/string_view.h"

#include "common/text/segmentation.h"

namespace clientele::text {

// What versions of Unicode and of ICU say of the ASCII characters that are no letters and digits.
struct AsciiSigns {
  // Ends words, but for what the others say. Not so '_', and '@' in ICU 72.
  std::bitset<128> parts;
  // Between two letters (MidLetter, MidNumLet), and between two digits (MidNum, MidNumLet).
  std::bitset<128> joins_letters;
  std::bitset<128> joins_digits;
};

// Whether the stretch holds letters, digits and signs that part words, all of ASCII.
bool IsPlain(absl::string_view stretch, const AsciiSigns& signs);

// Appends the words of the plain stretch [begin, end) of `text`.
void AppendAsciiWords(absl::string_view text, std::size_t begin, std::size_t end,
                      const AsciiSigns& signs, std::vector<Segment>& words);

}  // namespace clientele::text

#endif  // CLIENTELE_COMMON_TEXT_ASCII_WORDS_H_
