#ifndef CLIENTELE_COMMON_TEXT_LANGUAGE_H_
#define CLIENTELE_COMMON_TEXT_LANGUAGE_H_

#include <string>

#include "absl/strings/string_view.h"

namespace clientele::text {

// "zh" when Han characters prevail, else "en" (also for empty text). A Han character carries about
// as much as half an English word, so it is weighed as three letters: "iPhone 手机壳怎么退货" is
// "zh". A guess for texts without a declared language; between other languages it can't tell.
// Thread-safe.
std::string DetectLanguage(absl::string_view text);

// Whether a language tag (BCP 47: "zh", "zh-Hant-TW", also "zh_CN") asks for Chinese. Thread-safe.
bool IsChinese(absl::string_view language_tag);

}  // namespace clientele::text

#endif  // CLIENTELE_COMMON_TEXT_LANGUAGE_H_
