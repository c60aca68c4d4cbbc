#include "common/rpc/profile_change_source.h"

#include <memory>
#include <string>
#include <thread>

#include <catch2/catch_test_macros.hpp>

#include "tests/unit/changefeed/fake_profile_service.h"

namespace clientele::rpc {
namespace {

namespace v1 = profile::v1;
using changefeed::Change;
using changefeed::EventKind;

constexpr auto kInProcess = testing::FakeProfileService::Reach::kInProcess;

std::unique_ptr<changefeed::ChangeStream> Open(ProfileChangeSource& source,
                                               const RequestContext& context,
                                               absl::string_view cursor) {
  auto stream = source.Open(context, cursor);
  REQUIRE(stream.ok());
  return *std::move(stream);
}

TEST_CASE("changes keep their order, kinds and fields on the way") {
  testing::FakeProfileService profiles(kInProcess);
  profiles.AppendEvent("ada", "e1", v1::EVENT_TYPE_PURCHASE, "mug", 1'600'000'000);
  profiles.AppendEvent("ada", "e2", v1::EVENT_TYPE_SEARCH, "", 1'600'000'001);
  v1::Change created;
  created.set_customer("customers/bob");
  created.mutable_customer_created();
  profiles.Append(created);
  profiles.AppendDeletion("ada");
  v1::Change unknown;
  unknown.set_customer("customers/eve");
  profiles.Append(unknown);

  ProfileChangeSource source({.channel = profiles.InProcessChannel()});
  const auto stream = Open(source, {}, "");
  const auto batch = stream->Next();
  INFO(batch.status());
  REQUIRE(batch.ok());
  CHECK(batch->cursor == "5");
  REQUIRE(batch->changes.size() == 5);
  const Change& purchase = batch->changes[0];
  CHECK(purchase.kind == Change::Kind::kEvent);
  CHECK(purchase.customer_id == "ada");
  CHECK(purchase.change_time == absl::FromUnixSeconds(1'600'000'000));
  CHECK(purchase.event.event_id == "e1");
  CHECK(purchase.event.type == EventKind::kPurchase);
  CHECK(purchase.event.item_id == "mug");
  CHECK(purchase.event.quantity == 1);
  CHECK(purchase.event.text.empty());
  CHECK(batch->changes[1].event.type == EventKind::kSearch);
  CHECK(batch->changes[1].event.item_id.empty());
  CHECK(batch->changes[2].kind == Change::Kind::kCustomerCreated);
  CHECK(batch->changes[3].kind == Change::Kind::kCustomerDeleted);
  CHECK(batch->changes[4].kind == Change::Kind::kUnknown);
}

TEST_CASE("events say which campaign they are about, and whether they count") {
  testing::FakeProfileService profiles(kInProcess);
  v1::Change redeemed;
  redeemed.set_customer("customers/ada");
  redeemed.mutable_event()->set_type(v1::EVENT_TYPE_COUPON_REDEEMED);
  redeemed.mutable_event()->mutable_event_time()->set_seconds(1'600'000'000);
  redeemed.mutable_event()->set_campaign_id("spring");
  redeemed.mutable_event()->set_coupon_id("ten-off");
  redeemed.mutable_event()->set_left_out(v1::LEFT_OUT_REASON_ROBOT);
  profiles.Append(redeemed);
  ProfileChangeSource source({.channel = profiles.InProcessChannel()});
  const auto batch = Open(source, {}, "")->Next();
  REQUIRE(batch.ok());
  REQUIRE(batch->changes.size() == 1);
  const changefeed::ChangedEvent& event = batch->changes[0].event;
  CHECK(event.type == EventKind::kCouponRedeemed);
  CHECK(event.campaign_id == "spring");
  CHECK(event.coupon_id == "ten-off");
  CHECK(event.left_out);
}

TEST_CASE("decisions about consent come along, those of a newer service left out") {
  testing::FakeProfileService profiles(kInProcess);
  v1::Change changed;
  changed.set_customer("customers/ada");
  auto* decision = changed.mutable_consents_changed()->add_decisions();
  decision->set_purpose(v1::CONSENT_PURPOSE_MARKETING);
  decision->set_state(v1::CONSENT_STATE_WITHDRAWN);
  decision = changed.mutable_consents_changed()->add_decisions();
  decision->set_purpose(static_cast<v1::ConsentPurpose>(77));
  decision->set_state(v1::CONSENT_STATE_GRANTED);
  profiles.Append(changed);
  v1::Change created;
  created.set_customer("customers/bob");
  decision = created.mutable_customer_created()->add_decisions();
  decision->set_purpose(v1::CONSENT_PURPOSE_PROFILING);
  decision->set_state(v1::CONSENT_STATE_GRANTED);
  profiles.Append(created);

  ProfileChangeSource source({.channel = profiles.InProcessChannel()});
  const auto batch = Open(source, {}, "")->Next();
  REQUIRE(batch.ok());
  REQUIRE(batch->changes.size() == 2);
  consent::Consents consents;
  consents.Set(consent::Purpose::kMarketing, consent::Decision::kWithdrawn);
  CHECK(batch->changes[0].kind == Change::Kind::kConsentsChanged);
  CHECK(batch->changes[0].consents == consents);
  CHECK(batch->changes[1].kind == Change::Kind::kCustomerCreated);
  CHECK(batch->changes[1].consents.Of(consent::Purpose::kProfiling) == consent::Decision::kGranted);
}

TEST_CASE("who stands for a customer comes with merges and their undoing, and in snapshots") {
  testing::FakeProfileService profiles(kInProcess);
  v1::Change merged;
  merged.set_customer("customers/ada");
  merged.mutable_survivor_changed()->set_survivor("customers/bob");
  profiles.Append(merged);
  v1::Change undone;
  undone.set_customer("customers/ada");
  undone.mutable_survivor_changed();
  profiles.Append(undone);
  v1::Change created;
  created.set_customer("customers/cy");
  created.mutable_customer_created()->set_survivor("customers/bob");
  profiles.Append(created);

  ProfileChangeSource source({.channel = profiles.InProcessChannel()});
  const auto batch = Open(source, {}, "")->Next();
  REQUIRE(batch.ok());
  REQUIRE(batch->changes.size() == 3);
  CHECK(batch->changes[0].kind == Change::Kind::kSurvivorChanged);
  CHECK(batch->changes[0].survivor_id == "bob");
  CHECK(batch->changes[1].kind == Change::Kind::kSurvivorChanged);
  CHECK(batch->changes[1].survivor_id.empty());
  CHECK(batch->changes[2].kind == Change::Kind::kCustomerCreated);
  CHECK(batch->changes[2].survivor_id == "bob");
}

TEST_CASE("events that grew too old are nobody's, as is news of a newer service") {
  testing::FakeProfileService profiles(kInProcess);
  v1::Change expired;
  expired.mutable_events_expired()->set_type(v1::EVENT_TYPE_SEARCH);
  expired.mutable_events_expired()->mutable_before()->set_seconds(1'600'000'000);
  profiles.Append(expired);
  profiles.Append(v1::Change());
  ProfileChangeSource source({.channel = profiles.InProcessChannel()});
  const auto batch = Open(source, {}, "")->Next();
  INFO(batch.status().ToString());
  REQUIRE(batch.ok());
  REQUIRE(batch->changes.size() == 2);
  CHECK(batch->changes[0].kind == Change::Kind::kEventsExpired);
  CHECK(batch->changes[0].customer_id.empty());
  CHECK(batch->changes[0].expired_type == changefeed::EventKind::kSearch);
  CHECK(batch->changes[0].expired_before == absl::FromUnixSeconds(1'600'000'000));
  CHECK(batch->changes[1].kind == Change::Kind::kUnknown);
  // Whom any other change is about must be told.
  v1::Change nobody;
  nobody.mutable_customer_deleted();
  profiles.Append(nobody);
  ProfileChangeSource again({.channel = profiles.InProcessChannel()});
  CHECK(absl::IsInvalidArgument(Open(again, {}, "")->Next().status()));
}

TEST_CASE("a stream goes on behind its cursor, and texts come when asked for") {
  testing::FakeProfileService profiles(kInProcess);
  profiles.AppendEvent("ada", "e1", v1::EVENT_TYPE_VIEW, "mug", 1'600'000'000);
  profiles.AppendEvent("ada", "e2", v1::EVENT_TYPE_MESSAGE, "", 1'600'000'001);
  ProfileChangeSource source({.channel = profiles.InProcessChannel(), .include_text = true});
  const auto stream = Open(source, {}, "1");
  const auto batch = stream->Next();
  REQUIRE(batch.ok());
  REQUIRE(batch->changes.size() == 1);
  CHECK(batch->changes[0].event.event_id == "e2");
  CHECK(!batch->changes[0].event.text.empty());
}

TEST_CASE("a malformed name ends the batch with an error") {
  testing::FakeProfileService profiles(kInProcess);
  profiles.AppendDeletion("not/an id");
  ProfileChangeSource source({.channel = profiles.InProcessChannel()});
  CHECK(absl::IsInvalidArgument(Open(source, {}, "")->Next().status()));
}

TEST_CASE("canceling the stream or its context ends a wait for news") {
  testing::FakeProfileService profiles(kInProcess);
  ProfileChangeSource source({.channel = profiles.InProcessChannel()});
  CancellationSource cancellation;
  RequestContext context;
  context.cancellation = cancellation.token();
  const auto stream = Open(source, context, "");
  REQUIRE(stream->Next().ok());  // a keep-alive
  SECTION("the stream") { stream->Cancel(); }
  SECTION("the context") { cancellation.Cancel(); }
  absl::Status status;
  while (status.ok()) status = stream->Next().status();
  CHECK(absl::IsCancelled(status));
  CHECK(absl::IsCancelled(stream->Next().status()));
}

}  // namespace
}  // namespace clientele::rpc
