#ifndef CLIENTELE_COMMON_CHANGEFEED_CHANGE_H_
#define CLIENTELE_COMMON_CHANGEFEED_CHANGE_H_

// What profile-service sends to the services that follow it, without protos. Plain
// values.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/consent/consent.h"

namespace clientele::changefeed {

// What a customer did; clientele.profile.v1.EventType says what each means.
enum class EventKind {
  kUnknown,  // of a newer profile-service: ignore it
  kView,
  kSearch,
  kCart,
  kPurchase,
  kReturn,
  kMessage,
  kSocial,
  kRating,
  kDevice,
  kDismiss,
  kCampaignSent,
  kCampaignOpened,
  kCampaignClicked,
  kCampaignUnsubscribed,
  kCouponIssued,
  kCouponRedeemed,
};

struct ChangedEvent {
  std::string event_id;  // unique for the customer
  EventKind type = EventKind::kUnknown;
  absl::Time event_time;
  std::string item_id;  // without "items/"; empty when the event has no item
  std::string category;
  double quantity = 0;             // pieces, at least 0
  std::int64_t amount_micros = 0;  // of the whole line, at least 0
  std::string currency_code;       // ISO 4217
  std::string text;                // empty unless the source asks for texts; never log it
  std::string channel;
  std::string device;
  double rating = 0;  // 0 (none) to 5
  std::string campaign_id = {};
  std::string coupon_id = {};
  // No customer's doing: a robot's, or at an impossible rate. It is to count for nothing.
  bool left_out = false;
};

struct Change {
  enum class Kind {
    kUnknown,          // of a newer profile-service: ignore it
    kEvent,            // `event` was stored
    kCustomerCreated,  // the customer is new
    kCustomerDeleted,  // drop everything derived from the customer
    kConsentsChanged,  // the customer decided about the use of their data
    kSurvivorChanged,  // the customer was merged into another, or that was undone
    kEventsExpired,    // events of a type grew too old: drop them; without a customer everybody's
  };
  Kind kind = Kind::kUnknown;
  std::string customer_id;  // without "customers/"
  absl::Time change_time;   // when profile-service stored it
  ChangedEvent event;       // with Kind::kEvent only
  // With Kind::kConsentsChanged, and with kCustomerCreated in a snapshot: all that the customer has
  // decided so far.
  consent::Consents consents = {};
  // With Kind::kSurvivorChanged, and with kCustomerCreated in a snapshot: who stands for the
  // customer, and is merged into nobody. Empty: they do.
  std::string survivor_id = {};
  // With Kind::kEventsExpired: what is gone are events of this type that happened before then.
  EventKind expired_type = EventKind::kUnknown;
  absl::Time expired_before = absl::InfinitePast();
};

// Where a customer (event_id is "") or one of their events stands in a snapshot: by bytes of
// customer_id, then of event_id.
struct SnapshotKey {
  std::string customer_id;
  std::string event_id;
};

// What a part of a snapshot covers: keys above `after` up to and including `through`.
struct SnapshotRange {
  std::optional<SnapshotKey> after;    // nullopt: the first part of the snapshot
  std::optional<SnapshotKey> through;  // nullopt: the last part
};

// Changes in order, and the cursor from which to continue after the last of them. A
// keep-alive has no changes.
struct ChangeBatch {
  std::vector<Change> changes;
  std::string cursor;  // opaque; "" is where a new follower begins
  // Set: `changes` (customers created, and events) are all that the source holds in this range.
  // Whatever else the follower has of customers and events in it is gone.
  std::optional<SnapshotRange> snapshot = {};
};

// Reason of the FAILED_PRECONDITION with which a source refuses a cursor from which it cannot
// continue: its database was restored, or the changes behind the cursor are no longer kept. The
// follower opens the feed with an empty cursor, and gets a snapshot and then what came after it.
inline constexpr absl::string_view kResyncRequired = "RESYNC_REQUIRED";

}  // namespace clientele::changefeed

#endif  // CLIENTELE_COMMON_CHANGEFEED_CHANGE_H_
