#include "services/recommend-service/store/items/revisions.h"

#include "common/postgres/statement.h"
#include "common/status/status_macros.h"

namespace clientele::recommend {
namespace {

using postgres::Statement;
using postgres::Transaction;

// 0x7265636f is "reco"; the second key says which table.
constexpr Statement kLockItems{"recommend.lock_items",
                               "SELECT pg_advisory_xact_lock(1919246191, 1)"};
constexpr Statement kNextItemRevision{"recommend.reserve_item_revision",
                                      "SELECT nextval('recommend.item_revision')"};
constexpr Statement kLockCounts{"recommend.lock_item_counts",
                                "SELECT pg_advisory_xact_lock(1919246191, 2)"};
constexpr Statement kNextCountRevision{"recommend.reserve_item_count_revision",
                                       "SELECT nextval('recommend.count_revision')"};

absl::StatusOr<std::int64_t> LockAndNext(Transaction& transaction, const Statement& lock,
                                         const Statement& next) {
  CLIENTELE_RETURN_IF_ERROR(transaction.Execute(lock).status());
  CLIENTELE_ASSIGN_OR_RETURN(const postgres::Result result, transaction.Execute(next));
  return result[0].Int64(0);
}

}  // namespace

absl::StatusOr<std::int64_t> NextItemRevision(Transaction& transaction) {
  return LockAndNext(transaction, kLockItems, kNextItemRevision);
}

absl::StatusOr<std::int64_t> NextCountRevision(Transaction& transaction) {
  return LockAndNext(transaction, kLockCounts, kNextCountRevision);
}

}  // namespace clientele::recommend
