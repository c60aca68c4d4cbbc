#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_EVENTS_RATE_SCREENING_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_EVENTS_RATE_SCREENING_H_

#include <cstdint>
#include <deque>
#include <vector>

#include "absl/status/statusor.h"

#include "common/postgres/transaction.h"
#include "services/profile-service/core/events/event.h"
#include "services/profile-service/core/events/event_screening.h"
#include "services/profile-service/store/features/behavior_sums_table.h"

namespace clientele::profile {

// Marks the events that event_screening.h leaves out by their rate, in profile.events: those that
// this transaction stored, and those before them in the same windows, whose customers' sums are
// then made again. Only windows that may be full are looked at, which the locked sums tell.
//
// `created` are the events that the transaction stored; those that are left out are replaced by
// copies in `screened` that say so. Returns how many events, of `created` and from before.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const LockedSums sums, LockSums(transaction, customers));
//   CLIENTELE_ASSIGN_OR_RETURN(auto count, LeaveOutRapid(transaction, limits, sums, created,
//                                                        screened));
//   AddToSums(transaction, created, affinity, sums);
absl::StatusOr<std::int64_t> LeaveOutRapid(postgres::Transaction& transaction,
                                           const RateLimits& limits, const LockedSums& sums,
                                           std::vector<const Event*>& created,
                                           std::deque<Event>& screened);

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_EVENTS_RATE_SCREENING_H_
