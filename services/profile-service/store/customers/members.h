#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_CUSTOMERS_MEMBERS_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_CUSTOMERS_MEMBERS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/postgres/transaction.h"

namespace clientele::profile {

// All customers of the person to whom a customer belongs: the survivor, then those merged into
// them, by id. Of who was never merged it is the customer alone. NOT_FOUND without the customer.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const auto members, MembersOf(transaction, "42"));
//   members.front();   // who stands for the person
absl::StatusOr<std::vector<std::string>> MembersOf(postgres::Transaction& transaction,
                                                   absl::string_view customer_id);

// Which customers are one person stays as it is until the transaction ends, for those who read it
// and then write about all of them. Takes it before any row. They do not wait for each other.
absl::Status HoldOffMerges(postgres::Transaction& transaction);

// The same for those who change it: one at a time, and after all who hold it off.
absl::Status BeginMerging(postgres::Transaction& transaction);

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_STORE_CUSTOMERS_MEMBERS_H_
