#ifndef CLIENTELE_COMMON_TEXT_NORMALIZATION_H_
#define CLIENTELE_COMMON_TEXT_NORMALIZATION_H_

#include <string>

#include "absl/strings/string_view.h"

namespace clientele::text {

// One form for texts that people read as the same: NFKC_Casefold (UAX #15, UAX #44: compatibility
// composition, case folding, default ignorables removed), runs of white space become one space,
// white space at both ends is removed.
//
//   Normalize("  ＦＲＥＥ　Shipping\n") == "free shipping"
//
// Bytes that are not UTF-8 become U+FFFD; it never fails. Idempotent. Thread-safe.
std::string Normalize(absl::string_view text);

}  // namespace clientele::text

#endif  // CLIENTELE_COMMON_TEXT_NORMALIZATION_H_
