#include "services/profile-service/store/segments/pg_membership_store.h"

#include <cstddef>
#include <cstdint>
#include <set>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "common/status/status_macros.h"
#include "services/profile-service/store/changes/change_log.h"
#include "services/profile-service/store/segments/candidate_list.h"
#include "services/profile-service/store/segments/customer_records.h"
#include "services/profile-service/store/segments/membership_statements.h"

namespace clientele::profile {
namespace {

using postgres::Result;
using postgres::Row;
using postgres::Transaction;

constexpr postgres::TransactionOptions kOneMoment{
    .isolation = postgres::TransactionOptions::Isolation::kRepeatableRead, .read_only = true};

// Reads whole tables.
constexpr absl::Duration kListTimeout = absl::Minutes(5);

using Revisions = std::unordered_map<std::string, std::int64_t>;

Revisions RevisionsOf(const Result& rows) {
  Revisions revisions;
  for (const Row row : rows) revisions[row.Text(0)] = row.Int64(1);
  return revisions;
}

std::int64_t RevisionOf(const Revisions& revisions, const std::string& customer_id) {
  const auto found = revisions.find(customer_id);
  return found == revisions.end() ? 0 : found->second;
}

// Columns of memberships.
struct MembershipColumns {
  std::vector<std::string> customers, segments;

  void Add(std::string customer, std::string segment) {
    customers.push_back(std::move(customer));
    segments.push_back(std::move(segment));
  }
};

MembershipColumns ColumnsOf(const Result& rows) {
  MembershipColumns columns;
  for (const Row row : rows) columns.Add(row.Text(0), row.Text(1));
  return columns;
}

absl::Status AppendMemberships(Transaction& transaction, ChangeKind kind, MembershipColumns columns,
                               absl::Time time) {
  return AppendChanges(transaction,
                       {.kind = kind,
                        .customer_ids = std::move(columns.customers),
                        .event_ids = std::move(columns.segments)},
                       time)
      .status();
}

struct Difference {
  MembershipColumns joined, left;

  // Of the decisions to what is stored, in `rows` of customers and segments.
  Difference(const std::vector<const CustomerDecision*>& decisions, const Result& rows) {
    std::unordered_map<std::string, std::set<std::string>> stored;
    for (const Row row : rows) stored[row.Text(0)].insert(row.Text(1));
    for (const CustomerDecision* decision : decisions) {
      std::set<std::string>& before = stored[decision->customer_id];
      for (const std::string& segment : decision->segment_ids) {
        if (before.erase(segment) == 0) joined.Add(decision->customer_id, segment);
      }
      for (const std::string& segment : before) left.Add(decision->customer_id, segment);
    }
  }

