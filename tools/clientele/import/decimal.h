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
#include <string>

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

// What stands before the fraction.
enum class DecimalMark { kPoint, kComma };

// "12", "-3", "+0.5", ".5", "(5.00)", "1,234.50" (commas only between groups of three, or
// spaces or apostrophes); points and commas change places for kComma. A currency sign or code
// before or after is skipped, as are surrounding spaces; digits may be of any script.
// INVALID_ARGUMENT for anything else, also for "inf", exponents, and more than 19
// significant digits.
absl::StatusOr<Decimal> ParseDecimal(absl::string_view text,
                                     DecimalMark mark = DecimalMark::kPoint);

// How a number tells its mark.
enum class MarkEvidence {
  kNone,         // "12", or no number
  kPoint,        // "6.95", "1,234.56", "1,234,567"
  kComma,        // "6,95", "1.234,56"
  kEitherPoint,  // "1.250": 1.25, or 1250
  kEitherComma,  // "1,250": 1250, or 1.25
};
MarkEvidence EvidenceOf(absl::string_view text);

// The currency sign or code that stands with a number: "£", "US$", "EUR"; empty: none.
std::string CurrencyBeside(absl::string_view text);

// Whether a sign or code may stand for an ISO 4217 code: "£" for GBP, "$" for any dollar.
bool MayMeanCurrency(absl::string_view sign, absl::string_view code);
// INVALID_ARGUMENT when the sign beside `text` contradicts the row's currency.
absl::Status CheckCurrency(absl::string_view field, absl::string_view text,
                           const std::string& code);

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
