#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CHANGES_CHANGE_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CHANGES_CHANGE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"

#include "common/changefeed/change.h"
#include "common/consent/consent.h"
#include "services/profile-service/core/events/event_retention.h"

namespace clientele::profile {

using changefeed::SnapshotKey;
using changefeed::SnapshotRange;

// The numbers are stored: never change one.
enum class ChangeKind : int {
  kEvent = 1,
  kCustomerCreated = 2,
  kCustomerDeleted = 3,
  kConsents = 4,
  kSurvivor = 5,
  kSegmentJoined = 6,
  kSegmentLeft = 7,
  kEventsExpired = 8
};

// One change that followers need.
struct Change {
  ChangeKind kind = ChangeKind::kEvent;
  std::string customer_id;
  absl::Time change_time;  // when it was stored; in a snapshot, when it was read
  Event event;             // of kEvent
  // Of kConsents, and of kCustomerCreated in a snapshot: what the customer has decided by the time
  // of the read.
  consent::Consents consents = {};
  // Of kSurvivor, and of kCustomerCreated in a snapshot: who stands for the customer by the time of
  // the read. Empty: they do.
  std::string survivor_id = {};
  std::string segment_id = {};  // of kSegmentJoined and kSegmentLeft
  ExpiryRule expired = {};      // of kEventsExpired; without a customer everybody's
};

// The two parts of the feed, which share its numbers: memberships of segments, and all else.
enum class FeedPart { kCustomers, kSegments };

inline FeedPart PartOf(ChangeKind kind) {
  const bool segments = kind == ChangeKind::kSegmentJoined || kind == ChangeKind::kSegmentLeft;
  return segments ? FeedPart::kSegments : FeedPart::kCustomers;
}

// About how many bytes a change takes in a message.
int64_t BytesOf(const Change& change);

// How much to read at once. Whatever the limits, a page has at least one change if there is one.
struct PageLimit {
  int changes = 1000;
  // As BytesOf counts: a message must fit what clients accept, which is 4 MiB as a rule.
  int64_t bytes = int64_t{1} << 20;
  bool include_text = false;
  FeedPart part = FeedPart::kCustomers;
};

// What is true of the feed as a whole.
struct FeedState {
  std::string epoch;          // changes when the numbers no longer mean what they meant
  int64_t last_seq = 0;       // the largest so far; 0 in an empty feed
  int64_t compacted_seq = 0;  // changes up to this one are no longer kept
};

// Changes in commit order, and how far the feed was read for them.
struct ChangePage {
  std::vector<Change> changes;
  int64_t last_seq = 0;
  // When the change at last_seq was stored; nullopt when nothing was read.
  std::optional<absl::Time> last_time = std::nullopt;
  FeedState feed;  // as of the read or a little later
};

// Customers and their events as they are, and the range that they fill.
struct SnapshotPage {
  std::vector<Change> changes;
  SnapshotRange range;
  std::string next_place;  // where the next page begins; without meaning on the last
  std::string epoch;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_CHANGES_CHANGE_H_
