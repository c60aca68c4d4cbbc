#include "services/profile-service/store/quarantine/pg_quarantine_store.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"

#include "common/postgres/statement.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/profile-service/store/changes/change_log.h"
#include "services/profile-service/store/customers/members.h"
#include "services/profile-service/store/customers/tombstones.h"
#include "services/profile-service/store/events/event_group.h"
#include "services/profile-service/store/events/event_statements.h"
#include "services/profile-service/store/quarantine/quarantine_codec.h"
#include "services/profile-service/store/quarantine/quarantine_writer.h"

namespace clientele::profile {
namespace {

using postgres::Bytes;
using postgres::Result;
using postgres::Row;
using postgres::Statement;
using postgres::Transaction;

// The narrow columns alone say where a page ends, before an event is read.
constexpr Statement kListQuarantined{
    "profile.list_quarantined_events",
    "SELECT q.quarantine_id, q.event, q.reason, q.violations::text, q.create_time, q.update_time, "
    "q.revision, q.byte_count FROM (SELECT quarantine_id, sum(byte_count) OVER (ORDER BY "
    "quarantine_id) - byte_count AS before FROM (SELECT quarantine_id, byte_count "
    "FROM profile.quarantined_events WHERE quarantine_id > $1 "
    "AND ($2::text = '' OR customer_id = $2) AND ($3::text = '' OR violations @> "
    "jsonb_build_array(jsonb_build_array($3::text))) ORDER BY quarantine_id LIMIT $4) AS narrow) "
    "AS page JOIN profile.quarantined_events AS q USING (quarantine_id) "
    "WHERE page.before <= $5 ORDER BY q.quarantine_id"};

constexpr Statement kGetQuarantined{
    "profile.get_quarantined_event",
    "SELECT quarantine_id, event, reason, violations::text, create_time, update_time, revision, "
    "byte_count FROM profile.quarantined_events WHERE quarantine_id = $1"};

constexpr Statement kGetClaimed{
    "profile.get_quarantined_customer",
    "SELECT customer_id FROM profile.quarantined_events WHERE quarantine_id = $1"};

constexpr Statement kMend{
    "profile.update_quarantined_event",
    "UPDATE profile.quarantined_events SET customer_id = $2, event = $3, reason = $4, "
    "violations = $5::jsonb, byte_count = $6, update_time = $7, revision = $8 "
    "WHERE quarantine_id = $1"};

// One id more than may be tried tells that more follow.
constexpr Statement kListToReplay{
    "profile.list_replayable_events",
    "SELECT quarantine_id, customer_id, total FROM (SELECT quarantine_id, customer_id, "
    "sum(byte_count) OVER (ORDER BY quarantine_id) - byte_count AS before, count(*) OVER () "
    "AS total, row_number() OVER (ORDER BY quarantine_id) AS place FROM (SELECT quarantine_id, "
    "customer_id, byte_count FROM profile.quarantined_events WHERE quarantine_id > $1 "
    "AND ($2::bigint[] IS NULL OR quarantine_id = ANY($2::bigint[])) ORDER BY quarantine_id "
    "LIMIT $3 + 1) AS narrow) AS page WHERE before <= $4 AND place <= $3 ORDER BY quarantine_id"};

constexpr Statement kListById{
    "profile.list_quarantined_by_id",
    "SELECT quarantine_id, event, reason, violations::text, create_time, update_time, revision, "
    "byte_count FROM profile.quarantined_events WHERE quarantine_id = ANY($1::bigint[]) "
    "ORDER BY quarantine_id"};

constexpr Statement kNoteReasons{
    "profile.update_quarantine_reasons",
    "UPDATE profile.quarantined_events AS q SET reason = t.reason, violations = "
    "t.violations::jsonb, byte_count = q.byte_count + t.growth, update_time = $5, "
    "revision = revision + 1 FROM unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[]) "
    "AS t (quarantine_id, reason, violations, growth) WHERE q.quarantine_id = t.quarantine_id"};

constexpr Statement kTakeOut{
    "profile.delete_quarantined_events",
    "DELETE FROM profile.quarantined_events WHERE quarantine_id = ANY($1::bigint[])"};

constexpr Statement kDropQuarantined{
    "profile.prune_quarantined_events",
    "DELETE FROM profile.quarantined_events WHERE quarantine_id IN (SELECT quarantine_id "
    "FROM profile.quarantined_events WHERE create_time < $1 ORDER BY create_time LIMIT $2)"};

// Without a lock: a deletion that is under way waits for the quarantine's.
constexpr Statement kFindCustomer{
    "profile.find_known_customer",
    "SELECT FROM profile.customers WHERE customer_id = $1 AND deleted_time IS NULL"};

constexpr postgres::TransactionOptions kReadsQuarantine{.read_only = true};
// Whoever waits for the quarantine's lock gives up and frees its worker.
constexpr postgres::TransactionOptions kChangesQuarantine{.lock_timeout =
                                                              kAppendsToFeed.lock_timeout};

// An event that is tried again, and what is wrong with it.
struct Tried {
  QuarantinedEvent event;
  absl::Status status;
};

// Whether a customer is there, was, or is not known.
absl::StatusOr<CustomerState> StateOf(Transaction& transaction, const crypto::Cipher& cipher,
                                      absl::string_view id) {
  CLIENTELE_ASSIGN_OR_RETURN(const auto deleted,
                             FindDeleted(transaction, cipher, {std::string(id)}));
  if (!deleted.empty()) return CustomerState::kDeleted;
  CLIENTELE_ASSIGN_OR_RETURN(const Result found, transaction.Execute(kFindCustomer, {id}));
  return found.empty() ? CustomerState::kUnknown : CustomerState::kKnown;
}

std::string ReasonOf(const absl::Status& status) {
  return status.ok() ? std::string() : GetReason(status);
}

// Those that were stored go; the others keep what is wrong with them now.
absl::Status SettleTried(Transaction& transaction, const std::vector<Tried>& tried,
                         absl::Time now) {
  std::vector<std::int64_t> stored, refused, growths;
  std::vector<std::string> reasons, violations;
  for (const Tried& one : tried) {
    if (one.status.ok()) {
      stored.push_back(one.event.id);
      continue;
    }
    refused.push_back(one.event.id);
    reasons.push_back(ReasonOf(one.status));
    violations.push_back(EncodeViolations(one.status));
    growths.push_back(static_cast<std::int64_t>(violations.back().size()) -
                      static_cast<std::int64_t>(EncodeViolations(one.event.status).size()));
  }
  if (!stored.empty()) {
    CLIENTELE_RETURN_IF_ERROR(transaction.Execute(kTakeOut, {stored}).status());
  }
  if (refused.empty()) return absl::OkStatus();
  return transaction.Execute(kNoteReasons, {refused, reasons, violations, growths, now}).status();
}

}  // namespace

absl::StatusOr<QuarantinedEvent> PgQuarantineStore::ToQuarantined(const Row& row) const {
  QuarantinedEvent event;
  event.id = row.Int64(0);
  CLIENTELE_ASSIGN_OR_RETURN(
      const std::string encoded,
      cipher_->Decrypt(row.Bytes(1), QuarantinePlace(absl::StrCat(event.id))));
  CLIENTELE_ASSIGN_OR_RETURN(event.event, DecodeSentEvent(encoded));
  CLIENTELE_RETURN_IF_ERROR(DecodeStatus(row.Text(2), row.Text(3), event.status));
  event.create_time = row.Time(4);
  event.update_time = row.Time(5);
  event.revision = row.Int64(6);
  return event;
}

absl::StatusOr<std::vector<QuarantinedEvent>> PgQuarantineStore::ListQuarantined(
    const RequestContext& context, const QuarantineFilter& filter, const QuarantineRange& range) {
  std::vector<QuarantinedEvent> events;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& transaction) -> absl::Status {
        events.clear();
        CLIENTELE_ASSIGN_OR_RETURN(
            const Result rows,
            transaction.Execute(kListQuarantined, {range.after, filter.customer_id, filter.field,
                                                   range.events, range.bytes}));
        for (const Row row : rows) {
          CLIENTELE_ASSIGN_OR_RETURN(QuarantinedEvent event, ToQuarantined(row));
          events.push_back(std::move(event));
        }
        return absl::OkStatus();
      },
      kReadsQuarantine));
  return events;
}

