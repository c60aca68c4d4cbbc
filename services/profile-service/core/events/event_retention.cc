#include "services/profile-service/core/events/event_retention.h"

#include <cmath>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

#include "services/profile-service/core/events/event_type_names.h"

namespace clientele::profile {
namespace {

// A customer's data of an hour are not worth a run of their own.
constexpr absl::Duration kShortest = absl::Hours(1);
constexpr absl::Duration kKeptByDays = absl::Hours(24 * 10);

std::optional<absl::Duration> ParseRetention(absl::string_view text) {
  double days = 0;
  absl::Duration duration;
  if (absl::ConsumeSuffix(&text, "d")) {
    if (!absl::SimpleAtod(text, &days) || !std::isfinite(days)) return std::nullopt;
    duration = days * absl::Hours(24);
  } else if (!absl::ParseDuration(std::string(text), &duration)) {
    return std::nullopt;
  }
  if (duration < kShortest || duration == absl::InfiniteDuration()) return std::nullopt;
  return duration;
}

}  // namespace

absl::StatusOr<EventRetention> EventRetention::Parse(absl::string_view text) {
  EventRetention retention;
  for (const absl::string_view part : absl::StrSplit(text, ',', absl::SkipWhitespace())) {
    const std::size_t equals = part.find('=');
    const absl::string_view name = absl::StripAsciiWhitespace(part.substr(0, equals));
    const auto type = static_cast<std::size_t>(EventTypeNamed(name));
    if (equals == absl::string_view::npos || type == 0) {
      return absl::InvalidArgumentError(
          absl::StrCat("event_retention: \"", absl::StripAsciiWhitespace(part),
                       "\" must be TYPE=TIME, such as view=180d, with a type of ",
                       absl::StrJoin(kEventTypeNames.begin() + 1, kEventTypeNames.end(), ", ")));
    }
    const std::optional<absl::Duration> kept =
        ParseRetention(absl::StripAsciiWhitespace(part.substr(equals + 1)));
    if (!kept) {
      return absl::InvalidArgumentError(
          absl::StrCat("event_retention: \"", absl::StripAsciiWhitespace(part),
                       "\" must name a time of at least an hour, such as 180d or 36h"));
    }
    if (retention.by_type_[type]) {
      return absl::InvalidArgumentError(
          absl::StrCat("event_retention: the type ", name, " is named twice"));
    }
    retention.by_type_[type] = *kept;
  }
  return retention;
}

std::optional<absl::Duration> EventRetention::Of(EventType type) const {
  const auto index = static_cast<std::size_t>(type);
  return index < by_type_.size() ? by_type_[index] : std::nullopt;
}

std::vector<ExpiryRule> EventRetention::ExpiredBy(absl::Time now) const {
  std::vector<ExpiryRule> rules;
  for (std::size_t type = 1; type < by_type_.size(); ++type) {
    if (!by_type_[type]) continue;
    const absl::Duration step = *by_type_[type] < kKeptByDays ? absl::Hours(1) : absl::Hours(24);
    const absl::Duration age = now - *by_type_[type] - absl::UnixEpoch();
    rules.push_back({static_cast<EventType>(type), absl::UnixEpoch() + absl::Floor(age, step)});
  }
  return rules;
}

void EventRetention::Check(const Event& event, absl::Time now, absl::string_view path,
                           FieldViolations& bad) const {
  const std::optional<absl::Duration> kept = Of(event.type);
  if (!kept || event.event_time == absl::InfinitePast() || event.event_time >= now - *kept) return;
  bad.Add(absl::StrCat(path, ".event_time"),
          absl::StrCat("is too long ago: events of type ",
                       kEventTypeNames[static_cast<std::size_t>(event.type)], " are kept for ",
                       absl::FormatDuration(*kept)));
}

}  // namespace clientele::profile