  std::vector<std::string> Segments() const {
    std::set<std::string> all(joined.segments.begin(), joined.segments.end());
    all.insert(left.segments.begin(), left.segments.end());
    return {all.begin(), all.end()};
  }
};

void KeepSegments(const std::unordered_set<std::string>& kept, MembershipColumns& columns) {
  MembershipColumns rest;
  for (std::size_t i = 0; i < columns.customers.size(); ++i) {
    if (!kept.contains(columns.segments[i])) continue;
    rest.Add(std::move(columns.customers[i]), std::move(columns.segments[i]));
  }
  columns = std::move(rest);
}

absl::StatusOr<std::unordered_set<std::string>> Held(Transaction& transaction,
                                                     const postgres::Statement& statement,
                                                     const std::vector<std::string>& ids) {
  CLIENTELE_ASSIGN_OR_RETURN(const Result rows, transaction.Execute(statement, {ids}));
  std::unordered_set<std::string> held;
  for (const Row row : rows) held.insert(row.Text(0));
  return held;
}

std::vector<std::string> IdsOf(const DecisionBatch& batch) {
  std::vector<std::string> ids;
  ids.reserve(batch.customers.size());
  for (const CustomerDecision& decision : batch.customers) ids.push_back(decision.customer_id);
  return ids;
}

// The decisions that count, whose customers are due again when they say so; the others' are due at
// once. The customers are held.
absl::StatusOr<std::vector<const CustomerDecision*>> Postpone(
    Transaction& transaction, const DecisionBatch& batch,
    const std::unordered_set<std::string>& held) {
  const std::vector<std::string> ids(held.begin(), held.end());
  CLIENTELE_ASSIGN_OR_RETURN(const Result rows, transaction.Execute(statements::kLockDue, {ids}));
  const Revisions revisions = RevisionsOf(rows);
  std::vector<const CustomerDecision*> counting;
  std::vector<std::string> customers;
  std::vector<absl::Time> times;
  for (const CustomerDecision& decision : batch.customers) {
    if (!held.contains(decision.customer_id)) continue;
    customers.push_back(decision.customer_id);
    if (RevisionOf(revisions, decision.customer_id) != decision.revision) {
      times.push_back(absl::InfinitePast());
      continue;
    }
    counting.push_back(&decision);
    times.push_back(decision.next_change.value_or(absl::InfiniteFuture()));
  }
  CLIENTELE_RETURN_IF_ERROR(
      transaction.Execute(statements::kPostpone, {customers, times}).status());
  return counting;
}

absl::StatusOr<int> WriteDifference(Transaction& transaction, Difference difference,
                                    absl::Time time) {
  const std::vector<std::string> segments = difference.Segments();
  if (segments.empty()) return 0;
  CLIENTELE_ASSIGN_OR_RETURN(const std::unordered_set<std::string> kept,
                             Held(transaction, statements::kLockSegments, segments));
  KeepSegments(kept, difference.joined);
  KeepSegments(kept, difference.left);
  CLIENTELE_ASSIGN_OR_RETURN(const Result left,
                             transaction.Execute(statements::kLeave, {difference.left.customers,
                                                                      difference.left.segments}));
  CLIENTELE_ASSIGN_OR_RETURN(
      const Result joined,
      transaction.Execute(statements::kJoin,
                          {difference.joined.customers, difference.joined.segments, time}));
  CLIENTELE_RETURN_IF_ERROR(
      AppendMemberships(transaction, ChangeKind::kSegmentLeft, ColumnsOf(left), time));
  CLIENTELE_RETURN_IF_ERROR(
      AppendMemberships(transaction, ChangeKind::kSegmentJoined, ColumnsOf(joined), time));
  return static_cast<int>(left.size() + joined.size());
}

// False where somebody else came this far.
absl::StatusOr<bool> Advance(Transaction& transaction, const SegmentFill& fill,
                             const std::optional<std::string>& next_after) {
  CLIENTELE_ASSIGN_OR_RETURN(
      const Result locked,
      transaction.Execute(statements::kLockFill, {fill.segment_id, fill.after_id}));
  if (locked.empty()) return false;
  if (!next_after) {
    CLIENTELE_RETURN_IF_ERROR(
        transaction.Execute(statements::kEndFill, {fill.segment_id}).status());
    return true;
  }
  CLIENTELE_ASSIGN_OR_RETURN(const Result position,
                             transaction.Execute(statements::kHoldPosition, {*next_after}));
  // Deleted meanwhile: the page is read again.
  const std::string& reached = position.empty() ? fill.after_id : *next_after;
  CLIENTELE_RETURN_IF_ERROR(
      transaction.Execute(statements::kAdvanceFill, {fill.segment_id, reached}).status());
  return !position.empty();
}

// Those who are held and have the revision on which it was decided join; the others are due.
absl::StatusOr<MembershipColumns> JoinedByFill(Transaction& transaction, const SegmentFill& fill,
                                               const DecisionBatch& batch) {
  DecisionBatch told{.segment_ids = {}, .customers = {}, .decide_time = batch.decide_time};
  for (const CustomerDecision& decision : batch.customers) {
    if (decision.segment_ids.empty() && !decision.next_change) continue;
    told.customers.push_back(decision);
  }
  MembershipColumns joined;
  if (told.customers.empty()) return joined;
  CLIENTELE_ASSIGN_OR_RETURN(const std::unordered_set<std::string> held,
                             Held(transaction, statements::kHoldCustomers, IdsOf(told)));
  const std::vector<std::string> ids(held.begin(), held.end());
  CLIENTELE_ASSIGN_OR_RETURN(const Result rows,
                             transaction.Execute(statements::kListRevisions, {ids}));
  const Revisions revisions = RevisionsOf(rows);
  std::vector<std::string> due;
  std::vector<absl::Time> times;
  for (const CustomerDecision& decision : told.customers) {
    const std::string& id = decision.customer_id;
    if (!held.contains(id)) continue;
    if (RevisionOf(revisions, id) != decision.revision) {
      due.push_back(id);
      times.push_back(absl::InfinitePast());
      continue;
    }
    if (decision.next_change) {
      due.push_back(id);
      times.push_back(*decision.next_change);
    }
    if (!decision.segment_ids.empty()) joined.Add(id, fill.segment_id);
  }
  if (!due.empty()) {
    CLIENTELE_RETURN_IF_ERROR(transaction.Execute(statements::kMakeDue, {due, times}).status());
  }
  return joined;
}

}  // namespace

absl::StatusOr<std::vector<DueCustomer>> PgMembershipStore::TakeDue(const RequestContext& context,
                                                                    int limit, absl::Time now,
                                                                    absl::Duration lease) {
  std::vector<DueCustomer> due;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(context, [&](Transaction& transaction) -> absl::Status {
    due.clear();
    CLIENTELE_ASSIGN_OR_RETURN(
        const Result rows, transaction.Execute(statements::kTakeDue, {limit, now, now + lease}));
    due.reserve(rows.size());
    for (const Row row : rows) due.push_back({row.Text(0), row.Int64(1)});
    return absl::OkStatus();
  }));
  return due;
}

