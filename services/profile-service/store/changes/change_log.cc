#include "services/profile-service/store/changes/change_log.h"

#include <cstddef>
#include <cstdint>

#include "absl/strings/str_cat.h"

#include "common/postgres/statement.h"
#include "common/status/status_macros.h"

namespace clientele::profile {
namespace {

using postgres::Statement;

// The number is "changes" in ASCII.
constexpr Statement kLock{"profile.lock_changes",
                          "SELECT pg_advisory_xact_lock(27988543130330483)"};

// No number is drawn before the lock is held: rows come out of the inner query, whose OFFSET keeps
// it as it is, after its join with the lock's one row.
constexpr Statement kAppend{
    "profile.insert_changes",
    "WITH locked AS MATERIALIZED (SELECT pg_advisory_xact_lock(27988543130330483)), "
    "appended AS (INSERT INTO profile.changes (seq, customer_id, kind, event_id, change_time) "
    "SELECT nextval('profile.changes_seq'), customer_id, $3::smallint, event_id, $4::timestamptz "
    "FROM (SELECT t.* FROM locked CROSS JOIN unnest($1::text[], $2::text[]) WITH ORDINALITY "
    "AS t(customer_id, event_id, position) ORDER BY position OFFSET 0) AS ordered RETURNING seq) "
    "SELECT min(seq) FROM appended"};

constexpr Statement kReserve{
    "profile.reserve_change_sequences",
    "SELECT nextval('profile.changes_seq') FROM generate_series(1, $1::bigint)"};

constexpr Statement kAppendDeletions{
    "profile.insert_deletion_changes",
    "INSERT INTO profile.changes (seq, customer_id, kind, sealed_customer_id, change_time) "
    "SELECT seq, '', $3::smallint, sealed, $4::timestamptz "
    "FROM unnest($1::bigint[], $2::bytea[]) AS t(seq, sealed)"};

constexpr Statement kAppendExpiries{
    "profile.insert_expiry_changes",
    "INSERT INTO profile.changes (seq, customer_id, kind, change_time, expired_type, "
    "expired_before) SELECT nextval('profile.changes_seq'), customer_id, $4::smallint, "
    "$5::timestamptz, type, before "
    "FROM unnest($1::text[], $2::smallint[], $3::timestamptz[]) AS t(customer_id, type, before)"};

}  // namespace

std::string DeletedCustomerPlace(absl::string_view seq) {
  return absl::StrCat("profile.changes.sealed_customer_id:", seq);
}

absl::StatusOr<int64_t> AppendChanges(postgres::Transaction& transaction, const NewChanges& changes,
                                      absl::Time change_time) {
  if (changes.customer_ids.empty()) return 0;
  CLIENTELE_ASSIGN_OR_RETURN(
      const postgres::Result first,
      transaction.Execute(kAppend, {changes.customer_ids, changes.event_ids,
                                    static_cast<int>(changes.kind), change_time}));
  return first[0].Int64(0);
}

absl::Status AppendDeletions(postgres::Transaction& transaction, const crypto::Cipher& cipher,
                             const std::vector<std::string>& customer_ids, absl::Time change_time) {
  CLIENTELE_RETURN_IF_ERROR(transaction.Execute(kLock).status());
  const auto count = static_cast<int64_t>(customer_ids.size());
  CLIENTELE_ASSIGN_OR_RETURN(const postgres::Result reserved,
                             transaction.Execute(kReserve, {count}));
  std::vector<int64_t> sequences;
  std::vector<postgres::Bytes> sealed;
  for (std::size_t i = 0; i < customer_ids.size(); ++i) {
    sequences.push_back(reserved[i].Int64(0));
    sealed.push_back(
        {cipher.Encrypt(customer_ids[i], DeletedCustomerPlace(absl::StrCat(sequences.back())))});
  }
  return transaction
      .Execute(kAppendDeletions,
               {sequences, sealed, static_cast<int>(ChangeKind::kCustomerDeleted), change_time})
      .status();
}

void NewExpiries::Add(absl::string_view customer_id, const ExpiryRule& rule) {
  customer_ids.emplace_back(customer_id);
  types.push_back(static_cast<std::int64_t>(rule.type));
  befores.push_back(rule.before);
}

absl::Status AppendExpiries(postgres::Transaction& transaction, const NewExpiries& expiries,
                            absl::Time change_time) {
  if (expiries.types.empty()) return absl::OkStatus();
  CLIENTELE_RETURN_IF_ERROR(transaction.Execute(kLock).status());
  return transaction
      .Execute(kAppendExpiries, {expiries.customer_ids, expiries.types, expiries.befores,
                                 static_cast<int>(ChangeKind::kEventsExpired), change_time})
      .status();
}

absl::StatusOr<std::string> OpenDeletedCustomer(const crypto::Cipher& cipher, int64_t seq,
                                                absl::string_view sealed) {
  return cipher.Decrypt(sealed, DeletedCustomerPlace(absl::StrCat(seq)));
}

}  // namespace clientele::profile
