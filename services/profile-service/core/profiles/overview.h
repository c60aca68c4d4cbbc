#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_PROFILES_OVERVIEW_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_PROFILES_OVERVIEW_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/executor/request_context.h"
#include "common/time/clock.h"
#include "services/profile-service/core/customers/customer.h"
#include "services/profile-service/core/events/event.h"
#include "services/profile-service/core/features/behavior.h"
#include "services/profile-service/core/profiles/profiles.h"

namespace clientele::profile {

// Reads what an overview or an explanation needs, all of one moment. Thread-safe. NOT_FOUND without
// the customer; UNAVAILABLE (DATABASE_UNAVAILABLE) while the store cannot be reached.
class OverviewStore {
 public:
  struct Parts {
    Customer customer;
    CustomerBehavior behavior;
    std::vector<Event> events;  // newest first, at most `max_events`
  };

  virtual ~OverviewStore() = default;
  virtual absl::StatusOr<Parts> ReadOverview(const RequestContext& context,
                                             absl::string_view customer_id, absl::Time now,
                                             const AffinityModel& affinity,
                                             const SignalQuery& texts, int max_events) = 0;

  // What a profile is made of and explained by.
  struct Evidence {
    CustomerBehavior behavior;
    std::vector<Event> events;  // newest first, at most `max_events`, without their texts
  };
  virtual absl::StatusOr<Evidence> ReadEvidence(const RequestContext& context,
                                                absl::string_view customer_id, absl::Time now,
                                                const AffinityModel& affinity,
                                                const SignalQuery& texts, int max_events) = 0;
};

// A person by the customer who stands for them, what the suite understands of them, and what they
// did last.
struct Overview {
  Customer customer;
  absl::StatusOr<Profile> profile;  // not OK where a model is unavailable
  std::vector<Event> events;        // newest first
};

// Makes overviews, each of one transaction. Everything is borrowed. Thread-safe.
class Overviews {
 public:
  Overviews(OverviewStore* store, const Profiles* profiles, const Clock* clock)
      : store_(store), profiles_(profiles), clock_(clock) {}

  // `max_events` is 0 to 100. INVALID_ARGUMENT for anything else; NOT_FOUND without the customer.
  absl::StatusOr<Overview> Get(const RequestContext& context, absl::string_view customer_id,
                               int max_events) const;

 private:
  OverviewStore* const store_;
  const Profiles* const profiles_;
  const Clock* const clock_;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_PROFILES_OVERVIEW_H_
