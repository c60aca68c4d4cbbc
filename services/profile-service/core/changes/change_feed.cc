#include "services/profile-service/core/changes/change_feed.h"

#include <algorithm>
#include <utility>

#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::profile {
namespace {

constexpr int kMaxBatchSize = 5000;

}  // namespace

absl::StatusOr<ChangePage> ChangeFeed::Read(const RequestContext& context, int64_t after,
                                            const From& from) {
  RequestContext read = context;
  read.deadline = std::min(context.deadline, clock_->Now() + options_.read_timeout);
  return store_->Read(read, after, from.max_batch_size, from.include_text);
}

absl::Status ChangeFeed::Follow(const RequestContext& context, const From& from, Sink sink) {
  if (from.max_batch_size < 1 || from.max_batch_size > kMaxBatchSize) {
    return InvalidField("max_batch_size", "must be 1 to 5000, or 0 for 1000");
  }
  CLIENTELE_ASSIGN_OR_RETURN(int64_t seq, ParseCursor(from.cursor));
  CLIENTELE_ASSIGN_OR_RETURN(const int64_t last, store_->LastSeq(context));
  if (seq > last) {
    return InvalidField("cursor",
                        "lies ahead of the feed, so it comes from another database; start again "
                        "with an empty cursor");
  }
  absl::Time sent = clock_->Now();
  while (true) {
    CLIENTELE_RETURN_IF_ERROR(context.Check(clock_->Now()));
    const uint64_t generation = notifier_->generation();
    CLIENTELE_ASSIGN_OR_RETURN(ChangePage page, Read(context, seq, from));
    const bool moved = page.last_seq > seq;
    seq = page.last_seq;
    const absl::Time now = clock_->Now();
    if (!page.changes.empty() || now - sent >= options_.keep_alive) {
      CLIENTELE_RETURN_IF_ERROR(sink({std::move(page.changes), MakeCursor(seq)}));
      sent = now;
    }
    if (moved) continue;
    const absl::Time until = std::min(sent + options_.keep_alive, context.deadline);
    notifier_->WaitForNews(generation, until - now, context.cancellation);
  }
}

}  // namespace clientele::profile