absl::StatusOr<std::vector<CustomerRecord>> PgMembershipStore::ReadRecords(
    const RequestContext& context, const std::vector<std::string>& customer_ids,
    const RecordQuery& query) {
  std::vector<CustomerRecord> records;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& transaction) -> absl::Status {
        CLIENTELE_ASSIGN_OR_RETURN(records,
                                   ReadCustomerRecords(transaction, *cipher_, customer_ids, query));
        return absl::OkStatus();
      },
      kOneMoment));
  return records;
}

absl::StatusOr<int> PgMembershipStore::Settle(const RequestContext& context,
                                              const DecisionBatch& batch) {
  int changed = 0;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& transaction) -> absl::Status {
        changed = 0;
        const std::vector<std::string> ids = IdsOf(batch);
        CLIENTELE_RETURN_IF_ERROR(transaction.Execute(statements::kHoldOffFills).status());
        CLIENTELE_ASSIGN_OR_RETURN(const std::unordered_set<std::string> held,
                                   Held(transaction, statements::kHoldCustomers, ids));
        std::vector<std::string> gone;
        for (const std::string& id : ids) {
          if (!held.contains(id)) gone.push_back(id);
        }
        if (!gone.empty()) {
          CLIENTELE_RETURN_IF_ERROR(transaction.Execute(statements::kHandOver, {gone}).status());
        }
        if (held.empty()) return absl::OkStatus();
        CLIENTELE_ASSIGN_OR_RETURN(const std::vector<const CustomerDecision*> counting,
                                   Postpone(transaction, batch, held));
        std::vector<std::string> customers;
        for (const CustomerDecision* decision : counting) {
          customers.push_back(decision->customer_id);
        }
        CLIENTELE_ASSIGN_OR_RETURN(
            const Result stored,
            transaction.Execute(statements::kListMemberships, {customers, batch.segment_ids}));
        CLIENTELE_ASSIGN_OR_RETURN(
            changed, WriteDifference(transaction, Difference(counting, stored), batch.decide_time));
        return absl::OkStatus();
      },
      kAppendsToFeed));
  return changed;
}

absl::StatusOr<std::optional<SegmentFill>> PgMembershipStore::TakeFill(
    const RequestContext& context, absl::Time now, absl::Duration lease) {
  std::optional<SegmentFill> fill;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(context, [&](Transaction& transaction) -> absl::Status {
    fill.reset();
    CLIENTELE_RETURN_IF_ERROR(transaction.Execute(statements::kBeginFills).status());
    CLIENTELE_ASSIGN_OR_RETURN(const Result rows,
                               transaction.Execute(statements::kTakeFill, {now, now + lease}));
    if (rows.empty()) return absl::OkStatus();
    fill = SegmentFill{.segment_id = rows[0].Text(0),
                       .rule = rows[0].Text(1),
                       .after_id = rows[0].Text(2),
                       .begin_id = rows[0].Int64(3)};
    return absl::OkStatus();
  }));
  return fill;
}

absl::StatusOr<std::vector<Candidate>> PgMembershipStore::ListCandidates(
    const RequestContext& context, const RuleNarrowing& narrowing, absl::string_view after_id,
    int limit, absl::Time now) {
  std::vector<Candidate> candidates;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& transaction) -> absl::Status {
        CLIENTELE_ASSIGN_OR_RETURN(
            candidates, profile::ListCandidates(transaction, narrowing, after_id, limit, now));
        return absl::OkStatus();
      },
      {.read_only = true, .statement_timeout = kListTimeout}));
  return candidates;
}

absl::StatusOr<int> PgMembershipStore::SettleFill(const RequestContext& context,
                                                  const SegmentFill& fill,
                                                  const std::optional<std::string>& next_after,
                                                  const DecisionBatch& batch) {
  int count = 0;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& transaction) -> absl::Status {
        count = 0;
        CLIENTELE_ASSIGN_OR_RETURN(const bool first, Advance(transaction, fill, next_after));
        if (!first) return absl::OkStatus();
        CLIENTELE_ASSIGN_OR_RETURN(const MembershipColumns joining,
                                   JoinedByFill(transaction, fill, batch));
        if (joining.customers.empty()) return absl::OkStatus();
        CLIENTELE_ASSIGN_OR_RETURN(const std::unordered_set<std::string> kept,
                                   Held(transaction, statements::kLockSegments, {fill.segment_id}));
        if (kept.empty()) return absl::OkStatus();
        CLIENTELE_ASSIGN_OR_RETURN(
            const Result joined,
            transaction.Execute(statements::kJoin,
                                {joining.customers, joining.segments, batch.decide_time}));
        count = static_cast<int>(joined.size());
        return AppendMemberships(transaction, ChangeKind::kSegmentJoined, ColumnsOf(joined),
                                 batch.decide_time);
      },
      kAppendsToFeed));
  return count;
}

}  // namespace clientele::profile
