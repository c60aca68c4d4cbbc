#include "tools/clientele/import/decimal.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "tools/clientele/import/ascii_forms.h"

namespace clientele::cli {
namespace {

constexpr int kMaxDigits = 19;  // a product of two still fits into 128 bits
constexpr int kMicroScale = 6;

absl::Status NotADecimal(DecimalMark mark, absl::string_view digits) {
  if (mark == DecimalMark::kComma) {
    return absl::InvalidArgumentError(
        "is not a decimal number such as 6,95 or -12, with the decimal comma of --decimal_comma");
  }
  return absl::InvalidArgumentError(
      absl::StrCat("is not a decimal number such as 6.95 or -12",
                   absl::StrContains(digits, ',') ? "; --decimal_comma reads 6,95" : ""));
}

__int128 PowerOfTen(int exponent) {
  __int128 power = 1;
  while (exponent-- > 0) power *= 10;
  return power;
}

// A number in ASCII, its currency apart.
struct PlainNumber {
  std::string digits;  // with points, commas, and ' ' or '\'' between groups
  std::string currency;
  bool negative = false;
};

PlainNumber SplitNumber(absl::string_view text) {
  PlainNumber number;
  const std::string ascii = AsciiForms(text);
  absl::string_view rest = absl::StripAsciiWhitespace(ascii);
  const auto sign = [&] {
    if (number.negative || rest.empty() || (rest[0] != '-' && rest[0] != '+')) return;
    number.negative = rest[0] == '-';
    rest = absl::StripLeadingAsciiWhitespace(rest.substr(1));
  };
  if (rest.size() > 2 && rest.front() == '(' && rest.back() == ')') {
    number.negative = true;
    rest = absl::StripAsciiWhitespace(rest.substr(1, rest.size() - 2));
  } else if (!rest.empty() && (rest[0] == '-' || rest[0] == '+')) {
    sign();
    if (!rest.empty() && (rest[0] == '-' || rest[0] == '+')) return {};
  }
  constexpr char kNumeric[] = "0123456789.,";
  const size_t first = rest.find_first_of(kNumeric);
  if (first == absl::string_view::npos) return {};
  const size_t last = rest.find_last_of(kNumeric);
  absl::string_view before = absl::StripTrailingAsciiWhitespace(rest.substr(0, first));
  // "EUR -5"
  if (!before.empty() && (before.back() == '-' || before.back() == '+') && !number.negative) {
    number.negative = before.back() == '-';
    before = absl::StripTrailingAsciiWhitespace(before.substr(0, before.size() - 1));
  }
  const absl::string_view after = absl::StripLeadingAsciiWhitespace(rest.substr(last + 1));
  if ((!before.empty() && !IsCurrency(before)) || (!after.empty() && !IsCurrency(after)) ||
      (!before.empty() && !after.empty())) {
    return {};
  }
  number.currency = std::string(before.empty() ? after : before);
  number.digits = std::string(rest.substr(first, last + 1 - first));
  return number;
}

// Drops separators between groups of three; false when one stands elsewhere.
bool DropGroups(absl::string_view whole, char separator, std::string& plain) {
  size_t group = 0;
  char used = '\0';
  for (const char c : whole) {
    if (absl::ascii_isdigit(c)) {
      plain += c;
      ++group;
      continue;
    }
    if (c != separator && c != ' ' && c != '\'') return false;
    if (used != '\0' ? group != 3 || c != used : group == 0 || group > 3) return false;
    used = c;
    group = 0;
  }
  return used == '\0' || group == 3;
}

}  // namespace

std::string CurrencyBeside(absl::string_view text) { return SplitNumber(text).currency; }

bool MayMeanCurrency(absl::string_view sign, absl::string_view code) {
  struct Sign {
    absl::string_view sign;
    absl::string_view codes;
  };
  // Signs that one currency has, or a few; of others nothing is known.
  constexpr Sign kSigns[] = {{"€", "EUR"},     {"£", "GBP EGP LBP SYP GIP FKP SHP"},
                             {"¥", "JPY CNY"}, {"元", "CNY TWD HKD"},
                             {"₹", "INR"},     {"₽", "RUB"},
                             {"₩", "KRW"},     {"₺", "TRY"},
                             {"₪", "ILS"},     {"₫", "VND"},
                             {"₴", "UAH"},     {"฿", "THB"},
                             {"US$", "USD"},   {"A$", "AUD"},
                             {"C$", "CAD"},    {"CA$", "CAD"},
                             {"HK$", "HKD"},   {"NZ$", "NZD"},
                             {"R$", "BRL"},    {"S$", "SGD"}};
  if (sign.empty()) return true;
  for (const Sign& known : kSigns) {
    if (sign == known.sign) return absl::StrContains(known.codes, code);
  }
  if (sign == "$") {
    return (code.size() == 3 && code[2] == 'D') || code == "MXN" || code == "CLP" ||
           code == "COP" || code == "ARS" || code == "UYU";
  }
  return sign.size() != 3 || !absl::ascii_isalpha(sign[0]) || sign == code;
}

absl::Status CheckCurrency(absl::string_view field, absl::string_view text,
                           const std::string& code) {
  const std::string sign = CurrencyBeside(text);
  if (MayMeanCurrency(sign, code)) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      field, " is written with ", sign, " where the currency is ", code,
      ": mend currency_code, or name the currency of rows without one with --currency"));
}

MarkEvidence EvidenceOf(absl::string_view text) {
  const std::string digits = SplitNumber(text).digits;
  const size_t points = static_cast<size_t>(std::count(digits.begin(), digits.end(), '.'));
  const size_t commas = static_cast<size_t>(std::count(digits.begin(), digits.end(), ','));
  if (points + commas == 0) return MarkEvidence::kNone;
  const bool as_point = ParseDecimal(digits, DecimalMark::kPoint).ok();
  const bool as_comma = ParseDecimal(digits, DecimalMark::kComma).ok();
  if (as_point != as_comma) return as_point ? MarkEvidence::kPoint : MarkEvidence::kComma;
  if (!as_point) return MarkEvidence::kNone;
  // No group of thousands begins with 0.
  if (digits.front() == '0') return points > 0 ? MarkEvidence::kPoint : MarkEvidence::kComma;
  return points > 0 ? MarkEvidence::kEitherPoint : MarkEvidence::kEitherComma;
}

absl::StatusOr<Decimal> ParseDecimal(absl::string_view text, DecimalMark mark) {
  const PlainNumber number = SplitNumber(text);
  const char point = mark == DecimalMark::kPoint ? '.' : ',';
  const char separator = mark == DecimalMark::kPoint ? ',' : '.';
  const size_t at = number.digits.find(point);
  const absl::string_view all = number.digits;
  absl::string_view fraction = at == std::string::npos ? "" : all.substr(at + 1);
  std::string digits;
  const bool whole = DropGroups(all.substr(0, at), separator, digits) &&
                     !(digits.empty() && fraction.empty()) &&
                     std::all_of(fraction.begin(), fraction.end(), absl::ascii_isdigit);
  if (!whole) return NotADecimal(mark, number.digits);
  while (!fraction.empty() && fraction.back() == '0') fraction.remove_suffix(1);
  absl::StrAppend(&digits, fraction);
  if (digits.size() - std::min(digits.find_first_not_of('0'), digits.size()) > kMaxDigits ||
      fraction.size() > kMaxDigits) {
    return absl::InvalidArgumentError("has more than 19 digits");
  }
  Decimal value;
  value.scale = static_cast<int>(fraction.size());
  for (const char c : digits) value.digits = value.digits * 10 + (c - '0');
  if (number.negative) value.digits = -value.digits;
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