absl::StatusOr<QuarantinedEvent> PgQuarantineStore::MendLocked(Transaction& transaction,
                                                               std::int64_t id,
                                                               const QuarantineLimits& limits,
                                                               Mend mend) const {
  CLIENTELE_ASSIGN_OR_RETURN(const QuarantineTotals totals, LockQuarantine(transaction));
  CLIENTELE_ASSIGN_OR_RETURN(const Result rows, transaction.Execute(kGetQuarantined, {id}));
  if (rows.empty()) return NotFound(QuarantinedEventName(id));
  CLIENTELE_ASSIGN_OR_RETURN(QuarantinedEvent current, ToQuarantined(rows[0]));
  CLIENTELE_ASSIGN_OR_RETURN(const QuarantinedEvent mended,
                             mend(std::move(current), [&](absl::string_view customer_id) {
                               return StateOf(transaction, *cipher_, customer_id);
                             }));
  const std::string encoded = EncodeSentEvent(mended.event);
  const std::string violations = EncodeViolations(mended.status);
  const std::int64_t bytes = QuarantineBytes(encoded.size(), violations.size());
  const std::int64_t growth = bytes - rows[0].Int64(7);
  if (growth > 0 && totals.bytes + growth > limits.bytes) {
    return WithReason(absl::FailedPreconditionError(
                          "the quarantine is full: replay or drop some of its events first"),
                      kQuarantineFull);
  }
  CLIENTELE_RETURN_IF_ERROR(
      transaction
          .Execute(kMend, {id, ClaimedCustomer(mended.event.customer),
                           Bytes{cipher_->Encrypt(encoded, QuarantinePlace(absl::StrCat(id)))},
                           ReasonOf(mended.status), violations, bytes, mended.update_time,
                           mended.revision})
          .status());
  return mended;
}

