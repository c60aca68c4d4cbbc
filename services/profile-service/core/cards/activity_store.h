#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CARDS_ACTIVITY_STORE_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CARDS_ACTIVITY_STORE_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"

#include "common/executor/request_context.h"
#include "services/profile-service/core/cards/profile_card.h"

namespace clientele::profile {

// Counts customers' events by month, UTC. Thread-safe. UNAVAILABLE (DATABASE_UNAVAILABLE) while the
// store cannot be reached.
class ActivityStore {
 public:
  virtual ~ActivityStore() = default;

  // Months from `first` up to and including `last` that have events, ascending; none without the
  // customer.
  virtual absl::StatusOr<std::vector<MonthOfActivity>> CountByMonth(const RequestContext& context,
                                                                    absl::string_view customer_id,
                                                                    absl::CivilMonth first,
                                                                    absl::CivilMonth last) = 0;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CARDS_ACTIVITY_STORE_H_
