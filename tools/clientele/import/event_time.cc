#include "tools/clientele/import/event_time.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

#include "tools/clientele/import/decimal.h"

namespace clientele::cli {
namespace {

constexpr int kMaxOffsetMinutes = 14 * 60;

bool AllDigits(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
}

// "+02:00", "-0530", "+02": minutes east.
std::optional<int> ParseOffset(absl::string_view text) {
  if (text.size() < 2 || (text[0] != '+' && text[0] != '-')) return std::nullopt;
  const bool west = text[0] == '-';
  std::string digits(text.substr(1));
  if (digits.size() == 5 && digits[2] == ':') digits.erase(2, 1);
  if ((digits.size() != 2 && digits.size() != 4) || !AllDigits(digits)) return std::nullopt;
  int hours = 0;
  int minutes = 0;
  (void)absl::SimpleAtoi(digits.substr(0, 2), &hours);
  if (digits.size() == 4) (void)absl::SimpleAtoi(digits.substr(2), &minutes);
  if (minutes > 59 || hours * 60 + minutes > kMaxOffsetMinutes) return std::nullopt;
  return west ? -(hours * 60 + minutes) : hours * 60 + minutes;
}

std::optional<absl::Time> ParsePlain(absl::string_view text, absl::TimeZone zone) {
  // Year first, so that day and month can't be taken for each other.
  if (text.size() < 8 || !AllDigits(text.substr(0, 4)) || (text[4] != '-' && text[4] != '/')) {
    return std::nullopt;
  }
  bool utc = false;
  for (const char* name : {"UTC", "GMT", "Z", "z"}) {
    if (!absl::ConsumeSuffix(&text, name)) continue;
    utc = true;
    break;
  }
  text = absl::StripTrailingAsciiWhitespace(text);
  const size_t clock = text.find(':');
  const size_t sign = text.find_last_of("+-");
  if (clock != absl::string_view::npos && sign != absl::string_view::npos && sign > clock) {
    const std::optional<int> minutes = ParseOffset(text.substr(sign));
    if (!minutes.has_value() || (utc && *minutes != 0)) return std::nullopt;
    zone = absl::FixedTimeZone(*minutes * 60);
    text = absl::StripTrailingAsciiWhitespace(text.substr(0, sign));
  } else if (utc) {
    zone = absl::UTCTimeZone();
  }
  std::string plain(text);
  std::replace(plain.begin(), plain.begin() + std::min<std::ptrdiff_t>(10, std::ssize(plain)), '/',
               '-');
  if (plain.size() > 10 && (plain[10] == 'T' || plain[10] == 't')) plain[10] = ' ';
  std::replace(plain.begin(), plain.end(), ',', '.');
  absl::Time time;
  for (const char* known : {"%Y-%m-%d %H:%M:%E*S", "%Y-%m-%d %H:%M", "%Y-%m-%d"}) {
    if (absl::ParseTime(known, plain, zone, &time, nullptr)) return time;
  }
  return std::nullopt;
}

// Seconds since 1970, perhaps with a fraction; later than the year 5000 they are no seconds.
absl::StatusOr<absl::Time> ParseEpoch(absl::string_view text) {
  constexpr int64_t kMostSeconds = 95'617'584'000;
  const absl::StatusOr<Decimal> count = ParseDecimal(text);
  if (!count.ok() || text.find_first_not_of("0123456789.") != absl::string_view::npos) {
    return absl::InvalidArgumentError("is not a number of seconds, as --time_format epoch wants");
  }
  const absl::StatusOr<int64_t> micros = ToMicros(*count);
  if (!micros.ok() || *micros / 1'000'000 > kMostSeconds) {
    return absl::InvalidArgumentError(
        "is too large for seconds: --time_format epoch_ms reads milliseconds, epoch_us "
        "microseconds");
  }
  return absl::FromUnixMicros(*micros);
}

absl::Status NotATime(absl::string_view text) {
  std::string hint = "such as --time_format \"%d/%m/%Y %H:%M\"";
  if (AllDigits(text)) {
    if (text.size() == 9 || text.size() == 10) hint = "--time_format epoch for seconds since 1970";
    if (text.size() == 13) hint = "--time_format epoch_ms for milliseconds since 1970";
    if (text.size() == 16) hint = "--time_format epoch_us for microseconds since 1970";
    if (text.size() == 8) hint = "such as --time_format %Y%m%d";
  }
  return absl::InvalidArgumentError(
      absl::StrCat("is not a time such as 2026-10-31T12:00:00Z or 2026-10-31 12:00:00; another "
                   "format is named with --time_format, ",
                   hint));
}

}  // namespace

absl::StatusOr<absl::TimeZone> FindTimeZone(const std::string& name) {
  absl::TimeZone zone;
  if (name.empty()) return absl::UTCTimeZone();
  if (const std::optional<int> minutes = ParseOffset(name); minutes.has_value()) {
    return absl::FixedTimeZone(*minutes * 60);
  }
  if (name[0] != '/' && !absl::StrContains(name, "..") && absl::LoadTimeZone(name, &zone)) {
    return zone;
  }
  return absl::InvalidArgumentError(
      absl::StrCat("--time_zone \"", name,
                   "\" is unknown here: write a name such as Europe/Berlin, or an offset such as "
                   "+02:00"));
}

absl::StatusOr<absl::Time> ParseEventTime(absl::string_view text, const TimeFormat& format) {
  text = absl::StripAsciiWhitespace(text);
  absl::Time time;
  if (text.empty()) return absl::InvalidArgumentError("is empty");
  if (format.format.empty()) {
    const std::optional<absl::Time> plain = ParsePlain(text, format.zone);
    if (!plain.has_value()) return NotATime(text);
    time = *plain;
  } else if (format.format == "epoch") {
    const absl::StatusOr<absl::Time> counted = ParseEpoch(text);
    if (!counted.ok()) return counted.status();
    time = *counted;
  } else if (format.format == "epoch_ms" || format.format == "epoch_us") {
    int64_t count = 0;
    const bool ms = format.format == "epoch_ms";
    if (!AllDigits(text) || !absl::SimpleAtoi(text, &count)) {
      return absl::InvalidArgumentError(
          absl::StrCat("is not a number of the format --time_format ", format.format));
    }
    time = ms ? absl::FromUnixMillis(count) : absl::FromUnixMicros(count);
  } else if (format.format == "epoch_days") {
    const absl::StatusOr<Decimal> days = ParseDecimal(text);
    if (!days.ok() || days->negative() || ToDouble(*days) > 100000) {
      return absl::InvalidArgumentError("is not a number of days since 1970");
    }
    const auto seconds = static_cast<int64_t>(std::llround(ToDouble(*days) * 86400));
    time = absl::FromCivil(absl::CivilSecond(1970, 1, 1, 0, 0, 0) + seconds, format.zone);
  } else if (format.format == "excel") {
    const absl::StatusOr<Decimal> days = ParseDecimal(text);
    if (!days.ok() || days->negative() || ToDouble(*days) > 100000) {
      return absl::InvalidArgumentError("is not a number of days of a spreadsheet");
    }
    const double whole = ToDouble(*days);
    const auto seconds = static_cast<int64_t>(std::llround(whole * 86400));
    time = absl::FromCivil(absl::CivilSecond(1899, 12, 30, 0, 0, 0) + seconds, format.zone);
  } else if (!absl::ParseTime(format.format, text, format.zone, &time, nullptr)) {
    return absl::InvalidArgumentError(
        absl::StrCat("is not a time of the format --time_format \"", format.format, "\""));
  }
  if (time < absl::UnixEpoch()) return absl::InvalidArgumentError("is before 1970");
  return time;
}

}  // namespace clientele::cli
