#ifndef CLIENTELE_COMMON_CHANGEFEED_CHANGE_FOLLOWER_H_
#define CLIENTELE_COMMON_CHANGEFEED_CHANGE_FOLLOWER_H_

// Follows a change feed for as long as the process lives: opens the source at
// the sink's durable cursor, applies batch after batch, and starts again from
// the durable cursor after any error, with a bounded wait. Each change takes
// effect exactly once, also across crashes and with several replicas on one
// cursor: a batch that lost the compare-and-set is dropped, and the loser continues
// from the winner's position.
//
// A source that cannot continue from the durable cursor (its database was restored, or it no
// longer keeps the changes behind the cursor) says so with kResyncRequired. The follower then
// asks for a snapshot, which replaces what the sink holds, and goes on from there. A new
// follower begins the same way.
//
//   ChangeFollower follower(&source, &sink, {.name = "qa", .clock = clock});
//   follower.Start();
//   ...
//   follower.Stop();     // or the destructor
//
// Tests call RunOnce() instead of Start(), and no thread is made.

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "common/changefeed/backoff.h"
#include "common/changefeed/change_sink.h"
#include "common/changefeed/change_source.h"
#include "common/executor/cancellation.h"
#include "common/time/clock.h"

namespace clientele::changefeed {

// Where a follower stands, for metrics and logs. No personal data.
struct FollowerProgress {
  absl::Status last_status;          // of the last iteration
  std::int64_t applied_changes = 0;  // by this follower since it was created
  std::int64_t applied_batches = 0;
  std::int64_t lost_batches = 0;  // another replica was first (ABORTED)
  int failures_in_a_row = 0;      // ABORTED does not count
  std::int64_t snapshots = 0;     // that this follower has applied to their end
  // Now minus the change_time of the newest change applied by the last iteration;
  // zero after a keep-alive, which says that nothing waits.
  absl::Duration lag;
};

struct ChangeFollowerOptions {
  // Names the follower as the caller of the source.
  std::string name = "follower";
  BackoffOptions backoff = {};
  // The feed is opened again this often while it works: the cursor that it is opened with tells
  // the source what is durable here and need not be kept. Above 0.
  absl::Duration acknowledge_interval = absl::Minutes(5);
  // Borrowed; null means SystemClock::Get().
  const Clock* clock = nullptr;
  // Called after every iteration, on the thread that ran it. May be empty.
  std::function<void(const FollowerProgress&)> on_progress = {};
};

class ChangeFollower {
 public:
  // Source and sink are borrowed and outlive the follower.
  ChangeFollower(ChangeSource* source, ChangeSink* sink, ChangeFollowerOptions options);
  // Stops.
  ~ChangeFollower();
  ChangeFollower(const ChangeFollower&) = delete;
  ChangeFollower& operator=(const ChangeFollower&) = delete;

  // Starts the thread. Once.
  void Start();

  // Cancels the open stream, lets a batch in progress finish, joins. Final and
  // idempotent; any thread but the follower's own.
  void Stop();

  // One iteration: opens the feed when none is open, takes one batch and applies it.
  // Blocks as long as the source does. After an error the next iteration opens it again
  // at the durable cursor. ABORTED means another replica was first; CANCELLED
  // that the follower was stopped. Not concurrently with Start().
  absl::Status RunOnce();

  // Thread-safe.
  FollowerProgress progress() const;

 private:
  absl::Status Iterate();
  absl::Status OpenStream();
  void CloseStream();
  void Run();

  ChangeSource* const source_;
  ChangeSink* const sink_;
  const ChangeFollowerOptions options_;
  const Clock* const clock_;
  CancellationSource cancellation_;
  std::mt19937_64 random_;  // used only by the thread that iterates

  mutable std::mutex mutex_;
  std::condition_variable stopped_condition_;
  bool stopped_ = false;
  std::shared_ptr<ChangeStream> stream_;  // null: open at the next iteration
  FollowerProgress progress_;

  // Only for the thread that iterates:
  std::string cursor_;                         // durable, as of the last load or apply
  std::optional<std::string> refused_cursor_;  // that the source cannot continue from
  absl::Time opened_at_;
  std::thread thread_;
};

}  // namespace clientele::changefeed

#endif  // CLIENTELE_COMMON_CHANGEFEED_CHANGE_FOLLOWER_H_
