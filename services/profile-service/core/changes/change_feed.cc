#include "services/profile-service/core/changes/change_feed.h"

#include <algorithm>
#include <utility>

#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::profile {
namespace {

constexpr int kMaxBatchSize = 5000;
constexpr std::size_t kMaxFollowerBytes = 64;
constexpr int64_t kCompactedAtOnce = 10'000;
// What is read from memory does not tell whether the database was restored.
constexpr absl::Duration kVerifyInterval = absl::Seconds(1);

absl::Status ResyncRequired(absl::string_view why) {
  return WithReason(absl::FailedPreconditionError(why), changefeed::kResyncRequired);
}

absl::Status EpochChanged() {
  return ResyncRequired(
      "the cursor is of another epoch of the feed, whose database was restored or replaced; begin "
      "again without a cursor");
}

absl::Status NoLongerKept() {
  return ResyncRequired(
      "the changes behind the cursor are no longer kept; begin again without a cursor");
}

PageLimit LimitOf(const ChangeFeed::From& from) {
  return {.changes = from.max_batch_size, .include_text = from.include_text, .part = from.part};
}

}  // namespace

RequestContext ChangeFeed::ForOneRead(const RequestContext& context) const {
  RequestContext read = context;
  read.deadline = std::min(context.deadline, clock_->Now() + options_.read_timeout);
  return read;
}

absl::Status ChangeFeed::Diverged(const RequestContext& context, absl::string_view epoch) {
  if (recent_ != nullptr) recent_->Clear();
  CLIENTELE_RETURN_IF_ERROR(store_->RenewEpoch(ForOneRead(context), epoch));
  return EpochChanged();
}

absl::Status ChangeFeed::CheckCursor(const RequestContext& context, const Cursor& cursor,
                                     const FeedState& state) {
  if (cursor.epoch != state.epoch) return EpochChanged();
  if (cursor.seq > state.last_seq) return Diverged(context, state.epoch);
  if (cursor.change_time.has_value()) {
    CLIENTELE_ASSIGN_OR_RETURN(const std::optional<absl::Time> time,
                               store_->TimeOf(ForOneRead(context), cursor.seq));
    // To the microsecond, as it is stored.
    if (time.has_value() && absl::ToUnixMicros(*time) != absl::ToUnixMicros(*cursor.change_time)) {
      return Diverged(context, state.epoch);
    }
  }
  if (cursor.seq < state.compacted_seq) return NoLongerKept();
  return absl::OkStatus();
}

absl::StatusOr<Cursor> ChangeFeed::Begin(const RequestContext& context, const From& from) {
  std::optional<Cursor> cursor;
  if (!from.cursor.empty()) {
    CLIENTELE_ASSIGN_OR_RETURN(cursor, ParseCursor(from.cursor));
  }
  CLIENTELE_ASSIGN_OR_RETURN(const FeedState state, store_->State(ForOneRead(context)));
  if (cursor.has_value()) {
    CLIENTELE_RETURN_IF_ERROR(CheckCursor(context, *cursor, state));
  } else {
    cursor = Cursor{.epoch = state.epoch, .seq = state.last_seq};
    if (from.part == FeedPart::kCustomers) cursor->snapshot_place = "";
    CLIENTELE_ASSIGN_OR_RETURN(cursor->change_time,
                               store_->TimeOf(ForOneRead(context), state.last_seq));
  }
  if (!from.follower.empty()) {
    CLIENTELE_RETURN_IF_ERROR(
        store_->Acknowledge(ForOneRead(context), from.follower, cursor->epoch, cursor->seq));
  }
  return *std::move(cursor);
}

