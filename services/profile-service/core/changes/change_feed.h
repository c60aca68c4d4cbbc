#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CHANGES_CHANGE_FEED_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CHANGES_CHANGE_FEED_H_

#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/time/clock.h"
#include "services/profile-service/core/changes/change_notifier.h"
#include "services/profile-service/core/changes/change_store.h"

namespace clientele::profile {

// Changes, and the cursor from which to continue after them. No changes: a keep-alive.
struct ChangeMessage {
  std::vector<Change> changes;
  std::string cursor;
};

// Lets a caller follow everything that happens, in order, each change once.
//
//   feed.Follow(context, {.cursor = request.cursor()},
//               [&](ChangeMessage message) { return writer.Write(ToProto(message)); });
//
// Thread-safe; a call occupies its thread for as long as it follows.
class ChangeFeed {
 public:
  struct Options {
    // A message is sent at least this often.
    absl::Duration keep_alive = absl::Seconds(3);
    // One read of the store may take this long.
    absl::Duration read_timeout = absl::Seconds(10);
  };
  struct From {
    std::string cursor = {};    // empty: the beginning
    int max_batch_size = 1000;  // 1 to 5000
    bool include_text = false;
  };
  using Sink = absl::FunctionRef<absl::Status(ChangeMessage)>;

  // Pointers are borrowed and outlive the feed.
  ChangeFeed(ChangeStore* store, ChangeNotifier* notifier, const Clock* clock, Options options)
      : store_(store), notifier_(notifier), clock_(clock), options_(options) {}

  // Never OK: CANCELLED or DEADLINE_EXCEEDED when the caller ends it, the
  // sink's error, INVALID_ARGUMENT for a bad cursor or batch size, or the
  // store's error. The caller resumes with the last cursor it has processed.
  absl::Status Follow(const RequestContext& context, const From& from, Sink sink);

 private:
  absl::StatusOr<ChangePage> Read(const RequestContext& context, int64_t after, const From& from);

  ChangeStore* const store_;
  ChangeNotifier* const notifier_;
  const Clock* const clock_;
  const Options options_;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CHANGES_CHANGE_FEED_H_
