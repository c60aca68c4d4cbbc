#include "tools/clientele/import/decimal.h"

#include <cmath>
#include <limits>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace clientele::cli {
namespace {

constexpr int kMaxDigits = 19;  // a product of two still fits into 128 bits
constexpr int kMicroScale = 6;

absl::Status NotADecimal() {
  return absl::InvalidArgumentError("is not a decimal number such as 6.95 or -12");
}

__int128 PowerOfTen(int exponent) {
  __int128 power = 1;
  while (exponent-- > 0) power *= 10;
  return power;
}

// Drops thousands separators; false when a comma stands elsewhere.
bool DropGroups(absl::string_view whole, std::string& plain) {
  size_t group = 0;
  bool grouped = false;
  for (const char c : whole) {
    if (c == ',') {
      if (grouped ? group != 3 : group == 0 || group > 3) return false;
      grouped = true;
      group = 0;
    } else if (absl::ascii_isdigit(c)) {
      plain += c;
      ++group;
    } else {
      return false;
    }
  }
  return !grouped || group == 3;
}

}  // namespace

absl::StatusOr<Decimal> ParseDecimal(absl::string_view text) {
  text = absl::StripAsciiWhitespace(text);
  bool negative = false;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    negative = text[0] == '-';
    text.remove_prefix(1);
  }
  const size_t point = text.find('.');
  absl::string_view fraction = point == absl::string_view::npos ? "" : text.substr(point + 1);
  std::string digits;
  if (!DropGroups(text.substr(0, point), digits)) return NotADecimal();
  if (digits.empty() && fraction.empty()) return NotADecimal();
  for (const char c : fraction) {
    if (!absl::ascii_isdigit(c)) return NotADecimal();
  }
  while (!fraction.empty() && fraction.back() == '0') fraction.remove_suffix(1);
  absl::StrAppend(&digits, fraction);
  if (digits.size() - std::min(digits.find_first_not_of('0'), digits.size()) > kMaxDigits ||
      fraction.size() > kMaxDigits) {
    return absl::InvalidArgumentError("has more than 19 digits");
  }
  Decimal value;
  value.scale = static_cast<int>(fraction.size());
  for (const char c : digits) value.digits = value.digits * 10 + (c - '0');
  if (negative) value.digits = -value.digits;
  return value;
}

Decimal Times(const Decimal& a, const Decimal& b) {
  return {a.digits * b.digits, a.scale + b.scale};
}

Decimal Magnitude(const Decimal& value) {
  return {value.digits < 0 ? -value.digits : value.digits, value.scale};
}

absl::StatusOr<int64_t> ToMicros(const Decimal& value) {
  const absl::Status too_large = absl::InvalidArgumentError("is too large an amount");
  __int128 micros = Magnitude(value).digits;
  if (value.scale <= kMicroScale) {
    if (micros > std::numeric_limits<int64_t>::max()) return too_large;
    micros *= PowerOfTen(kMicroScale - value.scale);
  } else {
    const __int128 divisor = PowerOfTen(value.scale - kMicroScale);
    micros = micros / divisor + (micros % divisor * 2 >= divisor ? 1 : 0);
  }
  if (micros > std::numeric_limits<int64_t>::max()) return too_large;
  return static_cast<int64_t>(value.negative() ? -micros : micros);
}

double ToDouble(const Decimal& value) {
  // By text, so that the result is the nearest double: 10^scale itself may not be one.
  __int128 left = Magnitude(value).digits;
  std::string text;
  do {
    text.insert(text.begin(), static_cast<char>('0' + static_cast<int>(left % 10)));
    left /= 10;
  } while (left > 0);
  double result = 0;
  (void)absl::SimpleAtod(absl::StrCat(text, "e-", value.scale), &result);
  return value.negative() ? -result : result;
}

}  // namespace clientele::cli