absl::Status ChangeFeed::SendSnapshot(const RequestContext& context, const From& from,
                                      Cursor& cursor, Sink sink) {
  while (cursor.snapshot_place.has_value()) {
    CLIENTELE_RETURN_IF_ERROR(context.Check(clock_->Now()));
    CLIENTELE_ASSIGN_OR_RETURN(
        SnapshotPage page,
        store_->ReadSnapshot(ForOneRead(context), *cursor.snapshot_place, LimitOf(from)));
    if (page.epoch != cursor.epoch) return EpochChanged();
    cursor.snapshot_place.reset();
    if (page.range.through.has_value()) cursor.snapshot_place = std::move(page.next_place);
    CLIENTELE_RETURN_IF_ERROR(
        sink({std::move(page.changes), MakeCursor(cursor), std::move(page.range)}));
  }
  return absl::OkStatus();
}

absl::StatusOr<ChangePage> ChangeFeed::ReadNext(const RequestContext& context, const From& from,
                                                const Cursor& cursor, absl::Time& verified) {
  const absl::Time now = clock_->Now();
  if (recent_ != nullptr && !from.include_text && from.part == FeedPart::kCustomers &&
      now - verified < kVerifyInterval) {
    std::optional<ChangePage> page = recent_->Read(cursor.seq, LimitOf(from));
    if (page.has_value()) {
      page->feed = {.epoch = cursor.epoch, .last_seq = page->last_seq, .compacted_seq = 0};
      return *std::move(page);
    }
  }
  verified = now;
  return store_->Read(ForOneRead(context), cursor.seq, LimitOf(from));
}

absl::Status ChangeFeed::SendChanges(const RequestContext& context, const From& from, Cursor cursor,
                                     Sink sink) {
  std::optional<RecentChanges::Reader> reader;
  if (recent_ != nullptr) reader.emplace(*recent_);
  const bool at_once = from.part == FeedPart::kSegments && from.cursor.empty();
  absl::Time sent = at_once ? absl::InfinitePast() : clock_->Now();
  absl::Time verified = absl::InfinitePast();
  while (true) {
    CLIENTELE_RETURN_IF_ERROR(context.Check(clock_->Now()));
    const uint64_t generation = notifier_->generation();
    CLIENTELE_ASSIGN_OR_RETURN(ChangePage page, ReadNext(context, from, cursor, verified));
    if (page.feed.epoch != cursor.epoch) return EpochChanged();
    if (page.feed.last_seq < cursor.seq) return Diverged(context, cursor.epoch);
    if (page.feed.compacted_seq > cursor.seq) return NoLongerKept();
    const bool moved = page.last_seq > cursor.seq;
    if (moved) {
      cursor.seq = page.last_seq;
      cursor.change_time = page.last_time;
    }
    const absl::Time now = clock_->Now();
    if (!page.changes.empty() || now - sent >= options_.keep_alive) {
      CLIENTELE_RETURN_IF_ERROR(sink({std::move(page.changes), MakeCursor(cursor)}));
      sent = now;
    }
    if (moved) continue;
    const absl::Time until = std::min(sent + options_.keep_alive, context.deadline);
    notifier_->WaitForNews(generation, until - now, context.cancellation);
  }
}

absl::Status ChangeFeed::Follow(const RequestContext& context, const From& from, Sink sink) {
  if (from.max_batch_size < 1 || from.max_batch_size > kMaxBatchSize) {
    return InvalidField("max_batch_size", "must be 1 to 5000, or 0 for 1000");
  }
  if (from.follower.size() > kMaxFollowerBytes) {
    return InvalidField("follower", "must have at most 64 bytes");
  }
  CLIENTELE_ASSIGN_OR_RETURN(Cursor cursor, Begin(context, from));
  CLIENTELE_RETURN_IF_ERROR(SendSnapshot(context, from, cursor, sink));
  return SendChanges(context, from, std::move(cursor), sink);
}

absl::Status ChangeFeed::Compact(const RequestContext& context) {
  const absl::Time before = clock_->Now() - options_.retention;
  int64_t deleted = kCompactedAtOnce;
  while (deleted == kCompactedAtOnce && context.Check(clock_->Now()).ok()) {
    CLIENTELE_ASSIGN_OR_RETURN(deleted, store_->Compact(context, before, kCompactedAtOnce));
  }
  return absl::OkStatus();
}

}  // namespace clientele::profile
