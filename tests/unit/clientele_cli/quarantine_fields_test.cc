#include "tools/clientele/commands/quarantine_fields.h"

#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "absl/strings/match.h"

namespace clientele::cli {
namespace {

TEST_CASE("fields of an event are set as an operator types them, and named in the mask") {
  profile::v1::UpdateQuarantinedEventRequest request;
  for (const char* change :
       {"customer=42", "type=purchase", "event_time=2026-10-01 10:00:00", "item=15056 BL",
        "quantity=1.5", "amount_micros=6950000", "currency_code=GBP", "text=a=b", "category="}) {
    INFO(change);
    CHECK(SetEventField(change, request).ok());
  }
  const profile::v1::Event& event = request.quarantined_event().event();
  CHECK(event.customer() == "customers/42");
  CHECK(event.type() == profile::v1::EVENT_TYPE_PURCHASE);
  CHECK(event.event_time().seconds() == 1'790'848'800);
  CHECK(event.item() == "items/15056_.20BL");
  CHECK(event.quantity() == 1.5);
  CHECK(event.amount_micros() == 6'950'000);
  CHECK(event.text() == "a=b");
  CHECK(event.category().empty());
  CHECK(request.update_mask().paths_size() == 9);
  CHECK(request.update_mask().paths(0) == "event.customer");
  CHECK(request.update_mask().paths(8) == "event.category");
}

TEST_CASE("what is no field or no value of it is refused by name") {
  const auto refused = [](const std::string& change) {
    profile::v1::UpdateQuarantinedEventRequest request;
    const absl::Status status = SetEventField(change, request);
    CHECK(absl::IsInvalidArgument(status));
    return std::string(status.message());
  };
  CHECK(absl::StrContains(refused("colour=red"), "colour=red"));
  CHECK(absl::StrContains(refused("text"), "FIELD=VALUE"));
  CHECK(absl::StrContains(refused("type=wish"), "type"));
  CHECK(absl::StrContains(refused("rating=good"), "rating"));
  CHECK(absl::StrContains(refused("amount_micros=1.5"), "amount_micros"));
  refused("event_time=yesterday");
}

}  // namespace
}  // namespace clientele::cli
