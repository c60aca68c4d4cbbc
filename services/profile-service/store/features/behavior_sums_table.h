#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_FEATURES_BEHAVIOR_SUMS_TABLE_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_FEATURES_BEHAVIOR_SUMS_TABLE_H_

// profile.behavior, behavior_keys and behavior_members: what events add up to, kept in the
// transaction that stores the events.
//
// Locks: whoever adds to sums holds the customers FOR KEY SHARE and then locks their rows of
// profile.behavior, in the order of the ids, until the commit.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "common/postgres/transaction.h"
#include "services/profile-service/core/events/event.h"
#include "services/profile-service/core/features/behavior_sums.h"

namespace clientele::profile {

// The rows of some customers' sums, locked until the transaction ends.
struct LockedSums {
  struct Row {
    std::optional<std::string> members;  // nullopt: in rows of their own
    // Of behavior, with those that are left out by their rate; nullopt: the sums are not complete.
    std::optional<std::int64_t> events;
  };
  std::map<std::string, Row> rows;

  std::optional<std::int64_t> EventsOf(const std::string& customer_id) const;
};

// Locks those of the events' customers.
absl::StatusOr<LockedSums> LockSums(postgres::Transaction& transaction,
                                    absl::Span<const Event* const> events);

// Adds events that this transaction stored: once per transaction, after all inserts and before
// AppendChanges. The transaction says set_config('profile.sums', 'kept', true) before it inserts;
// without it a trigger marks the sums as not complete, and they are made again.
absl::Status AddToSums(postgres::Transaction& transaction, absl::Span<const Event* const> events,
                       const AffinityModel& affinity, const LockedSums& locked);

struct StoredBehavior {
  // Whose events they are: the customer who stands for the person, then those merged with them.
  std::vector<std::string> members;
  // nullopt while the sums are not complete, or are of another half-life.
  std::optional<SummedBehavior> sums;
  consent::Consents consents;
};

// The sums of a customer and of those who are one person with them, and what they consented to.
// NOT_FOUND without the customer.
absl::StatusOr<StoredBehavior> ReadSums(postgres::Transaction& transaction,
                                        absl::string_view customer_id,
                                        const AffinityModel& affinity);

// The customers of one person: who stands for them, then those merged into them.
using PersonMembers = std::vector<std::string>;

// The sums of several persons in three statements, whatever their number; nullopt for those whose
// sums are not complete, or are of another half-life. Parts that are not wanted stay empty.
absl::StatusOr<std::vector<std::optional<SummedBehavior>>> ReadSumsOfPersons(
    postgres::Transaction& transaction, const std::vector<PersonMembers>& persons,
    const AffinityModel& affinity, const BehaviorParts& parts);

// The same of one, of the events themselves.
absl::StatusOr<SummedBehavior> SumEvents(postgres::Transaction& transaction,
                                         const std::vector<std::string>& members,
                                         const AffinityModel& affinity);

// Makes a customer's sums again when they are not complete or of another half-life. False when
// there was nothing to do, or somebody else is at it.
absl::StatusOr<bool> RebuildSums(postgres::Transaction& transaction, absl::string_view customer_id,
                                 const AffinityModel& affinity);

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_FEATURES_BEHAVIOR_SUMS_TABLE_H_
