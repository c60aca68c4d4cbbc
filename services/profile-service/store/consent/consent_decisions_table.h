#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_CONSENT_CONSENT_DECISIONS_TABLE_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_CONSENT_CONSENT_DECISIONS_TABLE_H_

// profile.consent_decisions within a transaction that may write other things as well:
//
//   CLIENTELE_RETURN_IF_ERROR(HoldOffMerges(transaction));
//   CLIENTELE_RETURN_IF_ERROR(LockDeciding(transaction, customers).status());
//   CLIENTELE_ASSIGN_OR_RETURN(const RecordedDecisions recorded,
//                              RecordDecisions(transaction, decisions, policy));
//   ...                                                     // whatever else is written
//   AppendChanges(transaction, recorded.changes, now);      // last

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "common/consent/consent.h"
#include "common/postgres/transaction.h"
#include "services/profile-service/core/consent/consent_decision.h"
#include "services/profile-service/store/changes/change_log.h"

namespace clientele::profile {

// Locks the rows of the customers, and of everybody who is one person with one of them, in the
// order of their ids. Returns who is there.
absl::StatusOr<std::set<std::string>> LockDeciding(postgres::Transaction& transaction,
                                                   const std::set<std::string>& customers);

struct RecordedDecisions {
  std::int64_t fresh = 0;  // that were not there yet
  NewChanges changes = {.kind = ChangeKind::kConsents};
};

// At least one decision, all of one store_time. Those that are there already, with the same time
// and evidence, change nothing. What may not be kept any longer goes.
absl::StatusOr<RecordedDecisions> RecordDecisions(postgres::Transaction& transaction,
                                                  const std::vector<ConsentDecision>& decisions,
                                                  const consent::Policy& policy);

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_CONSENT_CONSENT_DECISIONS_TABLE_H_
