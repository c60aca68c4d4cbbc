#include "services/profile-service/store/quarantine/quarantine_codec.h"

#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::profile {
namespace {

using Json = nlohmann::json;

// The first element of what is encoded here, should the form ever change.
constexpr int kSentEventForm = 1;

absl::Status UnreadableQuarantine() {
  return WithReason(absl::DataLossError("an event in quarantine cannot be read"),
                    reason::kDataLoss);
}

std::string ToBytes(const Json& json) {
  const std::vector<std::uint8_t> bytes = Json::to_cbor(json);
  return {bytes.begin(), bytes.end()};
}

Json FromBytes(absl::string_view bytes) {
  return Json::from_cbor(bytes.begin(), bytes.end(), /*strict=*/true, /*allow_exceptions=*/false);
}

Json ToJson(const SentEvent& event) {
  Json time;
  if (event.event_time) time = {event.event_time->seconds, event.event_time->nanos};
  Json json = {
      kSentEventForm, event.customer, event.event_id, event.type,          time,
      event.item,     event.category, event.quantity, event.amount_micros, event.currency_code,
      event.text,     event.channel,  event.device,   event.rating,        event.source};
  // Where they are given, so that an event without them has one form in all versions.
  if (!event.campaign_id.empty() || !event.coupon_id.empty() || !event.user_agent.empty()) {
    for (const std::string* field : {&event.campaign_id, &event.coupon_id, &event.user_agent}) {
      json.push_back(*field);
    }
  }
  return json;
}

// Throws Json::exception where it is another form.
SentEvent ReadSentEvent(const Json& json) {
  SentEvent event;
  event.customer = json.at(1);
  event.event_id = json.at(2);
  event.type = json.at(3);
  if (const Json& time = json.at(4); !time.is_null()) {
    event.event_time = SentEvent::Time{time.at(0), time.at(1)};
  }
  event.item = json.at(5);
  event.category = json.at(6);
  event.quantity = json.at(7);
  event.amount_micros = json.at(8);
  event.currency_code = json.at(9);
  event.text = json.at(10);
  event.channel = json.at(11);
  event.device = json.at(12);
  event.rating = json.at(13);
  event.source = json.at(14);
  if (json.size() <= 15) return event;
  event.campaign_id = json.at(15);
  event.coupon_id = json.at(16);
  event.user_agent = json.at(17);
  return event;
}

}  // namespace

std::string QuarantinePlace(absl::string_view quarantine_id) {
  return absl::StrCat("profile.quarantined_events.event:", quarantine_id);
}

std::string EncodeSentEvent(const SentEvent& event) { return ToBytes(ToJson(event)); }

absl::StatusOr<SentEvent> DecodeSentEvent(absl::string_view encoded) {
  try {
    return ReadSentEvent(FromBytes(encoded));
  } catch (const Json::exception&) {
    return UnreadableQuarantine();
  }
}

std::string EncodeViolations(const absl::Status& status) {
  Json violations = Json::array();
  for (const FieldViolation& violation : GetFieldViolations(status)) {
    violations.push_back({violation.field, violation.description});
  }
  return violations.dump();
}

absl::Status DecodeStatus(absl::string_view reason, absl::string_view violations,
                          absl::Status& status) {
  const Json json =
      Json::parse(violations.begin(), violations.end(), nullptr, /*allow_exceptions=*/false);
  if (!json.is_array()) return UnreadableQuarantine();
  try {
    FieldViolations bad;
    for (const Json& violation : json) {
      bad.Add(violation.at(0).get<std::string>(), violation.at(1).get<std::string>());
    }
    status = WithReason(bad.ToStatus(), reason);
    return absl::OkStatus();
  } catch (const Json::exception&) {
    return UnreadableQuarantine();
  }
}

std::string EncodeQuarantined(const QuarantinedEvent& event) {
  return ToBytes({event.id, ToJson(event.event),
                  event.status.ok() ? std::string() : GetReason(event.status),
                  EncodeViolations(event.status), absl::ToUnixMicros(event.create_time),
                  absl::ToUnixMicros(event.update_time), event.revision});
}

absl::StatusOr<QuarantinedEvent> DecodeQuarantined(absl::string_view encoded) {
  try {
    const Json json = FromBytes(encoded);
    QuarantinedEvent event;
    event.id = json.at(0);
    event.event = ReadSentEvent(json.at(1));
    CLIENTELE_RETURN_IF_ERROR(
        DecodeStatus(json.at(2).get<std::string>(), json.at(3).get<std::string>(), event.status));
    event.create_time = absl::FromUnixMicros(json.at(4));
    event.update_time = absl::FromUnixMicros(json.at(5));
    event.revision = json.at(6);
    return event;
  } catch (const Json::exception&) {
    return UnreadableQuarantine();
  }
}

}  // namespace clientele::profile
