#include "services/profile-service/store/segments/pg_segment_store.h"

#include "absl/strings/str_cat.h"

#include "common/postgres/statement.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/profile-service/store/segments/membership_statements.h"

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

constexpr Statement kInsertFill{"profile.insert_segment_fill",
                                "INSERT INTO profile.segment_fills (segment_id) VALUES ($1)"};

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

// Who was deleted meanwhile is passed over; replicas take the segments in one order.
constexpr Statement kRecordSizes{
    "profile.upsert_segment_sizes",
    "INSERT INTO profile.segment_sizes AS s (segment_id, day, member_count) "
    "SELECT segment_id, date '1970-01-01' + $1::integer, member_count FROM profile.segments "
    "ORDER BY segment_id FOR KEY SHARE ON CONFLICT (segment_id, day) DO UPDATE "
    "SET member_count = excluded.member_count WHERE s.member_count <> excluded.member_count"};

constexpr Statement kForgetSizes{
    "profile.delete_segment_sizes",
    "DELETE FROM profile.segment_sizes WHERE day < date '1970-01-01' + $1::integer"};

constexpr Statement kListSizes{
    "profile.list_segment_sizes",
    "SELECT day - date '1970-01-01', member_count FROM profile.segment_sizes "
    "WHERE segment_id = $1 ORDER BY day"};

constexpr absl::CivilDay kFirstDay(1970, 1, 1);

constexpr postgres::TransactionOptions kReads{.read_only = true};

Segment ToSegment(const Row& row) {
  return {.id = row.Text(0),
          .display_name = row.Text(1),
          .rule = row.Text(2),
          .create_time = row.Time(3),
          .member_count = row.Int64(4)};
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
  return transaction.Execute(kInsertFill, {segment.id}).status();
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
      // Before the segment, as those who decide about members take them.
      CLIENTELE_RETURN_IF_ERROR(transaction.Execute(statements::kEndFill, {id}).status());
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

absl::Status PgSegmentStore::RecordSizes(const RequestContext& context, absl::CivilDay day,
                                         absl::CivilDay keep_from) {
  return pool_->Transact(context, [&](Transaction& transaction) -> absl::Status {
    CLIENTELE_RETURN_IF_ERROR(transaction.Execute(kRecordSizes, {day - kFirstDay}).status());
    return transaction.Execute(kForgetSizes, {keep_from - kFirstDay}).status();
  });
}

absl::StatusOr<SizedSegment> PgSegmentStore::GetSizedSegment(const RequestContext& context,
                                                             absl::string_view id) {
  SizedSegment sized;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& transaction) -> absl::Status {
        CLIENTELE_ASSIGN_OR_RETURN(sized.segment, ReadSegment(transaction, id));
        CLIENTELE_ASSIGN_OR_RETURN(const Result rows, transaction.Execute(kListSizes, {id}));
        sized.sizes.clear();
        for (const Row row : rows) {
          sized.sizes.push_back({.day = kFirstDay + row.Int64(0), .member_count = row.Int64(1)});
        }
        return absl::OkStatus();
      },
      kReads));
  return sized;
}

}  // namespace clientele::profile
