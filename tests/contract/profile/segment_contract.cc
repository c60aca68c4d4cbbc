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
  const auto due = stores.memberships().TakeDue(kContext, limit, now, absl::Minutes(1));
  REQUIRE(due.ok());
  return *due;
}

// Everybody who is due belongs to `segments` now.
void SettleAll(StoresUnderTest& stores, const std::vector<std::string>& segments,
               std::optional<absl::Time> next = std::nullopt) {
  for (const DueCustomer& customer : Take(stores, kNow)) {
    SettleOne(stores, customer, segments, next);
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

TEST_CASE("nobody is due while there is no segment, and then who something happens to") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"a", "b"});
  Insert(*stores, {MakeEvent("a", "1")});
  CHECK(Take(*stores, kNow).empty());
  Create(*stores, "s");
  CHECK(Take(*stores, kNow).empty());
  Insert(*stores, {MakeEvent("a", "2"), MakeEvent("b", "2")});
  CHECK(Take(*stores, kNow, 1).size() == 1);
  // The first is leased.
  CHECK(Take(*stores, kNow).size() == 1);
  CHECK(Take(*stores, kNow).empty());
  CHECK(Take(*stores, kNow + absl::Minutes(2)).size() == 2);
}

TEST_CASE("who settles is due again when something happens, or at the time that was told") {
  const auto stores = MakeStoresUnderTest();
  Create(*stores, "s");
  CreateCustomers(*stores, {"a", "b"});
  SettleAll(*stores, {"s"}, kNow + absl::Hours(1));
  CHECK(Take(*stores, kNow).empty());
  Insert(*stores, {MakeEvent("a", "1")});
  const auto touched = Take(*stores, kNow);
  REQUIRE(touched.size() == 1);
  CHECK(touched[0].customer_id == "a");
  SettleOne(*stores, touched[0], {});
  const auto later = Take(*stores, kNow + absl::Hours(1));
  REQUIRE(later.size() == 1);
  CHECK(later[0].customer_id == "b");
}

TEST_CASE("an update, a decision about consent and a new customer are such things") {
  const auto stores = MakeStoresUnderTest();
  Create(*stores, "s");
  CreateCustomers(*stores, {"a", "b"});
  SettleAll(*stores, {});
  REQUIRE(stores->customers()
              .Update(kContext, Mutation(), "a",
                      [](Customer customer) -> absl::StatusOr<Customer> {
                        customer.region = "FR";
                        return customer;
                      })
              .ok());
  CHECK(Take(*stores, kNow).size() == 1);
  Decide(*stores, "b", consent::Purpose::kProfiling, false);
  CHECK(Take(*stores, kNow).size() == 1);
  CreateCustomers(*stores, {"c"});
  CHECK(Take(*stores, kNow).size() == 1);
}

TEST_CASE("what was decided before something else happened does not count, and is decided again") {
  const auto stores = MakeStoresUnderTest();
  Create(*stores, "s");
  CreateCustomers(*stores, {"a"});
  const auto taken = Take(*stores, kNow);
  REQUIRE(taken.size() == 1);
  Insert(*stores, {MakeEvent("a", "1")});
  SettleOne(*stores, taken[0], {"s"});
  CHECK(Members(*stores, "s").empty());
  const auto again = Take(*stores, kNow);
  REQUIRE(again.size() == 1);
  CHECK(again[0].revision == taken[0].revision + 1);
}

TEST_CASE("memberships of segments that were not decided about stay") {
  const auto stores = MakeStoresUnderTest();
  Create(*stores, "s");
  CreateCustomers(*stores, {"a"});
  SettleAll(*stores, {"s"});
  Create(*stores, "t");
  Insert(*stores, {MakeEvent("a", "1")});
  const auto taken = Take(*stores, kNow);
  REQUIRE(taken.size() == 1);
  const auto changed = stores->memberships().Settle(
      kContext,
      {.segment_ids = {"t"},
       .customers = {{.customer_id = "a", .revision = taken[0].revision, .segment_ids = {"t"}}},
       .decide_time = kNow});
  REQUIRE(changed.ok());
  CHECK(*changed == 1);
  CHECK(Members(*stores, "s") == std::vector<std::string>{"a"});
  CHECK(Members(*stores, "t") == std::vector<std::string>{"a"});
}

TEST_CASE("members are counted and listed in pages, as they come and go") {
  const auto stores = MakeStoresUnderTest();
  Create(*stores, "s");
  Create(*stores, "t");
  CreateCustomers(*stores, {"b", "a", "c"});
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
  Create(*stores, "s");
  CreateCustomers(*stores, {"a"});
  const auto taken = Take(*stores, kNow);
  REQUIRE(taken.size() == 1);
  REQUIRE(stores->customers().Delete(kContext, Mutation(), "a", "").ok());
  SettleOne(*stores, taken[0], {"s"});
  CHECK(Members(*stores, "s").empty());
}

}  // namespace
}  // namespace clientele::profile::testing
