#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CONSENT_CONSENT_STORE_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CONSENT_CONSENT_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/executor/request_context.h"
#include "common/idempotency/mutation_id.h"
#include "services/profile-service/core/consent/consent_decision.h"

namespace clientele::profile {

// The last decision of a page of a customer's history.
struct ConsentPosition {
  absl::Time decision_time;
  std::int64_t decision_id = 0;
};

// Where decisions are kept. Thread-safe. UNAVAILABLE (DATABASE_UNAVAILABLE) while the store cannot
// be reached.
class ConsentStore {
 public:
  virtual ~ConsentStore() = default;

  // Keeps all decisions or none, once per MutationId; one that is kept already, with the same time
  // and evidence, changes nothing. Returns how many were new. Tells the followers of the change
  // feed once of each customer with a new one. Who may not be profiled any more loses the vectors
  // of their texts in the same transaction; whose texts may be read again, has them wait for
  // vectors. NOT_FOUND names the first customer that there is not.
  virtual absl::StatusOr<std::int64_t> Record(const RequestContext& context,
                                              const MutationId& mutation,
                                              const std::vector<ConsentDecision>& decisions,
                                              const consent::Policy& policy) = 0;
  // The newest decision about each purpose that has one, by purpose. NOT_FOUND without the
  // customer.
  virtual absl::StatusOr<std::vector<ConsentDecision>> Newest(const RequestContext& context,
                                                              absl::string_view customer_id) = 0;
  // Up to `limit` decisions behind `after`, newest first. NOT_FOUND without the customer.
  virtual absl::StatusOr<std::vector<ConsentDecision>> History(
      const RequestContext& context, absl::string_view customer_id,
      const std::optional<ConsentPosition>& after, int limit) = 0;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CONSENT_CONSENT_STORE_H_
