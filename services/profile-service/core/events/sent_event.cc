#include "services/profile-service/core/events/sent_event.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

#include "services/profile-service/core/customers/customer.h"
#include "services/profile-service/core/customers/customer_validation.h"
#include "services/profile-service/core/events/event_screening.h"

namespace clientele::profile {
namespace {

// What a google.protobuf.Timestamp may hold: the years 1 to 9999.
constexpr std::int64_t kMinSeconds = -62'135'596'800;
constexpr std::int64_t kMaxSeconds = 253'402'300'799;
constexpr std::int32_t kMaxNanos = 999'999'999;

absl::Time ToTime(const std::optional<SentEvent::Time>& time) {
  if (!time || time->seconds < kMinSeconds || time->seconds > kMaxSeconds || time->nanos < 0 ||
      time->nanos > kMaxNanos) {
    return absl::InfinitePast();
  }
  return absl::FromUnixSeconds(time->seconds) + absl::Nanoseconds(time->nanos);
}

}  // namespace

Event ToEvent(SentEvent sent) {
  Event event;
  event.customer_id = IdOf(sent.customer, "customers/");
  event.event_id = std::move(sent.event_id);
  event.type = static_cast<EventType>(sent.type);
  event.event_time = ToTime(sent.event_time);
  if (!sent.item.empty()) {
    event.item_id = IdOf(sent.item, "items/");
    // "items/" names no item.
    if (event.item_id.empty()) event.item_id = std::string(kMalformedId);
  }
  event.category = std::move(sent.category);
  event.quantity = sent.quantity;
  event.amount_micros = sent.amount_micros;
  event.currency_code = std::move(sent.currency_code);
  event.text = std::move(sent.text);
  event.channel = std::move(sent.channel);
  event.device = std::move(sent.device);
  event.rating = sent.rating;
  event.source = std::move(sent.source);
  event.campaign_id = std::move(sent.campaign_id);
  event.coupon_id = std::move(sent.coupon_id);
  event.user_agent = std::move(sent.user_agent);
  if (IsRobot(event.user_agent)) event.left_out = LeftOut::kRobot;
  return event;
}

SentEvent ToSentEvent(const Event& event) {
  const std::int64_t seconds = absl::ToUnixSeconds(event.event_time);
  return {.customer = CustomerName(event.customer_id),
          .event_id = event.event_id,
          .type = static_cast<int>(event.type),
          .event_time =
              SentEvent::Time{seconds, static_cast<std::int32_t>(absl::ToInt64Nanoseconds(
                                           event.event_time - absl::FromUnixSeconds(seconds)))},
          .item = event.item_id.empty() ? "" : absl::StrCat("items/", event.item_id),
          .category = event.category,
          .quantity = event.quantity,
          .amount_micros = event.amount_micros,
          .currency_code = event.currency_code,
          .text = event.text,
          .channel = event.channel,
          .device = event.device,
          .rating = event.rating,
          .source = event.source,
          .campaign_id = event.campaign_id,
          .coupon_id = event.coupon_id,
          .user_agent = event.user_agent};
}

std::string ClaimedCustomer(absl::string_view customer) {
  absl::string_view id = absl::StripAsciiWhitespace(customer);
  if (const auto slash = id.rfind('/'); slash != absl::string_view::npos) {
    id = absl::StripAsciiWhitespace(id.substr(slash + 1));
  }
  return IsValidId(id) ? std::string(id) : std::string();
}

bool CopyEventField(absl::string_view field, const SentEvent& from, SentEvent& to) {
  if (field == "customer") {
    to.customer = from.customer;
  } else if (field == "event_id") {
    to.event_id = from.event_id;
  } else if (field == "type") {
    to.type = from.type;
  } else if (field == "event_time") {
    to.event_time = from.event_time;
  } else if (field == "item") {
    to.item = from.item;
  } else if (field == "category") {
    to.category = from.category;
  } else if (field == "quantity") {
    to.quantity = from.quantity;
  } else if (field == "amount_micros") {
    to.amount_micros = from.amount_micros;
  } else if (field == "currency_code") {
    to.currency_code = from.currency_code;
  } else if (field == "text") {
    to.text = from.text;
  } else if (field == "channel") {
    to.channel = from.channel;
  } else if (field == "device") {
    to.device = from.device;
  } else if (field == "rating") {
    to.rating = from.rating;
  } else if (field == "source") {
    to.source = from.source;
  } else if (field == "campaign_id") {
    to.campaign_id = from.campaign_id;
  } else if (field == "coupon_id") {
    to.coupon_id = from.coupon_id;
  } else if (field == "user_agent") {
    to.user_agent = from.user_agent;
  } else {
    return false;
  }
  return true;
}

std::size_t BytesOf(const SentEvent& event) {
  return event.customer.size() + event.event_id.size() + event.item.size() + event.category.size() +
         event.currency_code.size() + event.text.size() + event.channel.size() +
         event.device.size() + event.source.size() + event.campaign_id.size() +
         event.coupon_id.size() + event.user_agent.size();
}

}  // namespace clientele::profile
