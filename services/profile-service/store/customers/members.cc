#include "services/profile-service/store/customers/members.h"

#include "common/postgres/statement.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/profile-service/core/customers/customer.h"

namespace clientele::profile {
namespace {

using postgres::Result;
using postgres::Row;
using postgres::Statement;

constexpr Statement kListMembersOfPerson{
    "profile.list_person_members",
    "WITH person AS (SELECT coalesce(survivor_id, customer_id) AS id FROM profile.customers "
    "WHERE customer_id = $1 AND deleted_time IS NULL) "
    "SELECT id, 0 AS place FROM person UNION ALL SELECT member.customer_id, 1 FROM person "
    "JOIN profile.customers AS member ON member.survivor_id = person.id ORDER BY place, id"};

// The number is "mergers" in ASCII.
constexpr Statement kHoldOffMerges{"profile.lock_merges_shared",
                                   "SELECT pg_advisory_xact_lock_shared(30792314496840307)"};
constexpr Statement kBeginMerging{"profile.lock_merges",
                                  "SELECT pg_advisory_xact_lock(30792314496840307)"};

}  // namespace

absl::StatusOr<std::vector<std::string>> MembersOf(postgres::Transaction& transaction,
                                                   absl::string_view customer_id) {
  CLIENTELE_ASSIGN_OR_RETURN(const Result rows,
                             transaction.Execute(kListMembersOfPerson, {customer_id}));
  if (rows.empty()) return NotFound(CustomerName(customer_id));
  std::vector<std::string> members;
  members.reserve(rows.size());
  for (const Row row : rows) members.push_back(row.Text(0));
  return members;
}

absl::Status HoldOffMerges(postgres::Transaction& transaction) {
  return transaction.Execute(kHoldOffMerges).status();
}

absl::Status BeginMerging(postgres::Transaction& transaction) {
  return transaction.Execute(kBeginMerging).status();
}

}  // namespace clientele::profile
