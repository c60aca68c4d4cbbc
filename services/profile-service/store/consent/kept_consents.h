#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_CONSENT_KEPT_CONSENTS_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_CONSENT_KEPT_CONSENTS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "common/consent/consent.h"
#include "common/postgres/transaction.h"
#include "services/profile-service/store/changes/change_log.h"

namespace clientele::profile {

// Of whom KeepConsents tells the followers.
enum class ConsentsOf { kEverybody, kChanged };

// Brings profile.customers.consents in line with the decisions of the customers and of those who
// are one person with them, and the vectors of their texts in line with what they decided about
// profiling: who may not be profiled has none, whose texts may be read again has them wait for
// theirs. Returns what is to be appended to the feed: one change a customer. The transaction holds
// off merges, or is one.
absl::StatusOr<NewChanges> KeepConsents(postgres::Transaction& transaction,
                                        const std::vector<std::string>& customer_ids,
                                        const consent::Policy& policy, ConsentsOf told);

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_CONSENT_KEPT_CONSENTS_H_
