#ifndef CLIENTELE_COMMON_TEXT_UTF8_H_
#define CLIENTELE_COMMON_TEXT_UTF8_H_

#include "absl/strings/string_view.h"

namespace clientele::text {

// True when `text` is well-formed UTF-8 (Unicode 15, table 3-7): no overlong forms, no
// surrogates, nothing beyond U+10FFFF, nothing cut off. U+0000 is well-formed. Empty text is
// well-formed. Thread-safe.
bool IsValidUtf8(absl::string_view text);

}  // namespace clientele::text

#endif  // CLIENTELE_COMMON_TEXT_UTF8_H_
