#include "services/profile-service/core/events/event_retention.h"

#include <algorithm>
#include <cmath>
#include <map>
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

std::size_t IndexOf(consent::Purpose purpose) {
  return static_cast<std::size_t>(
      std::find(consent::kPurposes.begin(), consent::kPurposes.end(), purpose) -
      consent::kPurposes.begin());
}

// The latest moment that fits the step, at which what happened before it is older than `kept`.
absl::Time ExpiredBefore(absl::Time now, absl::Duration kept) {
  const absl::Duration step = kept < kKeptByDays ? absl::Hours(1) : absl::Hours(24);
  return absl::UnixEpoch() + absl::Floor(now - kept - absl::UnixEpoch(), step);
}

}  // namespace

CustomerExpiry ExpiryOf(const std::vector<ExpiryRule>& rules, const consent::Policy& policy,
                        const consent::Consents& consents) {
  CustomerExpiry expiry;
  std::map<EventType, absl::Time> own;
  for (const ExpiryRule& rule : rules) {
    if (!rule.without.has_value()) {
      expiry.everybodys.push_back(rule);
    } else if (!policy.Allows(*rule.without, consents)) {
      absl::Time& before = own.try_emplace(rule.type, rule.before).first->second;
      before = std::max(before, rule.before);
    }
  }
  for (const auto& [type, before] : own) expiry.own.push_back({type, before});
  return expiry;
}

absl::StatusOr<EventRetention> EventRetention::Parse(absl::string_view text) {
  EventRetention retention;
  for (const absl::string_view part : absl::StrSplit(text, ',', absl::SkipWhitespace())) {
    const std::size_t equals = part.find('=');
    const absl::string_view key = absl::StripAsciiWhitespace(part.substr(0, equals));
    const std::size_t slash = key.find('/');
    const absl::string_view name = absl::StripAsciiWhitespace(key.substr(0, slash));
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
    Times* times = &retention.by_type_;
    if (slash != absl::string_view::npos) {
      const auto purpose = consent::ParsePurpose(absl::StripAsciiWhitespace(key.substr(slash + 1)));
      if (!purpose) {
        return absl::InvalidArgumentError(absl::StrCat(
            "event_retention: \"", absl::StripAsciiWhitespace(part), "\" must name a purpose of ",
            absl::StrJoin(consent::kPurposes, ", ", [](std::string* out, consent::Purpose each) {
              absl::StrAppend(out, consent::IdOf(each));
            })));
      }
      times = &retention.without_[IndexOf(*purpose)];
    }
    if ((*times)[type]) {
      return absl::InvalidArgumentError(absl::StrCat("event_retention: ", key, " is named twice"));
    }
    (*times)[type] = *kept;
  }
  for (const consent::Purpose purpose : consent::kPurposes) {
    const Times& without = retention.without_[IndexOf(purpose)];
    for (std::size_t type = 1; type < without.size(); ++type) {
      const std::optional<absl::Duration>& kept = retention.by_type_[type];
      if (!without[type] || !kept || *without[type] < *kept) continue;
      return absl::InvalidArgumentError(absl::StrCat(
          "event_retention: ", kEventTypeNames[type], "/", consent::IdOf(purpose),
          " must be shorter than the ", absl::FormatDuration(*kept), " of everybody's events"));
    }
  }
  return retention;
}

std::optional<absl::Duration> EventRetention::Of(EventType type) const {
  const auto index = static_cast<std::size_t>(type);
  return index < by_type_.size() ? by_type_[index] : std::nullopt;
}

std::vector<ExpiryRule> EventRetention::ExpiredBy(absl::Time now) const {
  std::vector<ExpiryRule> rules;
  const auto add = [&](const Times& times, std::optional<consent::Purpose> without) {
    for (std::size_t type = 1; type < times.size(); ++type) {
      if (!times[type]) continue;
      rules.push_back({static_cast<EventType>(type), ExpiredBefore(now, *times[type]), without});
    }
  };
  add(by_type_, std::nullopt);
  for (const consent::Purpose purpose : consent::kPurposes) {
    add(without_[IndexOf(purpose)], purpose);
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
