#include "common/text/language.h"

#include <cstddef>

#include <unicode/uchar.h>

#include "absl/strings/match.h"

#include "common/text/han.h"

namespace clientele::text {

std::string DetectLanguage(absl::string_view text) {
  constexpr std::size_t kLettersPerHan = 3;
  std::size_t han = 0;
  std::size_t letters = 0;
  for (std::size_t at = 0; at < text.size();) {
    const UChar32 c = NextCharacter(text, at);
    if (c < 0) continue;
    if (IsHan(c)) {
      ++han;
    } else if (u_isalpha(c)) {
      ++letters;
    }
  }
  return han * kLettersPerHan > letters ? "zh" : "en";
}

bool IsChinese(absl::string_view language_tag) {
  return absl::EqualsIgnoreCase(language_tag.substr(0, 2), "zh") &&
         (language_tag.size() == 2 || language_tag[2] == '-' || language_tag[2] == '_');
}

}  // namespace clientele::text
