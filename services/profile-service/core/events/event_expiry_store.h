#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_EVENTS_EVENT_EXPIRY_STORE_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_EVENTS_EVENT_EXPIRY_STORE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/executor/request_context.h"
#include "services/profile-service/core/events/event_retention.h"

namespace clientele::profile {

// How much one transaction looks at and deletes.
struct ExpiryLimits {
  int customers = 200;
  int events = 1000;
};

struct ExpiryStep {
  std::int64_t deleted = 0;
  bool told = false;            // followers have changes to read
  std::string next_after = {};  // where the next step goes on
  bool done = false;            // all customers were looked at
};

// Deletes events that are too old. Thread-safe. UNAVAILABLE (DATABASE_UNAVAILABLE) while the store
// cannot be reached.
class EventExpiryStore {
 public:
  virtual ~EventExpiryStore() = default;

  // One transaction: of the next customers after `after`, by id, deletes events that the rules say
  // are too old, with all that was derived of them. What is everybody's is noted for TellExpired;
  // of customers who consent to less than others followers are told one by one, at once.
  virtual absl::StatusOr<ExpiryStep> ExpireEvents(const RequestContext& context,
                                                  const std::vector<ExpiryRule>& rules,
                                                  absl::string_view after,
                                                  const ExpiryLimits& limits) = 0;
  // Appends a change for each type of which something was deleted that followers were not told of
  // yet. Returns how many.
  virtual absl::StatusOr<std::int64_t> TellExpired(const RequestContext& context) = 0;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_EVENTS_EVENT_EXPIRY_STORE_H_
