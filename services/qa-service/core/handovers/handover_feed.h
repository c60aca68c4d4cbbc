#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_HANDOVERS_HANDOVER_FEED_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_HANDOVERS_HANDOVER_FEED_H_

// Tells a help desk of hand-overs as they are made.
//
//   HandoverFeed feed(&store, clock, {});
//   absl::Status ended = feed.Follow(context, cursor, [&](const HandoverBatch& batch) {
//     return writer.Write(ToProto(batch));
//   });
//
// A cursor names the last hand-over that was sent: whoever kept it goes on behind it, on any
// replica, after any time. Thread-safe.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/executor/request_context.h"
#include "common/time/clock.h"
#include "services/qa-service/core/handovers/handover.h"
#include "services/qa-service/core/handovers/handover_store.h"

namespace clientele::qa {

// No hand-overs: a keep-alive.
struct HandoverBatch {
  std::vector<Handover> handovers;
  std::string cursor;  // behind them
};

struct HandoverFeedOptions {
  // How soon a follower hears of what was stored.
  absl::Duration poll_interval = absl::Milliseconds(500);
  // A message is sent at least this often.
  absl::Duration keep_alive = absl::Seconds(15);
  // For one read.
  absl::Duration read_timeout = absl::Seconds(5);
  std::int64_t batch_size = 100;
  // Waits between two polls, until the stream is cancelled; an error ends the stream. Tests let
  // time pass. Empty: waits.
  std::function<absl::Status(const RequestContext&, absl::Duration)> wait = {};
};

class HandoverFeed {
 public:
  using Sink = absl::FunctionRef<absl::Status(HandoverBatch)>;

  // Both are borrowed and outlive this.
  HandoverFeed(HandoverStore* store, const Clock* clock, HandoverFeedOptions options)
      : store_(store), clock_(clock), options_(std::move(options)) {}

  // Sends what comes behind `cursor` ("": from the first that is kept), in commit order, each once,
  // until the sink fails or the context ends; returns why. INVALID_ARGUMENT about cursor;
  // FAILED_PRECONDITION (reason RESYNC_REQUIRED) when the cursor is of another database; errors of
  // the store.
  absl::Status Follow(const RequestContext& context, absl::string_view cursor, Sink sink);

 private:
  RequestContext ForOneRead(const RequestContext& context) const;
  absl::StatusOr<HandoverPosition> Begin(const RequestContext& context, absl::string_view cursor);

  HandoverStore* const store_;
  const Clock* const clock_;
  const HandoverFeedOptions options_;
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_HANDOVERS_HANDOVER_FEED_H_
