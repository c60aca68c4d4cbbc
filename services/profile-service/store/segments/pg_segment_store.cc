#include "services/profile-service/store/segments/pg_segment_store.h"

#include "absl/strings/str_cat.h"

#include "common/postgres/statement.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/profile-service/store/changes/change_log.h"
#include "services/profile-service/store/customers/pg_customer_store.h"
#include "services/profile-service/store/events/event_codec.h"
#include "services/profile-service/store/features/pg_behavior_store.h"

namespace clientele::profile {
namespace {

using postgres::Result;
using postgres::Row;
using postgres::Statement;
using postgres::Transaction;

constexpr Statement kCountSegments{"profile.count_segments",
                                   "SELECT count(*) FROM profile.segments"};

constexpr Statement kInsertSegment{
    "profile.insert_segment",
    "INSERT INTO profile.segments (segment_id, display_name, rule, create_time) "
    "VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING segment_id"};

constexpr Statement kMakeAllDue{
    "profile.insert_all_segment_due",
    "INSERT INTO profile.segment_due AS d (customer_id, due_time) "
    "SELECT customer_id, '-infinity' FROM profile.customers WHERE deleted_time IS NULL "
    "ORDER BY customer_id ON CONFLICT (customer_id) DO UPDATE "
    "SET due_time = '-infinity', revision = d.revision + 1"};

constexpr Statement kGetSegment{
    "profile.get_segment",
    "SELECT segment_id, display_name, rule, create_time, member_count FROM profile.segments "
    "WHERE segment_id = $1"};

constexpr Statement kListSegments{
    "profile.list_segments",
    "SELECT segment_id, display_name, rule, create_time, member_count FROM profile.segments "
    "ORDER BY segment_id"};

constexpr Statement kDeleteSegment{"profile.delete_segment",
                                   "DELETE FROM profile.segments WHERE segment_id = $1"};

constexpr Statement kListMembers{
    "profile.list_segment_members",
    "SELECT customer_id, join_time FROM profile.segment_members WHERE segment_id = $1 "
    "AND customer_id > $2 ORDER BY customer_id LIMIT $3"};

constexpr Statement kTakeDue{
    "profile.claim_segment_due",
    "UPDATE profile.segment_due SET lease_expire_time = $3 WHERE ctid = ANY (ARRAY("
    "SELECT ctid FROM profile.segment_due WHERE due_time <= $2 AND lease_expire_time <= $2 "
    "ORDER BY due_time LIMIT $1 FOR UPDATE SKIP LOCKED)) RETURNING customer_id, revision"};

constexpr Statement kRecentEvents{
    "profile.list_events_since",
    "SELECT event_id, type, event_time, item_id, category, quantity, amount_micros, "
    "currency_code, channel, device, rating, source, customer_id FROM profile.events "
    "WHERE customer_id IN (SELECT profile.members_of($1)) AND event_time > $2"};

// Keeps the customer from being deleted or merged until the memberships are committed.
constexpr Statement kHoldCustomer{"profile.lock_segment_customer",
                                  "SELECT 1 FROM profile.customers WHERE customer_id = $1 AND "
                                  "deleted_time IS NULL AND survivor_id IS NULL FOR SHARE"};

// What was due of a customer who was merged is due of the survivor.
constexpr Statement kHandOver{
    "profile.insert_survivor_segment_due",
    "WITH gone AS (DELETE FROM profile.segment_due WHERE customer_id = $1 RETURNING customer_id) "
    "INSERT INTO profile.segment_due AS d (customer_id, due_time) "
    "SELECT c.survivor_id, '-infinity' FROM gone JOIN profile.customers AS c USING (customer_id) "
    "WHERE c.survivor_id IS NOT NULL ON CONFLICT (customer_id) "
    "DO UPDATE SET due_time = '-infinity', revision = d.revision + 1"};

constexpr Statement kLeave{"profile.delete_segment_members",
                           "DELETE FROM profile.segment_members WHERE customer_id = $1 AND "
                           "segment_id <> ALL ($2::text[]) RETURNING segment_id"};

constexpr Statement kJoin{
    "profile.insert_segment_members",
    "INSERT INTO profile.segment_members (customer_id, segment_id, join_time) "
    "SELECT $1, segment_id, $3 FROM profile.segments WHERE segment_id = ANY ($2::text[]) "
    "ORDER BY segment_id FOR KEY SHARE ON CONFLICT DO NOTHING RETURNING segment_id"};

constexpr Statement kPostpone{
    "profile.update_segment_due",
    "UPDATE profile.segment_due SET lease_expire_time = '-infinity', "
    "due_time = CASE WHEN revision = $2 THEN $3::timestamptz ELSE due_time END "
    "WHERE customer_id = $1"};

constexpr int kCustomerOfEvent = 12;  // of kRecentEvents

constexpr postgres::TransactionOptions kReads{.read_only = true};

Segment ToSegment(const Row& row) {
  return {.id = row.Text(0),
          .display_name = row.Text(1),
          .rule = row.Text(2),
          .create_time = row.Time(3),
          .member_count = row.Int64(4)};
}

// Of one customer; the rows name the segments.
NewChanges Memberships(ChangeKind kind, const std::string& customer_id, const Result& rows) {
  NewChanges changes{.kind = kind};
  for (const Row row : rows) {
    changes.customer_ids.push_back(customer_id);
    changes.event_ids.push_back(row.Text(0));
  }
  return changes;
}

absl::StatusOr<Segment> ReadSegment(Transaction& transaction, absl::string_view id) {
  CLIENTELE_ASSIGN_OR_RETURN(const Result rows, transaction.Execute(kGetSegment, {id}));
  if (rows.empty()) return NotFound(SegmentName(id));
  return ToSegment(rows[0]);
}

absl::Status InsertSegment(Transaction& transaction, const Segment& segment, int max_segments) {
  CLIENTELE_ASSIGN_OR_RETURN(const Result count, transaction.Execute(kCountSegments));
  if (count[0].Int64(0) >= max_segments) {
    return absl::ResourceExhaustedError(
        absl::StrCat("there are ", max_segments, " segments already: delete one"));
  }
  CLIENTELE_ASSIGN_OR_RETURN(
      const Result made, transaction.Execute(kInsertSegment, {segment.id, segment.display_name,
                                                              segment.rule, segment.create_time}));
  if (made.empty()) return AlreadyExists(SegmentName(segment.id));
  return transaction.Execute(kMakeAllDue).status();
}

}  // namespace

absl::StatusOr<Segment> PgSegmentStore::CreateSegment(const RequestContext& context,
                                                      const MutationId& mutation,
                                                      const Segment& segment, int max_segments) {
  Segment made;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(context, [&](Transaction& transaction) -> absl::Status {
    const auto insert = [&]() -> absl::StatusOr<std::string> {
      CLIENTELE_RETURN_IF_ERROR(InsertSegment(transaction, segment, max_segments));
      return std::string();
    };
    CLIENTELE_RETURN_IF_ERROR(ledger_->Once(transaction, mutation, "", insert).status());
    CLIENTELE_ASSIGN_OR_RETURN(made, ReadSegment(transaction, segment.id));
    return absl::OkStatus();
  }));
  return made;
}

