#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_EVENTS_SENT_EVENT_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_EVENTS_SENT_EVENT_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

#include "services/profile-service/core/events/event.h"

namespace clientele::profile {

// An event as a client sent it, right or wrong: names are not parsed, times not checked. What is
// wrong with it shows in the Event that it is read as.
//
//   SentEvent sent{.customer = "customer/42", .event_id = "e1"};
//   ToEvent(sent).customer_id;       // "?", which ValidateEvent refuses
//   ClaimedCustomer(sent.customer);  // "42"
struct SentEvent {
  // Since 1970, as google.protobuf.Timestamp; may be no time at all.
  struct Time {
    std::int64_t seconds = 0;
    std::int32_t nanos = 0;

    bool operator==(const Time&) const = default;
  };

  std::string customer = {};  // "customers/{customer}" where it is right
  std::string event_id = {};
  int type = 0;
  std::optional<Time> event_time = std::nullopt;
  std::string item = {};  // "items/{item}", or empty, where it is right
  std::string category = {};
  double quantity = 0;
  std::int64_t amount_micros = 0;
  std::string currency_code = {};
  std::string text = {};
  std::string channel = {};
  std::string device = {};
  double rating = 0;
  std::string source = {};
  std::string campaign_id = {};
  std::string coupon_id = {};
  std::string user_agent = {};

  bool operator==(const SentEvent&) const = default;
};

// The names of its fields, in their order.
inline constexpr std::array<absl::string_view, 17> kEventFields = {
    "customer", "event_id",      "type",          "event_time", "item",      "category",
    "quantity", "amount_micros", "currency_code", "text",       "channel",   "device",
    "rating",   "source",        "campaign_id",   "coupon_id",  "user_agent"};

// The event that was meant, left out where a robot sent it. A customer or item of another form than
// a name becomes kMalformedId, and a time that is none InfinitePast, which ValidateEvent reports.
Event ToEvent(SentEvent sent);
// Of an event whose names and time are right.
SentEvent ToSentEvent(const Event& event);

// Whom an event is about as far as its customer's name tells, whatever its form ("customers/42",
// "customer/42 " and "42" alike): an id that erasure and filters go by. Empty where there is none.
std::string ClaimedCustomer(absl::string_view customer);

// Copies one of kEventFields; false for another name.
bool CopyEventField(absl::string_view field, const SentEvent& from, SentEvent& to);

// Of its texts.
std::size_t BytesOf(const SentEvent& event);

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_EVENTS_SENT_EVENT_H_
