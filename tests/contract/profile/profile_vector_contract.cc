// What every implementation of profile-service's stored profile vectors does.
#include <algorithm>
#include <string>
#include <unordered_set>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "tests/contract/profile/samples.h"
#include "tests/contract/profile/store_calls.h"
#include "tests/contract/profile/stores_under_test.h"

namespace clientele::profile::testing {
namespace {

using VectorOwners = std::vector<std::string>;

void AdoptAll(StoresUnderTest& stores) {
  REQUIRE(stores.profile_vectors().AdoptVectors(kContext, 100).ok());
}

std::vector<DueVector> TakeVectors(StoresUnderTest& stores, absl::Time now, int limit = 100) {
  auto due = stores.profile_vectors().TakeDueVectors(kContext, limit, now, absl::Minutes(1));
  REQUIRE(due.ok());
  return *std::move(due);
}

VectorOwners DueIds(StoresUnderTest& stores, absl::Time now, int limit = 100) {
  VectorOwners ids;
  for (const DueVector& due : TakeVectors(stores, now, limit)) ids.push_back(due.customer_id);
  std::sort(ids.begin(), ids.end());
  return ids;
}

void PutAll(StoresUnderTest& stores, const std::vector<DueVector>& due, absl::Time next) {
  std::vector<MadeVector> made;
  for (const DueVector& customer : due) {
    made.push_back({.customer_id = customer.customer_id,
                    .lease_end = customer.lease_end,
                    .model_id = "m/1",
                    .vector = {1, 2},
                    .next_due = next});
  }
  REQUIRE(stores.profile_vectors().PutVectors(kContext, made).ok());
}

std::vector<StoredVector> ReadAllVectors(StoresUnderTest& stores, int page_size = 100) {
  std::vector<StoredVector> all;
  VectorPosition after;
  while (true) {
    const auto page = stores.profile_vectors().ReadVectors(kContext, after, page_size);
    REQUIRE(page.ok());
    all.insert(all.end(), page->vectors.begin(), page->vectors.end());
    if (page->last) break;
    after = page->next;
  }
  std::sort(all.begin(), all.end(), [](const StoredVector& a, const StoredVector& b) {
    return a.customer_id < b.customer_id;
  });
  return all;
}

void Withdraw(StoresUnderTest& stores, const std::string& id) {
  Decide(stores, id, consent::Purpose::kProfiling, false);
}

void MergeInto(StoresUnderTest& stores, const std::string& survivor, const std::string& customer) {
  REQUIRE(stores.merges()
              .MergeCustomers(kContext, Mutation(),
                              {.survivor_id = survivor, .customer_ids = {customer}}, {})
              .ok());
}

TEST_CASE("customers are due from when they are known, and taken by one at a time") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"a", "b", "c"});
  CHECK(DueIds(*stores, kNow).empty());
  CHECK(*stores->profile_vectors().AdoptVectors(kContext, 2) == 2);
  CHECK(*stores->profile_vectors().AdoptVectors(kContext, 2) == 1);
  CHECK(*stores->profile_vectors().AdoptVectors(kContext, 2) == 0);
  CHECK(DueIds(*stores, kNow, 2).size() == 2);
  CHECK(DueIds(*stores, kNow).size() == 1);
  CHECK(DueIds(*stores, kNow).empty());
  CHECK(DueIds(*stores, kNow + absl::Minutes(1)).size() == 3);
}

TEST_CASE("a vector is read back, and its customer is due again when told") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"a", "b"});
  AdoptAll(*stores);
  CHECK(ReadAllVectors(*stores).empty());
  PutAll(*stores, TakeVectors(*stores, kNow), kNow + absl::Hours(24));
  const std::vector<StoredVector> stored = ReadAllVectors(*stores, 1);
  REQUIRE(stored.size() == 2);
  CHECK(stored[0].customer_id == "a");
  CHECK(stored[0].model_id == "m/1");
  CHECK(stored[0].vector == std::vector<float>{1, 2});
  CHECK(DueIds(*stores, kNow + absl::Hours(23)).empty());
  CHECK(DueIds(*stores, kNow + absl::Hours(24)) == VectorOwners{"a", "b"});
}

