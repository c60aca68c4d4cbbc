#ifndef CLIENTELE_COMMON_TEXT_HAN_FOLDING_H_
#define CLIENTELE_COMMON_TEXT_HAN_FOLDING_H_

#include <string>

#include "absl/strings/string_view.h"

namespace clientele::text {

// One form for Chinese that people read as the same: traditional characters as simplified ones
// (ICU's Traditional-Simplified), white space between two Han characters removed. Other text stays
// as it is.
//
//   FoldHan("怎麼 退 貨") == "怎么退货"
//
// Bytes that are not UTF-8 become U+FFFD where the text holds a Han character. Thread-safe.
std::string FoldHan(absl::string_view text);

// Whether the text has a Han character. Thread-safe.
bool HasHan(absl::string_view text);

}  // namespace clientele::text

#endif  // CLIENTELE_COMMON_TEXT_HAN_FOLDING_H_
