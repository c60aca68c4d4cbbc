#include "services/profile-service/store/changes/pg_change_store.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/profile-service/core/changes/snapshot.h"
#include "services/profile-service/store/changes/change_log.h"
#include "services/profile-service/store/changes/feed_statements.h"
#include "services/profile-service/store/events/event_codec.h"

namespace clientele::profile {
namespace {

using postgres::Result;
using postgres::Row;
using postgres::Transaction;
using postgres::TransactionOptions;

constexpr int kSealedCustomerId = 20;
constexpr int kConsents = 21;
constexpr int kSurvivorId = 22;
constexpr int kSegmentId = 23;
constexpr int kExpiredType = 24;
constexpr int kExpiredBefore = 25;
constexpr char kPlaceOfPlace[] = "profile.snapshot_place";
// Texts have up to 16 KiB each.
constexpr int kRowsWithTexts = 256;

int RowsAtOnce(const PageLimit& limit) {
  return limit.include_text ? std::min(limit.changes, kRowsWithTexts) : limit.changes;
}

absl::StatusOr<FeedState> ReadState(Transaction& transaction) {
  CLIENTELE_ASSIGN_OR_RETURN(const Result rows, transaction.Execute(statements::kFeedState));
  if (rows.empty()) return absl::InternalError("profile.feed has lost its row");
  return FeedState{
      .epoch = rows[0].Text(0), .last_seq = rows[0].Int64(1), .compacted_seq = rows[0].Int64(2)};
}

// nullopt: the change's event was erased.
absl::StatusOr<std::optional<Change>> ToChange(const crypto::Cipher& cipher, const Row& row) {
  Change change;
  change.kind = static_cast<ChangeKind>(row.Int64(1));
  change.customer_id = row.Text(2);
  change.change_time = row.Time(3);
  if (change.kind == ChangeKind::kEvent) {
    if (row.IsNull(4)) return std::nullopt;
    CLIENTELE_ASSIGN_OR_RETURN(change.event, ToEvent(&cipher, change.customer_id, row, 4));
  }
  if (!row.IsNull(kSealedCustomerId)) {
    CLIENTELE_ASSIGN_OR_RETURN(
        change.customer_id,
        OpenDeletedCustomer(cipher, row.Int64(0), row.Bytes(kSealedCustomerId)));
  }
  if (!row.IsNull(kConsents)) change.consents = consent::Consents(row.Int64(kConsents));
  change.survivor_id = row.Text(kSurvivorId);
  change.segment_id = row.Text(kSegmentId);
  if (!row.IsNull(kExpiredType)) {
    change.expired = {static_cast<EventType>(row.Int64(kExpiredType)), row.Time(kExpiredBefore)};
  }
  return change;
}

absl::StatusOr<ChangePage> ReadPage(Transaction& transaction, const crypto::Cipher& cipher,
                                    int64_t after, const PageLimit& limit) {
  ChangePage page{.changes = {}, .last_seq = after, .feed = {}};
  CLIENTELE_ASSIGN_OR_RETURN(const Result rows,
                             transaction.Execute(statements::kReadChanges,
                                                 {after, RowsAtOnce(limit), limit.include_text}));
  page.changes.reserve(rows.size());
  int64_t bytes = 0;
  for (const Row row : rows) {
    CLIENTELE_ASSIGN_OR_RETURN(std::optional<Change> change, ToChange(cipher, row));
    if (change.has_value() && PartOf(change->kind) == limit.part) {
      bytes += BytesOf(*change);
      if (bytes > limit.bytes && !page.changes.empty()) break;
      page.changes.push_back(*std::move(change));
    }
    page.last_seq = row.Int64(0);
    page.last_time = row.Time(3);
  }
  // Last: what it says of the changes above holds then.
  CLIENTELE_ASSIGN_OR_RETURN(page.feed, ReadState(transaction));
  return page;
}

absl::StatusOr<SnapshotRows> ReadRows(Transaction& transaction, const crypto::Cipher& cipher,
                                      const SnapshotKey& after, const PageLimit& limit) {
  const int count = RowsAtOnce(limit);
  SnapshotRows rows;
  CLIENTELE_ASSIGN_OR_RETURN(
      const Result customers,
      transaction.Execute(statements::kSnapshotCustomers, {after.customer_id, count}));
  rows.customers.reserve(customers.size());
  for (const Row row : customers) {
    rows.customers.push_back({.id = row.Text(0),
                              .consents = consent::Consents(row.Int64(1)),
                              .survivor_id = row.Text(2)});
  }
  rows.more_customers = static_cast<int>(customers.size()) == count;
  CLIENTELE_ASSIGN_OR_RETURN(
      const Result events,
      transaction.Execute(statements::kSnapshotEvents,
                          {after.customer_id, after.event_id, count, limit.include_text}));
  for (const Row row : events) {
    CLIENTELE_ASSIGN_OR_RETURN(Event event, ToEvent(&cipher, row.Text(0), row, 1));
    rows.events.push_back(std::move(event));
  }
  rows.more_events = static_cast<int>(events.size()) == count;
  return rows;
}

}  // namespace

absl::StatusOr<FeedState> PgChangeStore::State(const RequestContext& context) {
  FeedState state;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(context,
                                            [&](Transaction& transaction) -> absl::Status {
                                              CLIENTELE_ASSIGN_OR_RETURN(state,
                                                                         ReadState(transaction));
                                              return absl::OkStatus();
                                            },
                                            {.read_only = true}));
  return state;
}