absl::StatusOr<Segment> PgSegmentStore::GetSegment(const RequestContext& context,
                                                   absl::string_view id) {
  Segment segment;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& transaction) -> absl::Status {
        CLIENTELE_ASSIGN_OR_RETURN(segment, ReadSegment(transaction, id));
        return absl::OkStatus();
      },
      kReads));
  return segment;
}

absl::StatusOr<std::vector<Segment>> PgSegmentStore::ListSegments(const RequestContext& context) {
  std::vector<Segment> segments;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& transaction) -> absl::Status {
        segments.clear();
        CLIENTELE_ASSIGN_OR_RETURN(const Result rows, transaction.Execute(kListSegments));
        segments.reserve(rows.size());
        for (const Row row : rows) segments.push_back(ToSegment(row));
        return absl::OkStatus();
      },
      kReads));
  return segments;
}

absl::Status PgSegmentStore::DeleteSegment(const RequestContext& context,
                                           const MutationId& mutation, absl::string_view id) {
  return pool_->Transact(context, [&](Transaction& transaction) {
    const auto erase = [&]() -> absl::StatusOr<std::string> {
      CLIENTELE_ASSIGN_OR_RETURN(const Result gone, transaction.Execute(kDeleteSegment, {id}));
      if (gone.affected_rows() == 0) return NotFound(SegmentName(id));
      return std::string();
    };
    return ledger_->Once(transaction, mutation, "", erase).status();
  });
}

