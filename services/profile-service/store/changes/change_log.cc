#include "services/profile-service/store/changes/change_log.h"

#include "common/postgres/statement.h"
#include "common/status/status_macros.h"

namespace clientele::profile {
namespace {

using postgres::Statement;

// A statement of its own: nextval must not run before the lock is held. The
// number is "changes" in ASCII.
constexpr Statement kLock{"profile.lock_changes",
                          "SELECT pg_advisory_xact_lock(27988543130330483)"};

constexpr Statement kAppend{
    "profile.insert_changes",
    "INSERT INTO profile.changes (seq, customer_id, kind, event_id, change_time) "
    "SELECT nextval('profile.changes_seq'), customer_id, $3::smallint, event_id, $4::timestamptz "
    "FROM (SELECT * FROM unnest($1::text[], $2::text[]) WITH ORDINALITY "
    "AS t(customer_id, event_id, position) ORDER BY position) AS ordered"};

}  // namespace

absl::Status AppendChanges(postgres::Transaction& transaction, const NewChanges& changes,
                           absl::Time change_time) {
  if (changes.customer_ids.empty()) return absl::OkStatus();
  CLIENTELE_RETURN_IF_ERROR(transaction.Execute(kLock).status());
  return transaction
      .Execute(kAppend, {changes.customer_ids, changes.event_ids, static_cast<int>(changes.kind),
                         change_time})
      .status();
}

}  // namespace clientele::profile
