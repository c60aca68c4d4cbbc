#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_EVENTS_EVENT_RETENTION_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_EVENTS_EVENT_RETENTION_H_

#include <array>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/consent/consent.h"
#include "common/status/error_details.h"
#include "services/profile-service/core/events/event.h"

namespace clientele::profile {

// Events of a type that happened before a moment are too old.
struct ExpiryRule {
  EventType type = EventType::kUnspecified;
  absl::Time before;
  // Only those of customers without consent to the purpose; nullopt: everybody's.
  std::optional<consent::Purpose> without = std::nullopt;

  bool operator==(const ExpiryRule&) const = default;
};

// What is too old of one customer.
struct CustomerExpiry {
  std::vector<ExpiryRule> everybodys = {};  // by the rules for everybody
  std::vector<ExpiryRule> own = {};         // by the customer's consents, each reaching further

  bool operator==(const CustomerExpiry&) const = default;
};
CustomerExpiry ExpiryOf(const std::vector<ExpiryRule>& rules, const consent::Policy& policy,
                        const consent::Consents& consents);

// How long events of each type are kept. A plain value.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const auto retention,
//   EventRetention::Parse("view=180d,view/profiling=30d,message=730d"));
//
// Views are kept for 180 days, those of customers who do not consent to profiling for 30.
// What is deleted is whole days (hours, where a type is kept for less than ten days) behind what is
// refused, so that the sums of a customer are made again at most once a day.
class EventRetention {
 public:
  // "TYPE=TIME" or "TYPE/PURPOSE=TIME" separated by commas: a type in lower case, a purpose as
  // consent::IdOf has it, a time as absl::ParseDuration has it or in days, "30d". Types that are
  // not named are kept. The time without consent to a purpose is shorter than the type's own.
  // INVALID_ARGUMENT with the part that is wrong.
  static absl::StatusOr<EventRetention> Parse(absl::string_view text);

  // Whatever the customer consents to. nullopt: for ever.
  std::optional<absl::Duration> Of(EventType type) const;
  // What may be deleted by now; empty where everything is kept.
  std::vector<ExpiryRule> ExpiredBy(absl::Time now) const;
  // Adds to `bad`, under `path` ("events[3]"), that the event is too old to be stored, whatever its
  // customer consents to.
  void Check(const Event& event, absl::Time now, absl::string_view path,
             FieldViolations& bad) const;

 private:
  using Times = std::array<std::optional<absl::Duration>, kEventTypes>;

  Times by_type_;
  std::array<Times, consent::kPurposes.size()> without_;  // in the order of kPurposes
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_EVENTS_EVENT_RETENTION_H_
