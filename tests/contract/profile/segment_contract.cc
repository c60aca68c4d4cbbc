// What every implementation of profile-service's segments does.
#include <optional>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "common/status/error_details.h"
#include "tests/contract/profile/samples.h"
#include "tests/contract/profile/store_calls.h"
#include "tests/contract/profile/stores_under_test.h"

namespace clientele::profile::testing {
namespace {

constexpr int kManySegments = 10;

Segment MakeSegment(std::string id) {
  return {.id = std::move(id),
          .display_name = "Gärtner 园丁",
          .rule = "purchases >= 1",
          .create_time = kNow};
}

void Create(StoresUnderTest& stores, const std::string& id) {
  REQUIRE(
      stores.segments().CreateSegment(kContext, Mutation(), MakeSegment(id), kManySegments).ok());
}

std::vector<DueCustomer> Take(StoresUnderTest& stores, absl::Time now, int limit = 100) {
  const auto due = stores.segments().TakeDue(kContext, limit, now, absl::Minutes(1));
  REQUIRE(due.ok());
  return *due;
}

// Everybody who is due belongs to `segments` now.
void SettleAll(StoresUnderTest& stores, const std::vector<std::string>& segments,
               std::optional<absl::Time> next = std::nullopt) {
  for (const DueCustomer& customer : Take(stores, kNow)) {
    REQUIRE(stores.segments().Settle(kContext, customer, segments, next, kNow).ok());
  }
}

std::vector<std::string> Members(StoresUnderTest& stores, const std::string& segment,
                                 const std::string& after = "", int limit = 100) {
  const auto members = stores.segments().ListMembers(kContext, segment, after, limit);
  REQUIRE(members.ok());
  std::vector<std::string> ids;
  for (const SegmentMember& member : *members) ids.push_back(member.customer_id);
  return ids;
}

TEST_CASE("a segment is read back as it was made, and its id is taken") {
  const auto stores = MakeStoresUnderTest();
  Create(*stores, "b");
  Create(*stores, "a");
  CHECK(*stores->segments().GetSegment(kContext, "b") == MakeSegment("b"));
  const auto all = stores->segments().ListSegments(kContext);
  REQUIRE(all.ok());
  REQUIRE(all->size() == 2);
  CHECK((*all)[0].id == "a");
  CHECK(absl::IsAlreadyExists(
      stores->segments()
          .CreateSegment(kContext, Mutation(), MakeSegment("a"), kManySegments)
          .status()));
  CHECK(absl::IsResourceExhausted(
      stores->segments().CreateSegment(kContext, Mutation(), MakeSegment("c"), 2).status()));
  CHECK(absl::IsNotFound(stores->segments().GetSegment(kContext, "c").status()));
  CHECK(absl::IsNotFound(stores->segments().ListMembers(kContext, "c", "", 1).status()));
}

TEST_CASE("everybody is due when a segment is made, and nobody while there is none") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"a", "b"});
  Insert(*stores, {MakeEvent("a", "1")});
  CHECK(Take(*stores, kNow).empty());
  Create(*stores, "s");
  CHECK(Take(*stores, kNow, 1).size() == 1);
  // The first is leased.
  CHECK(Take(*stores, kNow).size() == 1);
  CHECK(Take(*stores, kNow).empty());
  CHECK(Take(*stores, kNow + absl::Minutes(2)).size() == 2);
}

TEST_CASE("who settles is due again when something happens, or at the time that was told") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"a", "b"});
  Create(*stores, "s");
  SettleAll(*stores, {"s"}, kNow + absl::Hours(1));
  CHECK(Take(*stores, kNow).empty());
  Insert(*stores, {MakeEvent("a", "1")});
  const auto touched = Take(*stores, kNow);
  REQUIRE(touched.size() == 1);
  CHECK(touched[0].customer_id == "a");
  REQUIRE(stores->segments().Settle(kContext, touched[0], {}, std::nullopt, kNow).ok());
  const auto later = Take(*stores, kNow + absl::Hours(1));
  REQUIRE(later.size() == 1);
  CHECK(later[0].customer_id == "b");
}

