#include "services/profile-service/store/events/event_codec.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::profile {
namespace {

using Json = nlohmann::json;

absl::Status UnreadableEvent() {
  return WithReason(absl::DataLossError("a stored result cannot be read"), reason::kDataLoss);
}

Json EncodeError(const RejectedEvent& error) {
  Json violations = Json::array();
  for (const FieldViolation& violation : GetFieldViolations(error.status)) {
    violations.push_back({violation.field, violation.description});
  }
  return {{"index", error.index},
          {"reason", GetReason(error.status)},
          {"violations", std::move(violations)}};
}

// Every rejection is about fields, so they carry all of it.
RejectedEvent DecodeError(const Json& json) {
  FieldViolations bad;
  for (const Json& violation : json.at("violations")) {
    bad.Add(violation.at(0).get<std::string>(), violation.at(1).get<std::string>());
  }
  return {json.at("index").get<int64_t>(),
          WithReason(bad.ToStatus(), json.at("reason").get<std::string>())};
}

}  // namespace

std::string EventTextPlace(absl::string_view customer_id, absl::string_view event_id) {
  return absl::StrCat("profile.events.text:", customer_id, "/", event_id);
}

std::optional<postgres::Bytes> SealText(const crypto::Cipher& cipher, const Event& event) {
  if (event.text.empty()) return std::nullopt;
  return postgres::Bytes{
      cipher.Encrypt(event.text, EventTextPlace(event.customer_id, event.event_id))};
}

absl::StatusOr<std::string> OpenText(const crypto::Cipher& cipher, absl::string_view customer_id,
                                     absl::string_view event_id, absl::string_view sealed) {
  return cipher.Decrypt(sealed, EventTextPlace(customer_id, event_id));
}

absl::StatusOr<Event> ToEvent(const crypto::Cipher* cipher, std::string customer_id,
                              const postgres::Row& row, int first) {
  Event event;
  event.customer_id = std::move(customer_id);
  event.event_id = row.Text(first);
  event.type = static_cast<EventType>(row.Int64(first + 1));
  event.event_time = row.Time(first + 2);
  event.item_id = row.Text(first + 3);
  event.category = row.Text(first + 4);
  event.quantity = row.Double(first + 5);
  event.amount_micros = row.Int64(first + 6);
  event.currency_code = row.Text(first + 7);
  event.channel = row.Text(first + 8);
  event.device = row.Text(first + 9);
  event.rating = row.Double(first + 10);
  event.source = row.Text(first + 11);
  event.campaign_id = row.Text(first + 12);
  event.coupon_id = row.Text(first + 13);
  event.left_out = static_cast<LeftOut>(row.Int64(first + 14));
  if (cipher != nullptr && !row.IsNull(first + 15)) {
    CLIENTELE_ASSIGN_OR_RETURN(
        event.text, OpenText(*cipher, event.customer_id, event.event_id, row.Bytes(first + 15)));
  }
  return event;
}

std::string EncodeOutcome(const EventBatchOutcome& outcome) {
  Json errors = Json::array();
  for (const RejectedEvent& error : outcome.errors) errors.push_back(EncodeError(error));
  return Json{{"created", outcome.created},
              {"duplicates", outcome.duplicates},
              {"rejected", outcome.rejected},
              {"quarantined", outcome.quarantined},
              {"errors", std::move(errors)}}
      .dump();
}

absl::StatusOr<EventBatchOutcome> DecodeOutcome(absl::string_view encoded) {
  const Json json =
      Json::parse(encoded.begin(), encoded.end(), nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return UnreadableEvent();
  try {
    EventBatchOutcome outcome;
    outcome.created = json.at("created");
    outcome.duplicates = json.at("duplicates");
    outcome.rejected = json.at("rejected");
    // Results of the version before have none.
    outcome.quarantined = json.value("quarantined", int64_t{0});
    for (const Json& error : json.at("errors")) outcome.errors.push_back(DecodeError(error));
    return outcome;
  } catch (const Json::exception&) {
    return UnreadableEvent();
  }
}

}  // namespace clientele::profile
