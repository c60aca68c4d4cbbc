#include "tools/clientele-models/evaluate/time_column.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

#include "common/status/status_macros.h"

namespace clientele::models {
namespace {

constexpr const char* kCalendarFormats[] = {"%Y-%m-%d",
                                            "%Y-%m-%d %H:%M:%E*S",
                                            "%Y-%m-%dT%H:%M:%E*S",
                                            "%Y-%m-%d %H:%M",
                                            "%Y-%m-%dT%H:%M",
                                            "%Y-%m-%dT%H:%M:%E*S%Ez",
                                            "%Y-%m-%d %H:%M:%E*S%Ez",
                                            "%Y/%m/%d",
                                            "%Y/%m/%d %H:%M:%E*S",
                                            "%Y/%m/%d %H:%M"};

std::optional<double> CalendarSeconds(absl::string_view text) {
  for (const char* format : kCalendarFormats) {
    absl::Time time;
    std::string error;
    if (absl::ParseTime(format, text, &time, &error))
      return absl::ToDoubleSeconds(time - absl::UnixEpoch());
  }
  return std::nullopt;
}

std::optional<double> Number(absl::string_view text) {
  double value = 0;
  if (!absl::SimpleAtod(text, &value) || !std::isfinite(value)) return std::nullopt;
  return value;
}

// 20101101: the first of November.
std::optional<double> DaySeconds(double number) {
  if (number < 19000101 || number > 21001231 || number != std::floor(number)) return std::nullopt;
  const std::string digits = absl::StrCat(static_cast<std::int64_t>(number));
  return CalendarSeconds(
      absl::StrCat(digits.substr(0, 4), "-", digits.substr(4, 2), "-", digits.substr(6, 2)));
}

// Units of an epoch in a second, by the magnitude of its instants: until the year 5138.
double UnitsInSecond(double greatest) {
  if (greatest > 1e17) return 1e9;
  if (greatest > 1e14) return 1e6;
  if (greatest > 1e11) return 1e3;
  return 1;
}

}  // namespace

absl::Status TimeColumn::Add(absl::string_view cell, std::int64_t line) {
  const absl::string_view text = absl::StripAsciiWhitespace(cell);
  const std::optional<double> number = Number(text);
  const std::optional<double> calendar = number.has_value() ? std::nullopt : CalendarSeconds(text);
  if (!number.has_value() && !calendar.has_value()) {
    return absl::InvalidArgumentError(
        absl::StrCat("line ", line, ": the time '", text.substr(0, 40),
                     "' is neither a number nor like 2010-11-01 08:26:00"));
  }
  const Kind kind = number.has_value() ? Kind::kNumber : Kind::kCalendar;
  if (kind_ != Kind::kUnknown && kind_ != kind) {
    return absl::InvalidArgumentError(absl::StrCat(
        "line ", line, ": the time '", text.substr(0, 40), "' is ",
        kind == Kind::kNumber ? "a number" : "a calendar time", ", unlike those above it"));
  }
  kind_ = kind;
  values_.push_back(number.has_value() ? *number : *calendar);
  return absl::OkStatus();
}

void TimeColumn::Finish() {
  if (kind_ != Kind::kNumber) return;
  std::vector<double> days;
  days.reserve(values_.size());
  for (const double value : values_) {
    const std::optional<double> day = DaySeconds(value);
    if (!day.has_value()) return;
    days.push_back(*day);
  }
  values_ = days;
  kind_ = Kind::kDay;
}

std::optional<double> TimeColumn::UnitsPerSecond() const {
  if (kind_ != Kind::kNumber) return 1;
  const double greatest = *std::max_element(values_.begin(), values_.end());
  if (greatest < 1e8) return std::nullopt;
  return UnitsInSecond(greatest);
}

absl::StatusOr<double> TimeColumn::Instant(absl::string_view text) const {
  const std::optional<double> number = Number(text);
  if (kind_ == Kind::kNumber && number.has_value()) return *number;
  std::optional<double> seconds = CalendarSeconds(text);
  if (!seconds.has_value() && number.has_value()) seconds = DaySeconds(*number);
  if (!seconds.has_value()) {
    return absl::InvalidArgumentError(
        absl::StrCat("the date '", text, "' must be like 2010-11-01 or 2010-11-01T08:26:00",
                     kind_ == Kind::kNumber ? ", or a number like the column's" : ""));
  }
  if (kind_ != Kind::kNumber || values_.empty()) return *seconds;
  return *seconds * UnitsInSecond(*std::max_element(values_.begin(), values_.end()));
}

}  // namespace clientele::models
