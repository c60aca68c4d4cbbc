#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_SEGMENTS_CANDIDATE_LIST_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_SEGMENTS_CANDIDATE_LIST_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/postgres/transaction.h"
#include "services/profile-service/core/segments/membership_store.h"

namespace clientele::profile {

// MembershipStore::ListCandidates() within a transaction: one statement, which reads the events of
// a window, the sums or the customers as a whole, as the narrowing wants it.
absl::StatusOr<std::vector<Candidate>> ListCandidates(postgres::Transaction& transaction,
                                                      const RuleNarrowing& narrowing,
                                                      absl::string_view after_id, int limit,
                                                      absl::Time now);

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_SEGMENTS_CANDIDATE_LIST_H_