absl::StatusOr<ChangePage> PgChangeStore::Read(const RequestContext& context, int64_t after,
                                               const PageLimit& limit) {
  ChangePage page;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& transaction) -> absl::Status {
        CLIENTELE_ASSIGN_OR_RETURN(page, ReadPage(transaction, *cipher_, after, limit));
        return absl::OkStatus();
      },
      {.read_only = true}));
  return page;
}

absl::StatusOr<std::optional<absl::Time>> PgChangeStore::TimeOf(const RequestContext& context,
                                                                int64_t seq) {
  std::optional<absl::Time> time;
  CLIENTELE_RETURN_IF_ERROR(
      pool_->Transact(context,
                      [&](Transaction& transaction) -> absl::Status {
                        CLIENTELE_ASSIGN_OR_RETURN(
                            const Result rows, transaction.Execute(statements::kChangeTime, {seq}));
                        time.reset();
                        if (!rows.empty()) time = rows[0].Time(0);
                        return absl::OkStatus();
                      },
                      {.read_only = true}));
  return time;
}

absl::StatusOr<std::optional<SnapshotKey>> PgChangeStore::OpenPlace(absl::string_view place) const {
  if (place.empty()) return std::nullopt;
  const absl::StatusOr<std::string> plain = cipher_->Decrypt(place, kPlaceOfPlace);
  if (!plain.ok()) {
    return WithReason(absl::FailedPreconditionError("the snapshot cannot be continued; begin again "
                                                    "without a cursor"),
                      changefeed::kResyncRequired);
  }
  // Neither has spaces.
  const std::pair<std::string, std::string> parts = absl::StrSplit(*plain, absl::MaxSplits(' ', 1));
  return SnapshotKey{.customer_id = parts.first, .event_id = parts.second};
}

absl::StatusOr<SnapshotPage> PgChangeStore::ReadSnapshot(const RequestContext& context,
                                                         absl::string_view place,
                                                         const PageLimit& limit) {
  CLIENTELE_ASSIGN_OR_RETURN(const std::optional<SnapshotKey> after, OpenPlace(place));
  SnapshotPage page;
  // One view of both tables.
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& transaction) -> absl::Status {
        CLIENTELE_ASSIGN_OR_RETURN(
            SnapshotRows rows,
            ReadRows(transaction, *cipher_, after.value_or(SnapshotKey()), limit));
        page = MakeSnapshotPage(after, std::move(rows), limit, clock_->Now());
        CLIENTELE_ASSIGN_OR_RETURN(const FeedState state, ReadState(transaction));
        page.epoch = state.epoch;
        return absl::OkStatus();
      },
      {.isolation = TransactionOptions::Isolation::kRepeatableRead, .read_only = true}));
  if (const auto& through = page.range.through; through.has_value()) {
    page.next_place =
        cipher_->Encrypt(absl::StrCat(through->customer_id, " ", through->event_id), kPlaceOfPlace);
  }
  return page;
}

absl::Status PgChangeStore::Acknowledge(const RequestContext& context, absl::string_view follower,
                                        absl::string_view epoch, int64_t seq) {
  return pool_->Transact(context, [&](Transaction& transaction) {
    return transaction.Execute(statements::kAcknowledge, {follower, epoch, seq, clock_->Now()})
        .status();
  });
}

absl::Status PgChangeStore::RenewEpoch(const RequestContext& context, absl::string_view expected) {
  return pool_->Transact(context, [&](Transaction& transaction) {
    return transaction.Execute(statements::kRenewEpoch, {expected}).status();
  });
}

absl::StatusOr<int64_t> PgChangeStore::Compact(const RequestContext& context, absl::Time before,
                                               int64_t limit) {
  int64_t deleted = 0;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(context, [&](Transaction& transaction) -> absl::Status {
    CLIENTELE_RETURN_IF_ERROR(transaction.Execute(statements::kForgetFollowers, {before}).status());
    CLIENTELE_ASSIGN_OR_RETURN(const Result rows,
                               transaction.Execute(statements::kCompact, {before, limit}));
    deleted = rows[0].Int64(0);
    return absl::OkStatus();
  }));
  return deleted;
}

absl::Status BeginEpoch(postgres::ConnectionPool& pool, const RequestContext& context) {
  return pool.Transact(context, [&](Transaction& transaction) {
    return transaction.Execute(statements::kBeginEpoch).status();
  });
}

}  // namespace clientele::profile