TEST_CASE("who changes is due soon, also while their vector is being made") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"a", "b"});
  AdoptAll(*stores);
  const std::vector<DueVector> due = TakeVectors(*stores, kNow);
  REQUIRE(stores->profile_vectors()
              .MakeVectorsDue(kContext, {"a", "nobody"}, kNow + absl::Seconds(5))
              .ok());
  PutAll(*stores, due, kNow + absl::Hours(24));
  CHECK(DueIds(*stores, kNow).empty());
  CHECK(DueIds(*stores, kNow + absl::Seconds(5)) == VectorOwners{"a"});
  // Later than they are anyway changes nothing.
  REQUIRE(stores->profile_vectors().MakeVectorsDue(kContext, {"b"}, kNow + absl::Hours(48)).ok());
  CHECK(DueIds(*stores, kNow + absl::Hours(24)) == VectorOwners{"a", "b"});
}

TEST_CASE("who becomes known by a change is due too") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"a"});
  REQUIRE(stores->profile_vectors().MakeVectorsDue(kContext, {"a"}, kNow).ok());
  CHECK(DueIds(*stores, kNow) == VectorOwners{"a"});
}

TEST_CASE("a merge and its undoing make the survivor due") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"a", "b"});
  AdoptAll(*stores);
  PutAll(*stores, TakeVectors(*stores, kNow), kNow + absl::Hours(24));
  MergeInto(*stores, "a", "b");
  REQUIRE(stores->profile_vectors().MakeVectorsDue(kContext, {"b"}, kNow).ok());
  std::vector<DueVector> due = TakeVectors(*stores, kNow);
  CHECK(due.size() == 2);
  PutAll(*stores, due, kNow + absl::Hours(24));
  // The merged one has none of their own.
  CHECK(ReadAllVectors(*stores)[1].vector.empty());
  REQUIRE(stores->merges().UndoMerge(kContext, Mutation(), 1, {}).ok());
  REQUIRE(stores->profile_vectors().MakeVectorsDue(kContext, {"b"}, kNow).ok());
  CHECK(DueIds(*stores, kNow) == VectorOwners{"a", "b"});
}

TEST_CASE("no vector is kept of who withdraws their consent, before or while it is made") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"a", "b"});
  AdoptAll(*stores);
  PutAll(*stores, TakeVectors(*stores, kNow), kNow);
  Withdraw(*stores, "a");
  CHECK(ReadAllVectors(*stores)[0].vector.empty());
  CHECK_FALSE(ReadAllVectors(*stores)[1].vector.empty());
  PutAll(*stores, TakeVectors(*stores, kNow), kNow);
  CHECK(ReadAllVectors(*stores)[0].vector.empty());
}

TEST_CASE("a deleted customer's vector is gone, and stays so") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"a"});
  AdoptAll(*stores);
  std::vector<DueVector> due = TakeVectors(*stores, kNow);
  PutAll(*stores, due, kNow);
  REQUIRE(stores->customers().Delete(kContext, Mutation(), "a", "").ok());
  CHECK(ReadAllVectors(*stores).empty());
  PutAll(*stores, due, kNow);
  REQUIRE(stores->profile_vectors().MakeVectorsDue(kContext, {"a"}, kNow).ok());
  CHECK(ReadAllVectors(*stores).empty());
  CHECK(DueIds(*stores, kNow).empty());
}

TEST_CASE("who matches is found by region, by segment, and by both") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"a", "b"});
  Customer french = MakeCustomer("c");
  french.region = "FR";
  REQUIRE(stores->customers().Create(kContext, Mutation(), french).ok());
  REQUIRE(
      stores->segments().CreateSegment(kContext, Mutation(), {.id = "s", .rule = "true"}, 9).ok());
  Insert(*stores, {MakeEvent("a", "1"), MakeEvent("c", "1")});
  const auto due = stores->memberships().TakeDue(kContext, 100, kNow, absl::Minutes(1));
  REQUIRE(due.ok());
  for (const DueCustomer& customer : *due) SettleOne(*stores, customer, {"s"});
  const auto matching = [&](const char* region, const char* segment) {
    auto ids = stores->profile_vectors().ListMatching(kContext, region, segment);
    REQUIRE(ids.ok());
    return *std::move(ids);
  };
  using Set = std::unordered_set<std::string>;
  CHECK(matching("GB", "") == Set{"a", "b"});
  CHECK(matching("", "s") == Set{"a", "c"});
  CHECK(matching("FR", "s") == Set{"c"});
  CHECK(matching("DE", "s").empty());
}

}  // namespace
}  // namespace clientele::profile::testing
