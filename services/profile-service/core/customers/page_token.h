#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CUSTOMERS_PAGE_TOKEN_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CUSTOMERS_PAGE_TOKEN_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "services/profile-service/core/consent/consent_store.h"

namespace clientele::profile {

// Opaque tokens of the lists. A token that this service did not make, or
// made for another list, is INVALID_ARGUMENT about "page_token".

// The list continues after this customer; an empty token gives "", which is before all ids.
std::string CustomerPageToken(absl::string_view last_id);
absl::StatusOr<std::string> ParseCustomerPageToken(absl::string_view token);

// The last event of a page of a customer's events.
struct EventPosition {
  absl::Time event_time;
  std::string event_id;
  std::string customer_id = {};  // whose event it is, of several who are one person
};

// An empty token gives nullopt: the newest event.
std::string EventPageToken(absl::string_view customer_id, const EventPosition& last);
absl::StatusOr<std::optional<EventPosition>> ParseEventPageToken(absl::string_view customer_id,
                                                                 absl::string_view token);

// The same of a customer's decisions about consent.
std::string ConsentPageToken(absl::string_view customer_id, const ConsentPosition& last);
absl::StatusOr<std::optional<ConsentPosition>> ParseConsentPageToken(absl::string_view customer_id,
                                                                     absl::string_view token);

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CUSTOMERS_PAGE_TOKEN_H_
