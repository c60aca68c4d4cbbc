#ifndef CLIENTELE_COMMON_CHANGEFEED_CHANGE_H_
#define CLIENTELE_COMMON_CHANGEFEED_CHANGE_H_

// What profile-service sends to the services that follow it, without protos. Plain
// values.

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"

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
};

struct Change {
  enum class Kind {
    kUnknown,          // of a newer profile-service: ignore it
    kEvent,            // `event` was stored
    kCustomerCreated,  // the customer is new
    kCustomerDeleted,  // drop everything derived from the customer
  };
  Kind kind = Kind::kUnknown;
  std::string customer_id;  // without "customers/"
  absl::Time change_time;   // when profile-service stored it
  ChangedEvent event;       // with Kind::kEvent only
};

// Changes in order, and the cursor from which to continue after the last of them. A
// keep-alive has no changes.
struct ChangeBatch {
  std::vector<Change> changes;
  std::string cursor;  // opaque; "" is the beginning of the feed
};

}  // namespace clientele::changefeed

#endif  // CLIENTELE_COMMON_CHANGEFEED_CHANGE_H_
