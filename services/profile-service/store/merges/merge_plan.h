#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_MERGES_MERGE_PLAN_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_MERGES_MERGE_PLAN_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "common/postgres/transaction.h"
#include "services/profile-service/core/merges/merge_store.h"

namespace clientele::profile {

// A plan whose customers are locked and may be merged.
struct CheckedPlan {
  std::string survivor_id;
  std::vector<std::string> customer_ids;  // ascending
  double probability = 0;
  std::string reasons = "[]";  // encoded
};

// Within a transaction that has begun merging. Errors are those of MergeStore::MergeCustomers.
absl::StatusOr<CheckedPlan> CheckPlan(postgres::Transaction& transaction, const MergePlan& plan);

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_MERGES_MERGE_PLAN_H_
