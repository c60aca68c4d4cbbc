#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_EVENTS_EVENT_RETENTION_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_EVENTS_EVENT_RETENTION_H_

#include <array>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/status/error_details.h"
#include "services/profile-service/core/events/event.h"

namespace clientele::profile {

// Events of a type that happened before a moment are too old.
struct ExpiryRule {
  EventType type = EventType::kUnspecified;
  absl::Time before;

  bool operator==(const ExpiryRule&) const = default;
};

// How long events of each type are kept. A plain value.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const auto retention,
//   EventRetention::Parse("view=180d,message=730d"));
//
// What is deleted is whole days (hours, where a type is kept for less than ten days) behind what is
// refused, so that the sums of a customer are made again at most once a day.
class EventRetention {
 public:
  // "TYPE=TIME" separated by commas: a type in lower case, a time as absl::ParseDuration has it or
  // in days, "30d". Types that are not named are kept. INVALID_ARGUMENT with the part that is
  // wrong.
  static absl::StatusOr<EventRetention> Parse(absl::string_view text);

  // nullopt: for ever.
  std::optional<absl::Duration> Of(EventType type) const;
  // What may be deleted by now; empty where everything is kept.
  std::vector<ExpiryRule> ExpiredBy(absl::Time now) const;
  // Adds to `bad`, under `path` ("events[3]"), that the event is too old to be stored.
  void Check(const Event& event, absl::Time now, absl::string_view path,
             FieldViolations& bad) const;

 private:
  std::array<std::optional<absl::Duration>, kEventTypes> by_type_;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_EVENTS_EVENT_RETENTION_H_