absl::StatusOr<std::vector<SegmentMember>> PgSegmentStore::ListMembers(
    const RequestContext& context, absl::string_view id, absl::string_view after_id, int limit) {
  std::vector<SegmentMember> members;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& transaction) -> absl::Status {
        members.clear();
        CLIENTELE_RETURN_IF_ERROR(ReadSegment(transaction, id).status());
        CLIENTELE_ASSIGN_OR_RETURN(const Result rows,
                                   transaction.Execute(kListMembers, {id, after_id, limit}));
        members.reserve(rows.size());
        for (const Row row : rows) {
          members.push_back({.customer_id = row.Text(0), .join_time = row.Time(1), .reasons = {}});
        }
        return absl::OkStatus();
      },
      kReads));
  return members;
}

absl::StatusOr<std::vector<DueCustomer>> PgSegmentStore::TakeDue(const RequestContext& context,
                                                                 int limit, absl::Time now,
                                                                 absl::Duration lease) {
  std::vector<DueCustomer> due;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(context, [&](Transaction& transaction) -> absl::Status {
    due.clear();
    CLIENTELE_ASSIGN_OR_RETURN(const Result rows,
                               transaction.Execute(kTakeDue, {limit, now, now + lease}));
    due.reserve(rows.size());
    for (const Row row : rows) due.push_back({row.Text(0), row.Int64(1)});
    return absl::OkStatus();
  }));
  return due;
}

absl::StatusOr<CustomerRecord> PgSegmentStore::ReadRecord(const RequestContext& context,
                                                          absl::string_view customer_id,
                                                          absl::Time now,
                                                          const AffinityModel& affinity,
                                                          absl::Time events_since) {
  CustomerRecord record;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& transaction) -> absl::Status {
        record = {};
        CLIENTELE_ASSIGN_OR_RETURN(record.customer,
                                   ReadCustomer(transaction, *cipher_, customer_id));
        CLIENTELE_ASSIGN_OR_RETURN(
            record.behavior, ReadBehavior(transaction, *cipher_, customer_id, now, affinity, {}));
        if (events_since == absl::InfiniteFuture()) return absl::OkStatus();
        CLIENTELE_ASSIGN_OR_RETURN(const Result rows,
                                   transaction.Execute(kRecentEvents, {customer_id, events_since}));
        record.events.reserve(rows.size());
        for (const Row row : rows) {
          CLIENTELE_ASSIGN_OR_RETURN(Event event,
                                     ToEvent(nullptr, row.Text(kCustomerOfEvent), row, 0));
          record.events.push_back(std::move(event));
        }
        return absl::OkStatus();
      },
      {.isolation = postgres::TransactionOptions::Isolation::kRepeatableRead, .read_only = true}));
  return record;
}

absl::Status PgSegmentStore::Settle(const RequestContext& context, const DueCustomer& customer,
                                    const std::vector<std::string>& segment_ids,
                                    std::optional<absl::Time> next, absl::Time now) {
  return pool_->Transact(
      context,
      [&](Transaction& transaction) -> absl::Status {
        const std::string& id = customer.customer_id;
        CLIENTELE_ASSIGN_OR_RETURN(const Result held, transaction.Execute(kHoldCustomer, {id}));
        if (held.empty()) return transaction.Execute(kHandOver, {id}).status();
        CLIENTELE_ASSIGN_OR_RETURN(const Result left,
                                   transaction.Execute(kLeave, {id, segment_ids}));
        CLIENTELE_ASSIGN_OR_RETURN(const Result joined,
                                   transaction.Execute(kJoin, {id, segment_ids, now}));
        CLIENTELE_RETURN_IF_ERROR(
            transaction
                .Execute(kPostpone, {id, customer.revision, next.value_or(absl::InfiniteFuture())})
                .status());
        CLIENTELE_RETURN_IF_ERROR(
            AppendChanges(transaction, Memberships(ChangeKind::kSegmentLeft, id, left), now)
                .status());
        return AppendChanges(transaction, Memberships(ChangeKind::kSegmentJoined, id, joined), now)
            .status();
      },
      kAppendsToFeed);
}

}  // namespace clientele::profile
