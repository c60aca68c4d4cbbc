#include "services/profile-service/store/quarantine/quarantine_writer.h"

#include <set>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"

#include "common/postgres/statement.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/profile-service/store/customers/tombstones.h"
#include "services/profile-service/store/quarantine/quarantine_codec.h"

namespace clientele::profile {
namespace {

using postgres::Bytes;
using postgres::Result;
using postgres::Row;
using postgres::Statement;
using postgres::Transaction;

constexpr Statement kLockTotals{"profile.lock_quarantine_totals",
                                "SELECT events, bytes FROM profile.quarantine_totals FOR UPDATE"};

constexpr Statement kFindSent{
    "profile.find_quarantined_events",
    "SELECT sent_index FROM profile.quarantined_events WHERE sent_index = ANY($1::bytea[])"};

constexpr Statement kReserveIds{
    "profile.reserve_quarantine_ids",
    "SELECT nextval('profile.quarantined_events_seq') FROM generate_series(1, $1::bigint)"};

constexpr Statement kInsertQuarantined{
    "profile.insert_quarantined_events",
    "INSERT INTO profile.quarantined_events (quarantine_id, customer_id, event, sent_index, "
    "reason, violations, byte_count, create_time, update_time) "
    "SELECT quarantine_id, customer_id, event, sent_index, reason, violations::jsonb, byte_count, "
    "$8::timestamptz, $8::timestamptz FROM unnest($1::bigint[], $2::text[], $3::bytea[], "
    "$4::bytea[], $5::text[], $6::text[], $7::bigint[]) AS t (quarantine_id, customer_id, event, "
    "sent_index, reason, violations, byte_count)"};

constexpr Statement kEraseQuarantined{
    "profile.erase_customer_quarantine",
    "DELETE FROM profile.quarantined_events WHERE customer_id = ANY($1::text[])"};

// An entry that is not too large, in the form in which it would be stored.
struct Sealable {
  const QuarantineEntry* entry;
  std::string customer_id;
  std::string encoded;
  std::string sent_index;
  std::string violations;

  std::int64_t bytes() const { return QuarantineBytes(encoded.size(), violations.size()); }
};

std::vector<Sealable> Encode(const crypto::Cipher& cipher,
                             const std::vector<QuarantineEntry>& entries,
                             QuarantineCounts& counts) {
  std::vector<Sealable> sealable;
  for (const QuarantineEntry& entry : entries) {
    const QuarantineCandidate& candidate = *entry.candidate;
    if (BytesOf(candidate.event) > kMaxQuarantinedBytes) {
      ++counts.too_large;
      continue;
    }
    std::string encoded = EncodeSentEvent(candidate.event);
    std::string index = cipher.BlindIndex(encoded, "profile.quarantined_events.sent_index");
    sealable.push_back({.entry = &entry,
                        .customer_id = ClaimedCustomer(candidate.event.customer),
                        .encoded = std::move(encoded),
                        .sent_index = std::move(index),
                        .violations = EncodeViolations(candidate.status)});
  }
  return sealable;
}

absl::StatusOr<std::set<std::string>> FindDeletedOf(Transaction& transaction,
                                                    const crypto::Cipher& cipher,
                                                    const std::vector<Sealable>& sealable) {
  std::set<std::string> claimed;
  for (const Sealable& one : sealable) claimed.insert(one.customer_id);
  claimed.erase("");
  return FindDeleted(transaction, cipher, {claimed.begin(), claimed.end()});
}

absl::StatusOr<absl::flat_hash_set<std::string>> FindKnown(Transaction& transaction,
                                                           const std::vector<Sealable>& sealable) {
  std::vector<Bytes> indexes;
  for (const Sealable& one : sealable) indexes.push_back({one.sent_index});
  CLIENTELE_ASSIGN_OR_RETURN(const Result found, transaction.Execute(kFindSent, {indexes}));
  absl::flat_hash_set<std::string> known;
  for (const Row row : found) known.insert(row.Bytes(0));
  return known;
}

absl::Status InsertAll(Transaction& transaction, const crypto::Cipher& cipher,
                       const std::vector<const Sealable*>& fresh, absl::Time now) {
  if (fresh.empty()) return absl::OkStatus();
  CLIENTELE_ASSIGN_OR_RETURN(
      const Result reserved,
      transaction.Execute(kReserveIds, {static_cast<std::int64_t>(fresh.size())}));
  std::vector<std::int64_t> ids, bytes;
  std::vector<std::string> customers, reasons, violations;
  std::vector<Bytes> events, indexes;
  for (std::size_t i = 0; i < fresh.size(); ++i) {
    const Sealable& one = *fresh[i];
    ids.push_back(reserved[i].Int64(0));
    customers.push_back(one.customer_id);
    events.push_back({cipher.Encrypt(one.encoded, QuarantinePlace(absl::StrCat(ids.back())))});
    indexes.push_back({one.sent_index});
    reasons.push_back(GetReason(one.entry->candidate->status));
    violations.push_back(one.violations);
    bytes.push_back(one.bytes());
  }
  return transaction
      .Execute(kInsertQuarantined,
               {ids, customers, events, indexes, reasons, violations, bytes, now})
      .status();
}

}  // namespace

std::int64_t QuarantineBytes(std::size_t encoded_bytes, std::size_t violation_bytes) {
  return static_cast<std::int64_t>(encoded_bytes + violation_bytes);
}

absl::StatusOr<QuarantineTotals> LockQuarantine(Transaction& transaction) {
  CLIENTELE_ASSIGN_OR_RETURN(const Result totals, transaction.Execute(kLockTotals));
  return QuarantineTotals{.events = totals[0].Int64(0), .bytes = totals[0].Int64(1)};
}

absl::StatusOr<QuarantineCounts> AddToQuarantine(Transaction& transaction,
                                                 const crypto::Cipher& cipher,
                                                 const std::vector<QuarantineEntry>& entries,
                                                 const QuarantineLimits& limits, absl::Time now) {
  QuarantineCounts counts;
  const std::vector<Sealable> sealable = Encode(cipher, entries, counts);
  if (sealable.empty()) return counts;
  CLIENTELE_ASSIGN_OR_RETURN(QuarantineTotals totals, LockQuarantine(transaction));
  // Statements behind the lock see what was committed before it was had.
  CLIENTELE_ASSIGN_OR_RETURN(const auto deleted, FindDeletedOf(transaction, cipher, sealable));
  CLIENTELE_ASSIGN_OR_RETURN(auto known, FindKnown(transaction, sealable));
  std::vector<const Sealable*> fresh;
  for (const Sealable& one : sealable) {
    if (deleted.contains(one.customer_id)) {
      ++counts.deleted;
    } else if (known.contains(one.sent_index)) {
      ++counts.known;
      ++*one.entry->quarantined;
    } else if (totals.events >= limits.events || totals.bytes + one.bytes() > limits.bytes) {
      ++counts.full;
    } else {
      ++counts.kept;
      ++*one.entry->quarantined;
      ++totals.events;
      totals.bytes += one.bytes();
      known.insert(one.sent_index);
      fresh.push_back(&one);
    }
  }
  CLIENTELE_RETURN_IF_ERROR(InsertAll(transaction, cipher, fresh, now));
  return counts;
}

absl::Status EraseFromQuarantine(Transaction& transaction,
                                 const std::vector<std::string>& customer_ids) {
  CLIENTELE_RETURN_IF_ERROR(LockQuarantine(transaction).status());
  return transaction.Execute(kEraseQuarantined, {customer_ids}).status();
}

}  // namespace clientele::profile
