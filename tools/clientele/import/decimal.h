#ifndef CLIENTELE_TOOLS_CLIENTELE_IMPORT_DECIMAL_H_
#define CLIENTELE_TOOLS_CLIENTELE_IMPORT_DECIMAL_H_

// Decimal numbers as people write them in files, kept exactly: money is never
// rounded twice, and never passes through a double.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const Decimal price, ParseDecimal("6.95"));
//   CLIENTELE_ASSIGN_OR_RETURN(const Decimal pieces, ParseDecimal("12"));
//   ToMicros(Times(price, pieces));   // 83,400,000
//
// Plain values; thread-safe.

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace clientele::cli {

// digits / 10^scale.
struct Decimal {
  __int128 digits = 0;
  int scale = 0;

  bool negative() const { return digits < 0; }
  bool zero() const { return digits == 0; }
};

// "12", "-3", "+0.5", ".5", "1,234.50" (commas only between groups of three).
// Surrounding spaces are skipped. INVALID_ARGUMENT for anything else, also for
// "nan", "inf", exponents, and more than 19 significant digits.
absl::StatusOr<Decimal> ParseDecimal(absl::string_view text);

// Exact.
Decimal Times(const Decimal& a, const Decimal& b);
Decimal Magnitude(const Decimal& value);

// Millionths; a rest of half a millionth or more counts up, away from zero.
// INVALID_ARGUMENT beyond 64 bits.
absl::StatusOr<int64_t> ToMicros(const Decimal& value);

// The nearest double.
double ToDouble(const Decimal& value);

}  // namespace clientele::cli

#endif  // CLIENTELE_TOOLS_CLIENTELE_IMPORT_DECIMAL_H_
