#include "services/qa-service/core/handovers/handover_feed.h"

#include <algorithm>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include "common/paging/page_builder.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/qa-service/core/handovers/handovers.h"

namespace clientele::qa {
namespace {

constexpr absl::string_view kCursorPrefix = "handovers-1";
constexpr absl::string_view kResyncRequired = "RESYNC_REQUIRED";

std::string MakeCursor(const HandoverPosition& position) {
  return absl::WebSafeBase64Escape(
      absl::StrCat(kCursorPrefix, "/", position.sequence, "/", position.id));
}

absl::StatusOr<HandoverPosition> ParseCursor(absl::string_view cursor) {
  if (cursor.empty()) return HandoverPosition();
  std::string plain;
  if (cursor.size() <= 256 && absl::WebSafeBase64Unescape(cursor, &plain)) {
    const std::vector<std::string> parts = absl::StrSplit(plain, '/');
    HandoverPosition position;
    if (parts.size() == 3 && parts[0] == kCursorPrefix &&
        absl::SimpleAtoi(parts[1], &position.sequence) && position.sequence >= 0) {
      position.id = parts[2];
      if (MakeCursor(position) == cursor) return position;
    }
  }
  return InvalidField("cursor", "must come from StreamHandoversResponse.cursor, or be empty");
}

}  // namespace

RequestContext HandoverFeed::ForOneRead(const RequestContext& context) const {
  RequestContext read = context;
  read.deadline = std::min(context.deadline, clock_->Now() + options_.read_timeout);
  return read;
}

absl::StatusOr<HandoverPosition> HandoverFeed::Begin(const RequestContext& context,
                                                     absl::string_view cursor) {
  CLIENTELE_ASSIGN_OR_RETURN(HandoverPosition position, ParseCursor(cursor));
  if (position.sequence == 0) return position;
  CLIENTELE_ASSIGN_OR_RETURN(const bool reached, store_->Reached(ForOneRead(context), position));
  if (!reached) {
    return WithReason(
        absl::FailedPreconditionError("the cursor is of another database, or of this one before it "
                                      "was restored; begin again without a cursor"),
        kResyncRequired);
  }
  return position;
}

absl::Status HandoverFeed::Follow(const RequestContext& context, absl::string_view cursor,
                                  Sink sink) {
  CLIENTELE_ASSIGN_OR_RETURN(HandoverPosition position, Begin(context, cursor));
  absl::Time sent = absl::InfinitePast();  // a first message tells where the stream begins
  while (true) {
    CLIENTELE_RETURN_IF_ERROR(context.Check(clock_->Now()));
    CLIENTELE_ASSIGN_OR_RETURN(
        HandoverSlice slice,
        store_->ListAfter(ForOneRead(context), position.sequence, options_.batch_size,
                          std::int64_t{paging::kMaxPageBytes}));
    if (!slice.handovers.empty()) {
      position = {slice.handovers.back().sequence, slice.handovers.back().id};
    }
    const absl::Time now = clock_->Now();
    if (!slice.handovers.empty() || now - sent >= options_.keep_alive) {
      CLIENTELE_RETURN_IF_ERROR(sink({std::move(slice.handovers), MakeCursor(position)}));
      sent = now;
    }
    if (slice.more) continue;
    const absl::Duration pause = std::min(
        {options_.poll_interval, sent + options_.keep_alive - now, context.deadline - now});
    if (options_.wait) {
      CLIENTELE_RETURN_IF_ERROR(options_.wait(context, pause));
    } else {
      context.cancellation.WaitFor(pause);
    }
  }
}

}  // namespace clientele::qa
