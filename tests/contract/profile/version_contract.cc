// What every implementation tells of versions of profiles, and the feed of memberships.
#include <cstdint>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "absl/strings/str_cat.h"

#include "tests/contract/profile/samples.h"
#include "tests/contract/profile/store_calls.h"
#include "tests/contract/profile/stores_under_test.h"

namespace clientele::profile::testing {
namespace {

ProfileVersion VersionOf(StoresUnderTest& stores, const std::string& customer) {
  const auto version = stores.versions().Version(kContext, customer);
  REQUIRE(version.ok());
  return *version;
}

bool IsContained(StoresUnderTest& stores, const std::string& customer, std::int64_t change) {
  const auto contained = stores.versions().Contains(kContext, customer, change);
  REQUIRE(contained.ok());
  return *contained;
}

Event TextEvent(const std::string& customer, const std::string& id) {
  Event event = MakeEvent(customer, id, EventType::kMessage);
  event.text = "a text";
  return event;
}

void Embed(StoresUnderTest& stores, const std::string& customer, const std::string& event) {
  REQUIRE(stores.text_vectors()
              .Put(kContext, "m/1", {{TextVector{customer, event, {1, 0}}}}, kNow)
              .ok());
}

std::vector<std::string> MembershipsTold(StoresUnderTest& stores, std::int64_t after = 0) {
  const auto page = stores.changes().Read(kContext, after, {.part = FeedPart::kSegments});
  REQUIRE(page.ok());
  std::vector<std::string> told;
  for (const Change& change : page->changes) {
    told.push_back(absl::StrCat(change.customer_id,
                                change.kind == ChangeKind::kSegmentJoined ? "+" : "-",
                                change.segment_id));
  }
  return told;
}

TEST_CASE("a profile contains a change once no text stored until then waits for its vector") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"a", "b"});
  const std::int64_t first = Insert(*stores, {TextEvent("a", "t1")}).change;
  const std::int64_t second = Insert(*stores, {MakeEvent("a", "v"), TextEvent("a", "t2")}).change;
  CHECK(first < second);
  CHECK_FALSE(IsContained(*stores, "a", first));
  CHECK(IsContained(*stores, "b", second));
  Embed(*stores, "a", "t1");
  CHECK(IsContained(*stores, "a", first));
  CHECK_FALSE(IsContained(*stores, "a", second));
  // Sent again, the same events are named by a change that has them.
  const EventBatchOutcome again = Insert(*stores, {TextEvent("a", "t2")});
  CHECK(again.duplicates == 1);
  CHECK(again.change >= second);
  CHECK_FALSE(IsContained(*stores, "a", again.change));
  Embed(*stores, "a", "t2");
  CHECK(IsContained(*stores, "a", again.change));
  CHECK(absl::IsInvalidArgument(
      stores->versions().Contains(kContext, "a", again.change + 1).status()));
  CHECK(absl::IsNotFound(stores->versions().Contains(kContext, "nobody", 1).status()));
}

TEST_CASE("a person's version changes with events, vectors, consents and merges") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"a", "b"});
  ProfileVersion seen = VersionOf(*stores, "b");
  const auto changed = [&] {
    const ProfileVersion now = VersionOf(*stores, "b");
    const bool other = now != seen;
    seen = now;
    return other;
  };
  CHECK_FALSE(changed());
  Insert(*stores, {TextEvent("b", "t")});
  CHECK(changed());
  Embed(*stores, "b", "t");
  CHECK(changed());
  const ConsentDecision decision{.customer_id = "b",
                                 .purpose = consent::Purpose::kProfiling,
                                 .granted = true,
                                 .decision_time = kNow,
                                 .store_time = kNow};
  REQUIRE(stores->consents().Record(kContext, Mutation(), {decision}, {}).ok());
  CHECK(changed());
  Insert(*stores, {MakeEvent("a", "e")});
  CHECK_FALSE(changed());
  const auto merged = stores->merges().MergeCustomers(
      kContext, Mutation(), {.survivor_id = "a", .customer_ids = {"b"}}, {});
  REQUIRE(merged.ok());
  CHECK(changed());
  CHECK(seen.customer_id == "a");
  Insert(*stores, {MakeEvent("a", "e2")});
  CHECK(changed());
  REQUIRE(stores->merges().UndoMerge(kContext, Mutation(), merged->front().id, {}).ok());
  CHECK(changed());
  CHECK(seen.customer_id == "b");
}

TEST_CASE("the feed tells who joined and left segments, apart from what followers need") {
  const auto stores = MakeStoresUnderTest();
  for (const char* id : {"s", "t"}) {
    REQUIRE(stores->segments()
                .CreateSegment(kContext, Mutation(), {.id = id, .rule = "views >= 0"}, 9)
                .ok());
  }
  CreateCustomers(*stores, {"a", "b"});
  const auto settle = [&](const std::string& customer, const std::vector<std::string>& segments) {
    SettleOne(*stores, {customer, 1}, segments);
  };
  settle("a", {"s", "t"});
  settle("b", {"s"});
  settle("b", {"s"});
  settle("a", {"t", "gone"});
  CHECK(MembershipsTold(*stores) == std::vector<std::string>{"a+s", "a+t", "b+s", "a-s"});
  CHECK(ReadAll(*stores) == std::vector<std::string>{"created a", "created b"});
  REQUIRE(stores->merges()
              .MergeCustomers(kContext, Mutation(), {.survivor_id = "b", .customer_ids = {"a"}}, {})
              .ok());
  CHECK(MembershipsTold(*stores).back() == "a-t");
  REQUIRE(stores->customers().Delete(kContext, Mutation(), "b", "").ok());
  CHECK(MembershipsTold(*stores).empty());
}

}  // namespace
}  // namespace clientele::profile::testing
