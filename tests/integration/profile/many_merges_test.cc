// Merges of as many customers as a person may have.
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "absl/strings/str_format.h"

#include "services/profile-service/core/merges/merge.h"
#include "tests/contract/profile/store_calls.h"

namespace clientele::profile::testing {
namespace {

absl::Status MergeInto(StoresUnderTest& stores, const std::vector<std::string>& customers) {
  return stores.merges()
      .MergeCustomers(kContext, Mutation(), {.survivor_id = "survivor", .customer_ids = customers},
                      {})
      .status();
}

TEST_CASE("a person has at most ten thousand customers") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"survivor", "late"});
  std::vector<Customer> many;
  std::vector<std::string> ids;
  for (int i = 0; i < kMaxPersonCustomers - 1; ++i) {
    many.push_back({.id = absl::StrFormat("c%05d", i),
                    .create_time = kNow,
                    .update_time = kNow,
                    .revision = 1});
    ids.push_back(many.back().id);
  }
  REQUIRE(stores->customers().CreateMany(kContext, Mutation(), many).ok());
  const absl::Status merged = MergeInto(*stores, ids);
  INFO(merged.ToString());
  REQUIRE(merged.ok());
  CHECK(absl::IsFailedPrecondition(MergeInto(*stores, {"late"})));
  CHECK(stores->customers().Get(kContext, "late")->survivor_id.empty());
  Insert(*stores, {MakeEvent("c00000", "e"), MakeEvent("c09998", "e")});
  CHECK(stores->events().List(kContext, "survivor", std::nullopt, 9)->size() == 2);
  CHECK(stores->behavior().Read(kContext, "c00007", kNow, {}, {})->summary.event_count() == 2);
  REQUIRE(stores->customers().Delete(kContext, Mutation(), "c00001", "").ok());
  CHECK(absl::IsNotFound(stores->customers().Get(kContext, "survivor").status()));
}

}  // namespace
}  // namespace clientele::profile::testing
