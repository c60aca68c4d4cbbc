#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CHANGES_CHANGE_STORE_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CHANGES_CHANGE_STORE_H_

#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/executor/request_context.h"
#include "services/profile-service/core/changes/change.h"

namespace clientele::profile {

// The feed as it is stored. Sequence numbers are positive and become visible in
// ascending order, so whoever has read up to one never misses a smaller one.
// Thread-safe. UNAVAILABLE (DATABASE_UNAVAILABLE) while the store cannot be reached.
class ChangeStore {
 public:
  virtual ~ChangeStore() = default;

  virtual absl::StatusOr<FeedState> State(const RequestContext& context) = 0;

  // Reads within `limit` what comes after `after`. Entries whose event was erased, and those of the
  // other part of the feed, are passed over: `changes` may be shorter than what last_seq moved, and
  // last_seq == after means that there is nothing new. Texts are empty unless
  // include_text. What the page says of the feed tells whether it may be believed: another epoch,
  // or a compacted_seq above `after`, and it may not.
  virtual absl::StatusOr<ChangePage> Read(const RequestContext& context, int64_t after,
                                          const PageLimit& limit) = 0;
  // When the change at `seq` was stored; nullopt when it is not there (any more).
  virtual absl::StatusOr<std::optional<absl::Time>> TimeOf(const RequestContext& context,
                                                           int64_t seq) = 0;

  // Reads within `limit` the customers and events behind `place`: "" for the first page, then
  // the next_place of the page before, which does not tell whose place it is.
  // FAILED_PRECONDITION (RESYNC_REQUIRED) for a place that cannot be read any more.
  virtual absl::StatusOr<SnapshotPage> ReadSnapshot(const RequestContext& context,
                                                    absl::string_view place,
                                                    const PageLimit& limit) = 0;

  // Notes how far a follower has come in `epoch`, now.
  virtual absl::Status Acknowledge(const RequestContext& context, absl::string_view follower,
                                   absl::string_view epoch, int64_t seq) = 0;
  // Begins a new epoch, if the present one is still `expected`.
  virtual absl::Status RenewEpoch(const RequestContext& context, absl::string_view expected) = 0;
  // Deletes up to `limit` of the oldest changes: those stored before `before` that every follower
  // has acknowledged. Followers not seen since `before` do not count, and are forgotten. Returns
  // how many were deleted.
  virtual absl::StatusOr<int64_t> Compact(const RequestContext& context, absl::Time before,
                                          int64_t limit) = 0;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CHANGES_CHANGE_STORE_H_
