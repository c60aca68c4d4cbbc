#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CHANGES_CHANGE_STORE_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CHANGES_CHANGE_STORE_H_

#include <cstdint>

#include "absl/status/statusor.h"

#include "common/executor/request_context.h"
#include "services/profile-service/core/changes/change.h"

namespace clientele::profile {

// The feed as it is stored. Sequence numbers are positive and become visible in
// ascending order, so whoever has read up to one never misses a smaller one.
// Thread-safe. UNAVAILABLE (DATABASE_UNAVAILABLE) while the store cannot be reached.
class ChangeStore {
 public:
  virtual ~ChangeStore() = default;

  // Looks at up to `limit` entries above `after`. Entries whose event was erased
  // are passed over: `changes` may be shorter than what last_seq moved, and
  // last_seq == after means that there is nothing new. Texts are empty unless
  // include_text.
  virtual absl::StatusOr<ChangePage> Read(const RequestContext& context, int64_t after, int limit,
                                          bool include_text) = 0;
  // The largest sequence number so far; 0 in an empty feed.
  virtual absl::StatusOr<int64_t> LastSeq(const RequestContext& context) = 0;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CHANGES_CHANGE_STORE_H_
