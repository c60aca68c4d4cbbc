#include "services/profile-service/core/events/event_validation.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

#include "common/text/utf8.h"
#include "services/profile-service/core/customers/customer_validation.h"

namespace clientele::profile {
namespace {

constexpr double kMaxQuantity = 1e9;
constexpr double kMaxRating = 5;
constexpr std::size_t kMaxEventId = 64;
constexpr std::size_t kMaxCategory = 128;
constexpr std::size_t kMaxSource = 128;
constexpr std::size_t kMaxChannel = 32;
constexpr std::size_t kMaxUserAgent = 512;
constexpr std::size_t kMaxText = std::size_t{16} * 1024;
constexpr absl::Duration kMaxAhead = absl::Hours(24);

class EventCheck {
 public:
  EventCheck(absl::string_view path, FieldViolations& bad) : path_(path), bad_(bad) {}

  void Require(bool holds, absl::string_view field, absl::string_view otherwise) {
    if (!holds) bad_.Add(absl::StrCat(path_, ".", field), otherwise);
  }
  void Text(absl::string_view value, std::size_t max_bytes, absl::string_view field) {
    if (value.empty()) return;
    Require(value.find('\0') == absl::string_view::npos && text::IsValidUtf8(value), field,
            "must be UTF-8 without NUL");
    if (value.size() > max_bytes) {
      Require(false, field, absl::StrCat("must have at most ", max_bytes, " bytes"));
    }
  }

 private:
  const absl::string_view path_;
  FieldViolations& bad_;
};

bool IsEventId(absl::string_view id) {
  return !id.empty() && id.size() <= kMaxEventId &&
         std::all_of(id.begin(), id.end(), [](char c) { return absl::ascii_isgraph(c); });
}

bool IsCurrency(absl::string_view code) {
  return code.size() == 3 &&
         std::all_of(code.begin(), code.end(), [](char c) { return absl::ascii_isupper(c); });
}

bool IsEmptyOrId(absl::string_view id) { return id.empty() || IsValidId(id); }

// What one kind of event has, and another has not.
void CheckPayload(const Event& event, EventCheck& check) {
  constexpr absl::string_view kIdForm =
      "must be an id of 1 to 64 of letters, digits, '.', '_', '-'";
  check.Require(IsEmptyOrId(event.campaign_id), "campaign_id", kIdForm);
  check.Require(IsEmptyOrId(event.coupon_id), "coupon_id", kIdForm);
  const bool of_campaign = IsOfCampaign(event.type);
  const bool of_coupon = IsOfCoupon(event.type);
  if (!of_campaign && !of_coupon) return;
  if (of_campaign) {
    check.Require(!event.campaign_id.empty(), "campaign_id", "must name the campaign");
    check.Require(event.coupon_id.empty(), "coupon_id", "must be empty of a campaign");
    check.Require(event.item_id.empty(), "item", "must be empty of a campaign");
    check.Require(!(event.quantity > 0), "quantity", "must be 0 of a campaign");
    check.Require(event.amount_micros <= 0, "amount_micros", "must be 0 of a campaign");
  } else {
    check.Require(!event.coupon_id.empty(), "coupon_id", "must name the coupon");
  }
  check.Require(!(event.rating > 0), "rating", "must be 0 of a campaign or a coupon");
}

bool Within(double value, double max) { return std::isfinite(value) && value >= 0 && value <= max; }

}  // namespace

void ValidateEvent(const Event& event, absl::Time now, absl::string_view path,
                   FieldViolations& bad) {
  EventCheck check(path, bad);
  check.Require(IsValidId(event.customer_id), "customer",
                "must be \"customers/{customer}\" with an id of 1 to 64 of letters, digits, '.', "
                "'_', '-'");
  check.Require(IsEventId(event.event_id), "event_id",
                "must be 1 to 64 bytes of ASCII without spaces");
  const int type = static_cast<int>(event.type);
  check.Require(type >= 1 && type < static_cast<int>(kEventTypes), "type",
                "must be a type of event that this version knows");
  if (event.event_time == absl::InfinitePast()) {
    check.Require(false, "event_time", "must be set to a valid time");
  } else {
    check.Require(event.event_time > absl::UnixEpoch(), "event_time", "must be after 1970");
    check.Require(event.event_time <= now + kMaxAhead, "event_time",
                  "must be at most one day ahead of the service's clock");
  }
  check.Require(event.item_id.empty() || IsValidId(event.item_id), "item",
                "must be empty or \"items/{item}\" with an id of 1 to 64 of letters, digits, '.', "
                "'_', '-'");
  check.Require(Within(event.quantity, kMaxQuantity), "quantity", "must be finite, from 0 to 1e9");
  check.Require(event.amount_micros >= 0, "amount_micros", "must be at least 0");
  check.Require(
      event.currency_code.empty() ? event.amount_micros <= 0 : IsCurrency(event.currency_code),
      "currency_code",
      "must be an ISO 4217 code of three capital letters; empty only without an amount");
  check.Require(Within(event.rating, kMaxRating), "rating", "must be finite, from 0 to 5");
  CheckPayload(event, check);
  check.Text(event.category, kMaxCategory, "category");
  check.Text(event.text, kMaxText, "text");
  check.Text(event.channel, kMaxChannel, "channel");
  check.Text(event.device, kMaxChannel, "device");
  check.Text(event.source, kMaxSource, "source");
  check.Text(event.user_agent, kMaxUserAgent, "user_agent");
}

}  // namespace clientele::profile
