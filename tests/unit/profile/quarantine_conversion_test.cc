#include "services/profile-service/rpc/quarantine_conversion.h"

#include <catch2/catch_test_macros.hpp>

#include "common/status/error_details.h"

namespace clientele::profile {
namespace {

v1::Event StrangeEvent() {
  v1::Event event;
  event.set_customer("customer 42");
  event.set_event_id("e 1");
  event.set_type(static_cast<v1::EventType>(99));
  event.mutable_event_time()->set_seconds(-1'000'000'000'000);
  event.mutable_event_time()->set_nanos(-5);
  event.set_item("item:mug");
  event.set_category("mugs");
  event.set_quantity(-1);
  event.set_amount_micros(-2);
  event.set_currency_code("pounds");
  event.set_text("雨");
  event.set_channel("web");
  event.set_device("ios");
  event.set_rating(-3);
  event.set_source("file.csv");
  return event;
}

TEST_CASE("an event is kept and told as it was sent, however wrong it is") {
  CHECK(ToProto(ToSentEvent(StrangeEvent())).SerializeAsString() ==
        StrangeEvent().SerializeAsString());
  CHECK(ToProto(ToSentEvent(v1::Event())).SerializeAsString().empty());
}

TEST_CASE("a quarantined event is told with what is wrong, its times and its etag") {
  QuarantinedEvent event;
  event.id = 7;
  event.event.event_id = "e1";
  event.status = InvalidField("event.currency_code", "must be a currency");
  event.create_time = absl::FromUnixSeconds(10);
  event.update_time = absl::FromUnixSeconds(20);
  event.revision = 3;
  v1::QuarantinedEvent proto = ToProto(event);
  CHECK(proto.name() == "quarantinedEvents/7");
  CHECK(proto.event().event_id() == "e1");
  CHECK(proto.status().code() == 3);
  CHECK(proto.status().details_size() > 0);
  CHECK(proto.create_time().seconds() == 10);
  CHECK(proto.update_time().seconds() == 20);
  CHECK_FALSE(proto.has_expire_time());
  CHECK(proto.etag() == "3");
  event.status = absl::OkStatus();
  event.expire_time = absl::FromUnixSeconds(30);
  proto = ToProto(event);
  CHECK(proto.status().code() == 0);
  CHECK(proto.expire_time().seconds() == 30);
}

TEST_CASE("an update says which event, what of it, and with which etag") {
  v1::UpdateQuarantinedEventRequest request;
  request.mutable_quarantined_event()->set_name("quarantinedEvents/7");
  request.mutable_quarantined_event()->set_etag("3");
  *request.mutable_quarantined_event()->mutable_event() = StrangeEvent();
  request.mutable_update_mask()->add_paths("event.text");
  const auto update = FromProto(request);
  REQUIRE(update.ok());
  CHECK(update->id == 7);
  CHECK(update->etag == "3");
  CHECK(update->values.text == "雨");
  CHECK(update->mask == std::vector<std::string>{"event.text"});
  request.mutable_quarantined_event()->set_name("7");
  CHECK(GetFieldViolations(FromProto(request).status())[0].field == "quarantined_event.name");
}

TEST_CASE("names of quarantined events are numbers, and a wrong one is told by its position") {
  google::protobuf::RepeatedPtrField<std::string> names;
  *names.Add() = "quarantinedEvents/7";
  *names.Add() = "quarantinedEvents/9";
  CHECK(*QuarantineIds(names) == std::vector<std::int64_t>{7, 9});
  *names.Add() = "quarantinedEvents/x";
  CHECK(GetFieldViolations(QuarantineIds(names).status())[0].field == "names[2]");
}

}  // namespace
}  // namespace clientele::profile