absl::StatusOr<QuarantinedEvent> PgQuarantineStore::MendQuarantined(
    const RequestContext& context, const MutationId& mutation, std::int64_t id,
    const std::optional<std::string>& claimed, const QuarantineLimits& limits, Mend mend) {
  std::string encoded;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& transaction) -> absl::Status {
        // The result goes with whom it is about.
        std::string subject = claimed.value_or("");
        if (!claimed) {
          CLIENTELE_ASSIGN_OR_RETURN(const Result rows, transaction.Execute(kGetClaimed, {id}));
          if (!rows.empty()) subject = rows[0].Text(0);
        }
        const auto write = [&]() -> absl::StatusOr<std::string> {
          CLIENTELE_ASSIGN_OR_RETURN(const QuarantinedEvent mended,
                                     MendLocked(transaction, id, limits, mend));
          return EncodeQuarantined(mended);
        };
        CLIENTELE_ASSIGN_OR_RETURN(encoded, ledger_->Once(transaction, mutation, subject, write));
        return absl::OkStatus();
      },
      kChangesQuarantine));
  return DecodeQuarantined(encoded);
}

absl::StatusOr<ReplayOutcome> PgQuarantineStore::ReplayQuarantined(
    const RequestContext& context, const std::optional<std::vector<std::int64_t>>& ids,
    const QuarantineRange& range, Judge judge) {
  ReplayOutcome outcome;
  std::vector<Change> appended;
  std::int64_t first_seq = 0;
  LeftOutCounts left_out;
  const absl::Time now = clock_->Now();
  const auto replay = [&](Transaction& transaction) -> absl::Status {
    outcome = {};
    left_out = {};
    CLIENTELE_ASSIGN_OR_RETURN(
        const Result found,
        transaction.Execute(kListToReplay, {range.after, ids, range.events, range.bytes}));
    if (found.empty()) return absl::OkStatus();
    std::vector<std::int64_t> chosen;
    std::vector<std::string> customers;
    for (const Row row : found) {
      chosen.push_back(row.Int64(0));
      customers.push_back(row.Text(1));
    }
    outcome.last_id = chosen.back();
    outcome.more = found[0].Int64(2) > static_cast<std::int64_t>(chosen.size());
    // Whoever is found to unsubscribe decides for everybody they are.
    CLIENTELE_RETURN_IF_ERROR(HoldOffMerges(transaction));
    // Customers are locked before the quarantine, as by everybody.
    CLIENTELE_RETURN_IF_ERROR(
        transaction.Execute(statements::kLockEventCustomers, {customers}).status());
    CLIENTELE_RETURN_IF_ERROR(LockQuarantine(transaction).status());
    CLIENTELE_ASSIGN_OR_RETURN(const Result rows, transaction.Execute(kListById, {chosen}));
    EventBatch batch;
    batch.skip_unknown_customers = true;
    std::vector<Tried> tried;
    for (const Row row : rows) {
      CLIENTELE_ASSIGN_OR_RETURN(QuarantinedEvent event, ToQuarantined(row));
      absl::StatusOr<Event> judged = judge(event.event);
      tried.push_back({.event = std::move(event), .status = judged.status()});
      if (!judged.ok()) continue;
      batch.events.push_back(*std::move(judged));
      batch.indices.push_back(static_cast<std::int64_t>(tried.size()) - 1);
    }
    const MutationId once;
    EventInsert insert{.context = &context, .mutation = &once, .batch = &batch};
    const std::vector<EventInsert*> members = {&insert};
    EventGroup group(members, {ledger_, cipher_, &rules_}, now);
    CLIENTELE_RETURN_IF_ERROR(group.WriteEvents(transaction));
    CLIENTELE_RETURN_IF_ERROR(insert.outcome.status());
    for (const RejectedEvent& error : insert.outcome->errors) {
      tried[static_cast<std::size_t>(error.index)].status = UnknownCustomerAt(kQuarantinePath);
    }
    CLIENTELE_RETURN_IF_ERROR(SettleTried(transaction, tried, now));
    CLIENTELE_RETURN_IF_ERROR(group.TellFeed(transaction));
    outcome.created = insert.outcome->created;
    outcome.duplicates = insert.outcome->duplicates;
    outcome.rejected =
        static_cast<std::int64_t>(tried.size()) - outcome.created - outcome.duplicates;
    outcome.change = insert.outcome->change;
    first_seq = group.first_seq();
    appended = group.AppendedChanges();
    left_out = group.left_out();
    return absl::OkStatus();
  };
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(context, replay, kAppendsToFeed));
  if (listeners_.left_out != nullptr) listeners_.left_out->Add(left_out);
  RecentChanges* const recent = listeners_.recent;
  if (outcome.created > 0 && recent != nullptr && recent->wanted()) {
    recent->Add(first_seq, std::move(appended));
  }
  return outcome;
}

