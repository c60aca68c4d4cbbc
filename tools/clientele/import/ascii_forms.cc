#include "tools/clientele/import/ascii_forms.h"

#include <cstdint>

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include "absl/strings/str_cat.h"

namespace clientele::cli {

std::string AsciiForms(absl::string_view text) {
  std::string ascii;
  const auto size = static_cast<std::int32_t>(text.size());
  for (std::int32_t at = 0; at < size;) {
    const std::int32_t begin = at;
    UChar32 c;
    U8_NEXT(text.data(), at, size, c);
    if (c >= 0x80 && u_charDigitValue(c) >= 0) {
      ascii += static_cast<char>('0' + u_charDigitValue(c));
    } else if (c >= 0xFF01 && c <= 0xFF5E) {
      ascii += static_cast<char>(c - 0xFEE0);  // full width
    } else if (c >= 0x80 && u_isUWhiteSpace(c)) {
      ascii += ' ';
    } else if (c == 0x2019) {
      ascii += '\'';
    } else if (c == 0x2212) {
      ascii += '-';
    } else {
      absl::StrAppend(&ascii,
                      text.substr(static_cast<size_t>(begin), static_cast<size_t>(at - begin)));
    }
  }
  return ascii;
}

bool HasLetters(absl::string_view cell) {
  const auto size = static_cast<std::int32_t>(cell.size());
  for (std::int32_t at = 0; at < size;) {
    UChar32 c;
    U8_NEXT(cell.data(), at, size, c);
    if (c < 0 || u_isalpha(c)) return true;
  }
  return false;
}

bool IsCurrency(absl::string_view text) {
  bool sign = false;
  int letters = 0;
  const auto size = static_cast<std::int32_t>(text.size());
  for (std::int32_t at = 0; at < size;) {
    UChar32 c;
    U8_NEXT(text.data(), at, size, c);
    if (c >= 'A' && c <= 'Z') {
      ++letters;
    } else if (c >= 0 && (u_charType(c) == U_CURRENCY_SYMBOL || c == 0x5143)) {
      sign = true;
    } else {
      return false;
    }
  }
  return sign ? letters <= 3 : letters == 3;
}

}  // namespace clientele::cli
