#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CHANGES_CHANGE_FEED_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CHANGES_CHANGE_FEED_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/time/clock.h"
#include "services/profile-service/core/changes/change_notifier.h"
#include "services/profile-service/core/changes/change_store.h"
#include "services/profile-service/core/changes/cursor.h"
#include "services/profile-service/core/changes/recent_changes.h"

namespace clientele::profile {

// Changes, and the cursor from which to continue after them. No changes: a keep-alive, or an
// empty part of a snapshot.
struct ChangeMessage {
  std::vector<Change> changes;
  std::string cursor;
  std::optional<SnapshotRange> snapshot = std::nullopt;
};

// Lets a caller follow everything that happens, in order, each change once.
//
//   feed.Follow(context, {.cursor = request.cursor()},
//               [&](ChangeMessage message) { return writer.Write(ToProto(message)); });
//
// Without a cursor the caller gets a snapshot first: customers and events as they are, page by
// page, while writers go on. What they write meanwhile follows as changes, and applying a change
// that the snapshot had already changes nothing.
//
// A cursor counts in one epoch of the feed. A database that was restored from a backup gives the
// same numbers to other changes, so it must begin a new epoch. An operator says so
// (--new_epoch); where none does, the feed finds out from a cursor that lies ahead of it, or whose
// change was stored at another time.
//
// Thread-safe; a call occupies its thread for as long as it follows.
class ChangeFeed {
 public:
  struct Options {
    // A message is sent at least this often.
    absl::Duration keep_alive = absl::Seconds(3);
    // One read of the store may take this long.
    absl::Duration read_timeout = absl::Seconds(10);
    // Changes are kept this long, and longer while a follower lacks them; a follower that was
    // away for longer is not waited for.
    absl::Duration retention = absl::Hours(72);
  };
  struct From {
    std::string cursor = {};    // empty: a snapshot first
    int max_batch_size = 1000;  // 1 to 5000
    bool include_text = false;
    std::string follower = {};  // at most 64 bytes; empty: not remembered
    // Of memberships there is no snapshot: without a cursor they begin now, with a message at once.
    FeedPart part = FeedPart::kCustomers;
  };
  using Sink = absl::FunctionRef<absl::Status(ChangeMessage)>;

  // Pointers are borrowed and outlive the feed. `recent` may be null: then everything is read
  // from the store.
  ChangeFeed(ChangeStore* store, ChangeNotifier* notifier, const Clock* clock, Options options,
             RecentChanges* recent = nullptr)
      : store_(store), notifier_(notifier), clock_(clock), options_(options), recent_(recent) {}

  // Never OK: CANCELLED or DEADLINE_EXCEEDED when the caller ends it, the
  // sink's error, INVALID_ARGUMENT for a malformed request, FAILED_PRECONDITION with reason
  // RESYNC_REQUIRED for a cursor from which the feed cannot continue, or the
  // store's error. The caller resumes with the last cursor it has processed.
  absl::Status Follow(const RequestContext& context, const From& from, Sink sink);

  // Deletes changes that nobody needs any more, within the context's deadline; repeat it.
  absl::Status Compact(const RequestContext& context);

 private:
  absl::StatusOr<Cursor> Begin(const RequestContext& context, const From& from);
  absl::Status CheckCursor(const RequestContext& context, const Cursor& cursor,
                           const FeedState& state);
  // Of a feed in which nothing can lie behind `seq` in `epoch`.
  absl::Status Diverged(const RequestContext& context, absl::string_view epoch);
  absl::Status SendSnapshot(const RequestContext& context, const From& from, Cursor& cursor,
                            Sink sink);
  absl::Status SendChanges(const RequestContext& context, const From& from, Cursor cursor,
                           Sink sink);
  // From memory where it can, and from the store at least once a second: `verified` is when.
  absl::StatusOr<ChangePage> ReadNext(const RequestContext& context, const From& from,
                                      const Cursor& cursor, absl::Time& verified);
  RequestContext ForOneRead(const RequestContext& context) const;

  ChangeStore* const store_;
  ChangeNotifier* const notifier_;
  const Clock* const clock_;
  const Options options_;
  RecentChanges* const recent_;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CHANGES_CHANGE_FEED_H_