absl::Status PgQuarantineStore::DeleteQuarantined(const RequestContext& context,
                                                  const MutationId& mutation, std::int64_t id) {
  return pool_->Transact(
      context,
      [&](Transaction& transaction) {
        return ledger_
            ->Once(transaction, mutation, "",
                   [&]() -> absl::StatusOr<std::string> {
                     CLIENTELE_RETURN_IF_ERROR(LockQuarantine(transaction).status());
                     CLIENTELE_ASSIGN_OR_RETURN(
                         const Result deleted,
                         transaction.Execute(kTakeOut, {std::vector<std::int64_t>{id}}));
                     if (deleted.affected_rows() == 0) return NotFound(QuarantinedEventName(id));
                     return std::string();
                   })
            .status();
      },
      kChangesQuarantine);
}

absl::StatusOr<std::int64_t> PgQuarantineStore::DropQuarantined(const RequestContext& context,
                                                                absl::Time before, int limit) {
  std::int64_t dropped = 0;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& transaction) -> absl::Status {
        CLIENTELE_RETURN_IF_ERROR(LockQuarantine(transaction).status());
        CLIENTELE_ASSIGN_OR_RETURN(const Result deleted,
                                   transaction.Execute(kDropQuarantined, {before, limit}));
        dropped = deleted.affected_rows();
        return absl::OkStatus();
      },
      kChangesQuarantine));
  return dropped;
}

}  // namespace clientele::profile
