#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CHANGES_CHANGE_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CHANGES_CHANGE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "services/profile-service/core/events/event.h"

namespace clientele::profile {

// The numbers are stored: never change one.
enum class ChangeKind : int { kEvent = 1, kCustomerCreated = 2, kCustomerDeleted = 3 };

// One change that followers need.
struct Change {
  ChangeKind kind = ChangeKind::kEvent;
  std::string customer_id;
  absl::Time change_time;  // when it was stored
  Event event;             // of kEvent
};

// Changes in commit order, and how far the feed was read for them.
struct ChangePage {
  std::vector<Change> changes;
  int64_t last_seq = 0;
};

// The opaque text of a position in the feed: everything up to and including
// `seq` was seen. 0 is the beginning, whose cursor may also be empty.
std::string MakeCursor(int64_t seq);
// INVALID_ARGUMENT about "cursor" for anything that MakeCursor did not make.
absl::StatusOr<int64_t> ParseCursor(absl::string_view cursor);

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CHANGES_CHANGE_H_
