#include "common/postgres/time_text.h"

#include <charconv>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/strip.h"
#include "absl/time/civil_time.h"

namespace clientele::postgres::internal {
namespace {

void AppendPadded(int64_t number, int width, std::string& out) {
  char digits[24];
  const auto [end, error] = std::to_chars(digits, digits + sizeof(digits), number);
  for (int i = static_cast<int>(end - digits); i < width; ++i) out.push_back('0');
  out.append(digits, end);
}

// Takes a number of at least `min_digits` digits off the front.
std::optional<int64_t> TakeNumber(absl::string_view& text, std::size_t min_digits,
                                  std::size_t max_digits) {
  std::size_t digits = 0;
  while (digits < text.size() && digits < max_digits && absl::ascii_isdigit(text[digits])) ++digits;
  if (digits < min_digits) return std::nullopt;
  int64_t number = 0;
  std::from_chars(text.data(), text.data() + digits, number);
  text.remove_prefix(digits);
  return number;
}

}  // namespace

void AppendTime(absl::Time time, std::string& out) {
  if (time == absl::InfiniteFuture()) {
    out += "infinity";
    return;
  }
  if (time == absl::InfinitePast()) {
    out += "-infinity";
    return;
  }
  const absl::TimeZone::CivilInfo info = absl::UTCTimeZone().At(time);
  const absl::CivilSecond& civil = info.cs;
  const bool before_christ = civil.year() <= 0;
  AppendPadded(before_christ ? 1 - civil.year() : civil.year(), 4, out);
  out.push_back('-');
  AppendPadded(civil.month(), 2, out);
  out.push_back('-');
  AppendPadded(civil.day(), 2, out);
  out.push_back(' ');
  AppendPadded(civil.hour(), 2, out);
  out.push_back(':');
  AppendPadded(civil.minute(), 2, out);
  out.push_back(':');
  AppendPadded(civil.second(), 2, out);
  out.push_back('.');
  AppendPadded(absl::ToInt64Microseconds(info.subsecond), 6, out);
  out += before_christ ? "+00 BC" : "+00";
}

std::optional<absl::Time> ParseTime(absl::string_view text) {
  if (text == "infinity") return absl::InfiniteFuture();
  if (text == "-infinity") return absl::InfinitePast();
  const bool before_christ = absl::ConsumeSuffix(&text, " BC");
  const auto year = TakeNumber(text, 4, 7);
  if (!year || !absl::ConsumePrefix(&text, "-")) return std::nullopt;
  const auto month = TakeNumber(text, 2, 2);
  if (!month || !absl::ConsumePrefix(&text, "-")) return std::nullopt;
  const auto day = TakeNumber(text, 2, 2);
  if (!day) return std::nullopt;
  int64_t hour = 0, minute = 0, second = 0, micros = 0, offset_seconds = 0;
  if (absl::ConsumePrefix(&text, " ") || absl::ConsumePrefix(&text, "T")) {
    const auto h = TakeNumber(text, 2, 2);
    if (!h || !absl::ConsumePrefix(&text, ":")) return std::nullopt;
    const auto m = TakeNumber(text, 2, 2);
    if (!m || !absl::ConsumePrefix(&text, ":")) return std::nullopt;
    const auto s = TakeNumber(text, 2, 2);
    if (!s) return std::nullopt;
    hour = *h, minute = *m, second = *s;
    if (absl::ConsumePrefix(&text, ".")) {
      const std::size_t before = text.size();
      const auto fraction = TakeNumber(text, 1, 6);
      if (!fraction) return std::nullopt;
      micros = *fraction;
      for (std::size_t digits = before - text.size(); digits < 6; ++digits) micros *= 10;
    }
    if (!text.empty() && (text.front() == '+' || text.front() == '-')) {
      const int sign = text.front() == '-' ? -1 : 1;
      text.remove_prefix(1);
      int64_t unit = 3600;
      do {
        const auto part = TakeNumber(text, 2, 2);
        if (!part) return std::nullopt;
        offset_seconds += sign * unit * *part;
        unit /= 60;
      } while (unit > 0 && absl::ConsumePrefix(&text, ":"));
    }
  }
  if (!text.empty()) return std::nullopt;
  const absl::CivilSecond civil(before_christ ? 1 - *year : *year, *month, *day, hour, minute,
                                second);
  if (civil.month() != *month || civil.day() != *day) return std::nullopt;
  return absl::FromCivil(civil, absl::UTCTimeZone()) + absl::Microseconds(micros) -
         absl::Seconds(offset_seconds);
}

}  // namespace clientele::postgres::internal
