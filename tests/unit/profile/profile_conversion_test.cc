#include "services/profile-service/rpc/profile_conversion.h"

#include <limits>

#include <catch2/catch_test_macros.hpp>

#include "common/status/error_details.h"
#include "services/profile-service/core/customers/customer_validation.h"
#include "services/profile-service/core/events/event_validation.h"
#include "tests/contract/profile/samples.h"

namespace clientele::profile::testing {
namespace {

v1::Event ProtoEvent() {
  v1::Event proto;
  proto.set_customer("customers/42");
  proto.set_event_id("1");
  proto.set_type(v1::EVENT_TYPE_PURCHASE);
  proto.mutable_event_time()->set_seconds(absl::ToUnixSeconds(kNow));
  proto.set_item("items/lamp");
  proto.set_quantity(2);
  proto.set_amount_micros(6'950'000);
  proto.set_currency_code("GBP");
  return proto;
}

Event Convert(const v1::Event& proto) {
  google::protobuf::RepeatedPtrField<v1::Event> protos;
  *protos.Add() = proto;
  return FromProto(protos).at(0);
}

std::size_t BadFields(const v1::Event& proto) {
  FieldViolations bad;
  ValidateEvent(Convert(proto), kNow, "events[0]", bad);
  return bad.size();
}

TEST_CASE("an event survives the way to the domain and back") {
  v1::Event proto = ProtoEvent();
  proto.set_text("我想退货");
  proto.set_channel("web");
  proto.set_device("ios");
  proto.set_rating(4);
  proto.set_category("light");
  proto.set_source("file.csv");
  const Event event = Convert(proto);
  CHECK(event.customer_id == "42");
  CHECK(event.item_id == "lamp");
  CHECK(ToProto(event).SerializeAsString() == proto.SerializeAsString());
}

TEST_CASE("names of another form and impossible times become values that core refuses") {
  CHECK(BadFields(ProtoEvent()) == 0);
  for (const char* bad : {"42", "", "customer/42", "customers/", "customers/a/b"}) {
    v1::Event proto = ProtoEvent();
    proto.set_customer(bad);
    CHECK(BadFields(proto) == 1);
  }
  for (const char* bad : {"lamp", "items/", "items/a/b"}) {
    v1::Event proto = ProtoEvent();
    proto.set_item(bad);
    CHECK(BadFields(proto) == 1);
  }
  v1::Event without_time = ProtoEvent();
  without_time.clear_event_time();
  CHECK(BadFields(without_time) == 1);
  v1::Event strange_time = ProtoEvent();
  strange_time.mutable_event_time()->set_nanos(-5);
  CHECK(BadFields(strange_time) == 1);
  strange_time.mutable_event_time()->set_seconds(std::numeric_limits<int64_t>::max());
  CHECK(BadFields(strange_time) == 1);
}

TEST_CASE("a customer's resource name gives its id") {
  v1::Customer proto;
  proto.set_name("customers/42");
  proto.set_email("a@example.com");
  (*proto.mutable_attributes())["k"] = "v";
  CHECK(FromProto(proto).id == "42");
  CHECK(FromProto(proto, "43").id == "43");
  CHECK(FromProto(proto).attributes.at("k") == "v");
  proto.set_name("42");
  CHECK_FALSE(IsValidId(FromProto(proto).id));
  const v1::Customer back = ToProto(MakeCustomer("42"));
  CHECK(back.name() == "customers/42");
  CHECK(back.etag() == "1");
  CHECK(back.create_time().seconds() == absl::ToUnixSeconds(kNow));
}

TEST_CASE("changes of each kind are told") {
  ChangeMessage message{.changes = {}, .cursor = "c"};
  message.changes.push_back({ChangeKind::kCustomerCreated, "1", kNow, {}});
  message.changes.push_back({ChangeKind::kEvent, "1", kNow, MakeEvent("1", "e")});
  message.changes.push_back({ChangeKind::kCustomerDeleted, "1", kNow, {}});
  message.changes.push_back({.kind = ChangeKind::kSurvivor,
                             .customer_id = "1",
                             .change_time = kNow,
                             .event = {},
                             .survivor_id = "2"});
  message.changes.push_back({ChangeKind::kSurvivor, "1", kNow, {}});
  message.changes.push_back({.kind = ChangeKind::kEventsExpired,
                             .customer_id = "",
                             .change_time = kNow,
                             .event = {},
                             .expired = {EventType::kSearch, kNow - absl::Hours(1)}});
  const v1::StreamChangesResponse proto = ToProto(message);
  REQUIRE(proto.changes_size() == 6);
  CHECK(proto.cursor() == "c");
  CHECK(proto.changes(0).has_customer_created());
  CHECK(proto.changes(1).event().event_id() == "e");
  CHECK(proto.changes(1).customer() == "customers/1");
  CHECK(proto.changes(2).has_customer_deleted());
  CHECK(proto.changes(3).survivor_changed().survivor() == "customers/2");
  CHECK(proto.changes(4).has_survivor_changed());
  CHECK(proto.changes(4).survivor_changed().survivor().empty());
  CHECK(proto.changes(5).customer().empty());
  CHECK(proto.changes(5).events_expired().type() == v1::EVENT_TYPE_SEARCH);
  CHECK(proto.changes(5).events_expired().before().seconds() == absl::ToUnixSeconds(kNow) - 3600);
}

TEST_CASE("rejections carry their position and what is wrong") {
  EventBatchOutcome outcome;
  outcome.created = 3;
  outcome.Reject(7, UnknownCustomer(7));
  const v1::BatchCreateEventsResponse proto = ToProto(outcome);
  CHECK(proto.created_count() == 3);
  CHECK(proto.rejected_count() == 1);
  CHECK(proto.errors(0).index() == 7);
  CHECK(proto.errors(0).status().code() == static_cast<int>(absl::StatusCode::kInvalidArgument));
  CHECK_FALSE(proto.errors(0).status().message().empty());
}

TEST_CASE("a profile tells its scores by their names, in the model's order") {
  Profile profile;
  profile.customer_id = "42";
  profile.scores = {{.id = "churn", .value = 0.25}, {.id = "value", .value = 12.5}};
  const v1::Profile proto = ToProto(profile);
  REQUIRE(proto.scores_size() == 2);
  CHECK(proto.scores(0).id() == "churn");
  CHECK(proto.scores(0).value() == 0.25);
  CHECK(proto.scores(1).id() == "value");
  CHECK(proto.scores(1).value() == 12.5);
}

TEST_CASE("a profile without events tells no times and no counts") {
  Profile profile;
  profile.customer_id = "42";
  profile.compute_time = kNow;
  const v1::Profile proto = ToProto(profile);
  CHECK(proto.name() == "customers/42/profile");
  CHECK(proto.features_size() == static_cast<int>(kBehaviorFeatures));
  CHECK_FALSE(proto.has_first_event_time());
  CHECK(proto.event_counts_size() == 0);
}

}  // namespace
}  // namespace clientele::profile::testing
