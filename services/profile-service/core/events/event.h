#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_EVENTS_EVENT_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_EVENTS_EVENT_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/time/time.h"

namespace clientele::profile {

// What a customer did. The numbers are stored: never change one.
enum class EventType : int {
  kUnspecified = 0,
  kView = 1,
  kSearch = 2,
  kCart = 3,
  kPurchase = 4,
  kReturn = 5,
  kMessage = 6,
  kSocial = 7,
  kRating = 8,
  kDevice = 9,
  kDismiss = 10,
  kCampaignSent = 11,
  kCampaignOpened = 12,
  kCampaignClicked = 13,
  kCampaignUnsubscribed = 14,
  kCouponIssued = 15,
  kCouponRedeemed = 16,
};
// For arrays indexed by EventType; index 0 stays unused.
inline constexpr std::size_t kEventTypes = 17;

constexpr bool IsOfCampaign(EventType type) {
  return type >= EventType::kCampaignSent && type <= EventType::kCampaignUnsubscribed;
}
constexpr bool IsOfCoupon(EventType type) {
  return type == EventType::kCouponIssued || type == EventType::kCouponRedeemed;
}

// Why an event counts in no feature, interest or segment (event_screening.h). It stays in the log.
// The numbers are stored: never change one.
enum class LeftOut : int {
  kNo = 0,
  kRobot = 1,  // its user agent is a program's
  kRate = 2,   // more came at once than a person can do
};
inline constexpr std::size_t kLeftOutReasons = 3;

// One thing that happened. Immutable once stored; times are kept to the
// microsecond.
struct Event {
  std::string customer_id;
  std::string event_id;  // unique for the customer
  EventType type = EventType::kUnspecified;
  absl::Time event_time = absl::InfinitePast();  // InfinitePast: not given
  std::string item_id;                           // empty: none
  std::string category;
  double quantity = 0;        // pieces
  int64_t amount_micros = 0;  // of the whole line, in millionths of the currency unit
  std::string currency_code;  // ISO 4217
  std::string text;
  std::string channel;
  std::string device;
  double rating = 0;  // 0 (none) to 5
  std::string source;
  std::string campaign_id = {};  // the campaign, or what the event came of
  std::string coupon_id = {};
  // As it was sent. The log does not keep it.
  std::string user_agent = {};
  LeftOut left_out = LeftOut::kNo;

  bool operator==(const Event&) const = default;
};

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_CORE_EVENTS_EVENT_H_
