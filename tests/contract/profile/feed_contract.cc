// What every implementation of profile-service's change feed does.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "tests/contract/profile/samples.h"
#include "tests/contract/profile/store_calls.h"
#include "tests/contract/profile/stores_under_test.h"

namespace clientele::profile::testing {
namespace {

TEST_CASE("the feed is read in pages, each change once") {
  const auto stores = MakeStoresUnderTest();
  CHECK(stores->changes().State(kContext)->last_seq == 0);
  CreateCustomers(*stores, {"a"});
  std::vector<Event> events;
  for (int i = 0; i < 10; ++i) events.push_back(MakeEvent("a", absl::StrCat(9 - i)));
  Insert(*stores, events);
  std::vector<std::string> seen;
  int64_t after = 0;
  while (true) {
    const auto page = stores->changes().Read(kContext, after, {.changes = 3});
    REQUIRE(page.ok());
    if (page->last_seq == after) break;
    after = page->last_seq;
    for (std::string& text : Describe(page->changes)) seen.push_back(std::move(text));
  }
  CHECK(seen.size() == 11);
  CHECK(seen[1] == "event a9");
  CHECK(seen[10] == "event a0");
  CHECK(stores->changes().State(kContext)->last_seq == after);
}

TEST_CASE("a snapshot has every customer and event once, by key, page by page") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"b", "B", "a-1", "gone", "a"});
  Insert(*stores, {MakeEvent("b", "2"), MakeEvent("b", "10"), MakeEvent("a", "x"),
                   MakeEvent("gone", "1"), MakeEvent("B", "/~")});
  REQUIRE(stores->customers().Delete(kContext, Mutation(), "gone", "").ok());
  const int size = GENERATE(1, 2, 3, 100);
  std::vector<std::string> seen;
  std::string place;
  std::optional<SnapshotKey> reached;
  while (true) {
    const auto page = stores->changes().ReadSnapshot(kContext, place, {.changes = size});
    REQUIRE(page.ok());
    CHECK(page->epoch == stores->changes().State(kContext)->epoch);
    CHECK(page->changes.size() <= static_cast<std::size_t>(size));
    CHECK(page->range.after.has_value() == reached.has_value());
    if (reached) {
      CHECK(page->range.after->customer_id == reached->customer_id);
      CHECK(page->range.after->event_id == reached->event_id);
    }
    for (std::string& text : Describe(page->changes)) seen.push_back(std::move(text));
    if (!page->range.through) break;
    reached = page->range.through;
    place = page->next_place;
  }
  CHECK(seen == std::vector<std::string>{"created B", "event B/~", "created a", "event ax",
                                         "created a-1", "created b", "event b10", "event b2"});
}

TEST_CASE("a page is bounded in bytes, and has at least one change") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"a"});
  std::vector<Event> events;
  for (int i = 0; i < 5; ++i) {
    events.push_back(MakeEvent("a", absl::StrCat(i)));
    events.back().text = std::string(1000, 'x');
  }
  Insert(*stores, events);
  const auto sizes = [&](int64_t bytes) {
    const PageLimit limit{.changes = 100, .bytes = bytes, .include_text = true};
    const auto changes = stores->changes().Read(kContext, 1, limit);
    const auto snapshot = stores->changes().ReadSnapshot(kContext, "", limit);
    REQUIRE(changes.ok());
    REQUIRE(snapshot.ok());
    CHECK(changes->last_seq == 1 + static_cast<int64_t>(changes->changes.size()));
    return std::pair(changes->changes.size(), snapshot->changes.size());
  };
  CHECK(sizes(1) == std::pair<std::size_t, std::size_t>(1, 1));
  CHECK(sizes(2500) == std::pair<std::size_t, std::size_t>(2, 3));
  CHECK(sizes(1'000'000) == std::pair<std::size_t, std::size_t>(5, 6));
}

TEST_CASE("the feed tells its epoch, and begins another one when asked") {
  const auto stores = MakeStoresUnderTest();
  ChangeStore& changes = stores->changes();
  const std::string first = changes.State(kContext)->epoch;
  CHECK_FALSE(first.empty());
  REQUIRE(changes.RenewEpoch(kContext, "another").ok());
  CHECK(changes.State(kContext)->epoch == first);
  REQUIRE(changes.RenewEpoch(kContext, first).ok());
  CHECK(changes.State(kContext)->epoch != first);
}

TEST_CASE("compaction takes old changes that every follower has, and remembers how far it went") {
  const auto stores = MakeStoresUnderTest();
  ChangeStore& changes = stores->changes();
  stores->clock.Advance(kNow - stores->clock.Now());
  const std::string epoch = changes.State(kContext)->epoch;
  // Customers carry the time at which they were made; events that of the clock.
  CreateCustomers(*stores, {"a", "b"});
  stores->clock.Advance(absl::Hours(1));
  Insert(*stores, {MakeEvent("a", "1"), MakeEvent("a", "2")});
  CHECK(changes.TimeOf(kContext, 1).value() == kNow);
  const auto compact = [&](absl::Duration age, int64_t limit = 100) {
    const auto deleted = changes.Compact(kContext, stores->clock.Now() - age, limit);
    REQUIRE(deleted.ok());
    return *deleted;
  };
  CHECK(compact(absl::Hours(2)) == 0);
  REQUIRE(changes.Acknowledge(kContext, "slow", epoch, 1).ok());
  REQUIRE(changes.Acknowledge(kContext, "quick", epoch, 4).ok());
  REQUIRE(changes.Acknowledge(kContext, "of another epoch", "other", 0).ok());
  CHECK(compact(absl::Minutes(30)) == 1);
  CHECK(changes.State(kContext)->compacted_seq == 1);
  CHECK_FALSE(changes.TimeOf(kContext, 1)->has_value());
  CHECK(changes.Read(kContext, 1, {})->changes.size() == 3);

  REQUIRE(changes.Acknowledge(kContext, "slow", epoch, 4).ok());
  CHECK(compact(absl::Minutes(30)) == 1);  // the events are younger
  stores->clock.Advance(absl::Hours(1));
  REQUIRE(changes.Acknowledge(kContext, "slow", epoch, 4).ok());
  CHECK(compact(absl::Minutes(30), 1) == 1);
  CHECK(compact(absl::Minutes(30), 1) == 1);
  CHECK(compact(absl::Minutes(30), 1) == 0);
  const auto state = changes.State(kContext);
  CHECK(state->compacted_seq == 4);
  CHECK(state->last_seq == 4);

  // A follower that was not seen for as long does not count.
  Insert(*stores, {MakeEvent("a", "3")});
  REQUIRE(changes.Acknowledge(kContext, "slow", epoch, 4).ok());
  stores->clock.Advance(absl::Hours(3));
  CHECK(compact(absl::Hours(2)) == 1);
}

TEST_CASE("deleting a customer leaves nothing but the news of it") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"a", "b"});
  Insert(*stores, {MakeEvent("a", "1"), MakeEvent("b", "1")});
  REQUIRE(stores->customers().Delete(kContext, Mutation(), "a", "").ok());
  CHECK(ReadAll(*stores) == std::vector<std::string>{"created b", "event b1", "deleted a"});
  CHECK(absl::IsNotFound(stores->events().List(kContext, "a", std::nullopt, 1).status()));
  CHECK(absl::IsNotFound(stores->behavior().Summarize(kContext, "a", kNow, {}).status()));
  CHECK(Insert(*stores, {MakeEvent("a", "2")}, true).rejected == 1);
}

}  // namespace
}  // namespace clientele::profile::testing
