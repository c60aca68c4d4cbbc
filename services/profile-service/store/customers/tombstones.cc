#include "services/profile-service/store/customers/tombstones.h"

#include "common/postgres/statement.h"
#include "common/status/status_macros.h"

namespace clientele::profile {
namespace {

// Those deleted before there were tombstones have a row without data.
constexpr postgres::Statement kFindDeleted{
    "profile.find_deleted_customers",
    "SELECT customer_id FROM unnest($1::text[], $2::bytea[]) AS asked (customer_id, index) "
    "WHERE EXISTS (SELECT FROM profile.tombstones WHERE customer_index = asked.index) "
    "OR EXISTS (SELECT FROM profile.customers AS c WHERE c.customer_id = asked.customer_id "
    "AND c.deleted_time IS NOT NULL)"};

}  // namespace

postgres::Bytes TombstoneIndex(const crypto::Cipher& cipher, absl::string_view id) {
  return {cipher.BlindIndex(id, "profile.tombstones")};
}

absl::StatusOr<std::set<std::string>> FindDeleted(postgres::Transaction& transaction,
                                                  const crypto::Cipher& cipher,
                                                  const std::vector<std::string>& ids) {
  std::set<std::string> deleted;
  if (ids.empty()) return deleted;
  std::vector<postgres::Bytes> indexes;
  indexes.reserve(ids.size());
  for (const std::string& id : ids) indexes.push_back(TombstoneIndex(cipher, id));
  CLIENTELE_ASSIGN_OR_RETURN(const postgres::Result found,
                             transaction.Execute(kFindDeleted, {ids, indexes}));
  for (const postgres::Row row : found) deleted.insert(row.Text(0));
  return deleted;
}

}  // namespace clientele::profile
