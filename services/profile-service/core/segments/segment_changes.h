#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_SEGMENT_CHANGES_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_SEGMENT_CHANGES_H_

#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/time/time.h"

#include "services/profile-service/core/changes/change_feed.h"
#include "services/profile-service/core/segments/segments.h"

namespace clientele::profile {

// A customer came to belong to a segment, or belongs no longer.
struct SegmentChange {
  std::string segment_id;
  std::string customer_id;
  bool joined = false;
  absl::Time change_time;
  std::vector<std::string> reasons;  // of this moment, where they were asked for
};

// Changes, and the cursor from which to continue after them. No changes: a keep-alive.
struct SegmentChangeMessage {
  std::vector<SegmentChange> changes;
  std::string cursor;
};

// Follows who joins and leaves segments, in order, each change once: a part of the change feed
// that StreamChanges leaves out.
//
//   SegmentChanges changes(&feed, &segments);   // both borrowed
//   changes.Follow(context, {.cursor = request.cursor()}, [&](SegmentChangeMessage message) {...});
//
// Without a cursor it begins now, and the first message comes at once: whoever lists the members
// after it misses nobody. Who is deleted, and whose segment is deleted, leaves without a word.
// Thread-safe; a call occupies its thread for as long as it follows.
class SegmentChanges {
 public:
  struct From {
    std::string cursor = {};                    // empty: now
    std::vector<std::string> segment_ids = {};  // at most 100; empty: all
    bool include_reasons = false;               // why those who joined belong now
    std::string follower = {};                  // as ChangeFeed::From
  };
  using Sink = absl::FunctionRef<absl::Status(SegmentChangeMessage)>;

  SegmentChanges(ChangeFeed* feed, Segments* segments) : feed_(feed), segments_(segments) {}

  // Never OK, as ChangeFeed::Follow; INVALID_ARGUMENT for a malformed segment.
  absl::Status Follow(const RequestContext& context, const From& from, Sink sink);

 private:
  ChangeFeed* const feed_;
  Segments* const segments_;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_SEGMENTS_SEGMENT_CHANGES_H_