TEST_CASE("an update, a decision about consent and a new customer are such things") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"a", "b"});
  Create(*stores, "s");
  SettleAll(*stores, {});
  REQUIRE(stores->customers()
              .Update(kContext, Mutation(), "a",
                      [](Customer customer) -> absl::StatusOr<Customer> {
                        customer.region = "FR";
                        return customer;
                      })
              .ok());
  CHECK(Take(*stores, kNow).size() == 1);
  REQUIRE(stores->consents()
              .Record(kContext, Mutation(),
                      {{.customer_id = "b",
                        .purpose = consent::Purpose::kProfiling,
                        .granted = false,
                        .decision_time = kNow,
                        .store_time = kNow}},
                      {})
              .ok());
  CHECK(Take(*stores, kNow).size() == 1);
  CreateCustomers(*stores, {"c"});
  CHECK(Take(*stores, kNow).size() == 1);
}

TEST_CASE("what happens while a customer is looked at makes them due again") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"a"});
  Create(*stores, "s");
  const auto taken = Take(*stores, kNow);
  REQUIRE(taken.size() == 1);
  Insert(*stores, {MakeEvent("a", "1")});
  REQUIRE(stores->segments().Settle(kContext, taken[0], {"s"}, std::nullopt, kNow).ok());
  CHECK(Take(*stores, kNow).size() == 1);
}

TEST_CASE("members are counted and listed in pages, as they come and go") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"b", "a", "c"});
  Create(*stores, "s");
  Create(*stores, "t");
  SettleAll(*stores, {"s", "t", "gone"});
  CHECK(Members(*stores, "s") == std::vector<std::string>{"a", "b", "c"});
  CHECK(Members(*stores, "s", "a", 1) == std::vector<std::string>{"b"});
  CHECK(stores->segments().GetSegment(kContext, "s")->member_count == 3);
  Insert(*stores, {MakeEvent("b", "1")});
  SettleAll(*stores, {"t"});
  CHECK(Members(*stores, "s") == std::vector<std::string>{"a", "c"});
  CHECK(stores->segments().GetSegment(kContext, "s")->member_count == 2);
  CHECK(stores->segments().GetSegment(kContext, "t")->member_count == 3);
  REQUIRE(stores->customers().Delete(kContext, Mutation(), "a", "").ok());
  CHECK(Members(*stores, "s") == std::vector<std::string>{"c"});
  CHECK(stores->segments().GetSegment(kContext, "s")->member_count == 1);
  REQUIRE(stores->segments().DeleteSegment(kContext, Mutation(), "s").ok());
  CHECK(absl::IsNotFound(stores->segments().DeleteSegment(kContext, Mutation(), "s")));
  CHECK(Members(*stores, "t") == std::vector<std::string>{"b", "c"});
}

TEST_CASE("a customer who is gone when they settle belongs to nothing") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"a"});
  Create(*stores, "s");
  const auto taken = Take(*stores, kNow);
  REQUIRE(taken.size() == 1);
  REQUIRE(stores->customers().Delete(kContext, Mutation(), "a", "").ok());
  CHECK(stores->segments().Settle(kContext, taken[0], {"s"}, std::nullopt, kNow).ok());
  CHECK(Members(*stores, "s").empty());
}

TEST_CASE("a record has what rules read, and of the events the newest") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"a"});
  Event old = MakeEvent("a", "1", EventType::kPurchase);
  old.event_time = kNow - absl::Hours(48);
  Insert(*stores, {old, MakeEvent("a", "2")});
  const auto read = [&](absl::Time since) {
    const auto record = stores->segments().ReadRecord(kContext, "a", kNow, {}, since);
    REQUIRE(record.ok());
    CHECK(record->customer == MakeCustomer("a"));
    CHECK(record->behavior.summary.event_count() == 2);
    return record->events.size();
  };
  CHECK(read(absl::InfinitePast()) == 2);
  CHECK(read(kNow - absl::Hours(24)) == 1);
  CHECK(read(absl::InfiniteFuture()) == 0);
  CHECK(absl::IsNotFound(stores->segments().ReadRecord(kContext, "b", kNow, {}, kNow).status()));
}

}  // namespace
}  // namespace clientele::profile::testing
