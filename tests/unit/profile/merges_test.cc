#include "services/profile-service/core/merges/merges.h"

#include <cmath>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "absl/strings/str_cat.h"

#include "services/profile-service/core/changes/change_notifier.h"
#include "services/profile-service/core/features/behavior_sums.h"
#include "tests/contract/profile/memory_stores.h"
#include "tests/contract/profile/samples.h"
#include "tests/support/fake_clock.h"

namespace clientele::profile {
namespace {

struct Merging {
  Merging() {
    for (const char* id : {"a", "b", "c"}) {
      REQUIRE(stores.Create({}, {}, testing::MakeCustomer(id)).ok());
    }
  }
  absl::Status Try(const MergePlan& plan) { return merges.MergeCustomers({}, {}, plan).status(); }

  clientele::testing::FakeClock clock;
  testing::MemoryStores stores{&clock};
  ChangeNotifier notifier{&stores, &clock};
  Merges merges{&stores, &notifier, {}};
};

TEST_CASE("a merge of a customer with themselves, of nobody, or of wrong names is refused") {
  Merging merging;
  const auto invalid = [&](const MergePlan& plan) {
    return absl::IsInvalidArgument(merging.Try(plan));
  };
  CHECK(invalid({.survivor_id = "a", .customer_ids = {"a"}}));
  CHECK(invalid({.survivor_id = "a", .customer_ids = {"b", "a"}}));
  CHECK(invalid({.survivor_id = "a"}));
  CHECK(invalid({.customer_ids = {"a"}}));
  CHECK(invalid({.survivor_id = "a b", .customer_ids = {"c"}}));
  CHECK(invalid({.survivor_id = "a", .customer_ids = {"b", "x y"}}));
  CHECK(invalid({.survivor_id = "a", .customer_ids = {"b"}, .match_id = 1}));
  CHECK(invalid({.survivor_id = "a", .customer_ids = std::vector<std::string>(1001, "b")}));
  CHECK(merging.Try({.survivor_id = "a", .customer_ids = {"c", "b", "c"}}).ok());
  CHECK(merging.stores.Get({}, "a")->merged_count == 2);
}

TEST_CASE("pages of merges and matches follow each other, and no token fits another list") {
  Merging merging;
  REQUIRE(merging.Try({.survivor_id = "a", .customer_ids = {"b"}}).ok());
  REQUIRE(merging.Try({.survivor_id = "a", .customer_ids = {"c"}}).ok());
  const auto first = merging.merges.List({}, "", 1, "");
  REQUIRE(first.ok());
  CHECK(first->merges.front().customer_id == "c");
  const auto second = merging.merges.List({}, "", 1, first->next_page_token);
  REQUIRE(second.ok());
  CHECK(second->merges.front().customer_id == "b");
  CHECK(second->next_page_token.empty());
  CHECK(absl::IsInvalidArgument(merging.merges.List({}, "a", 1, first->next_page_token).status()));
  CHECK(
      absl::IsInvalidArgument(merging.merges.ListMatches({}, 1, first->next_page_token).status()));
  CHECK(absl::IsInvalidArgument(merging.merges.ListMatches({}, 1, "nonsense").status()));

  REQUIRE(merging.merges.Undo({}, {}, first->merges.front().id).ok());
  REQUIRE(merging.stores
              .Propose({}, 1,
                       {{.customer_id = "a", .other_id = "c", .probability = 0.1 + 0.2},
                        {.customer_id = "b", .other_id = "c", .probability = 0.1 + 0.2}},
                       testing::kNow)
              .ok());
  const auto match = merging.merges.ListMatches({}, 1, "");
  REQUIRE(match.ok());
  CHECK(match->matches.size() == 1);
  CHECK(match->next_page_token.empty());
}

TEST_CASE("sums of several customers are those of one who did all of it") {
  const AffinityModel affinity;
  std::vector<Event> events;
  for (int i = 0; i < 60; ++i) {
    Event event = testing::MakeEvent(absl::StrCat("c", i % 3), absl::StrCat("e", i),
                                     static_cast<EventType>(1 + i % 9));
    event.event_time = testing::kNow - absl::Hours(7 * i);
    event.item_id = absl::StrCat("i", i % 7);
    event.category = absl::StrCat("k", i % 4);
    event.amount_micros = i * 1000;
    event.currency_code = i % 2 == 0 ? "GBP" : "EUR";
    event.channel = i % 5 == 0 ? "" : "web";
    event.device = "ios";
    event.rating = i % 6;
    events.push_back(event);
  }
  BehaviorSums all;
  std::vector<BehaviorSums> parts(4);  // one of nobody
  for (std::size_t i = 0; i < events.size(); ++i) {
    all.Add(events[i], affinity);
    parts[i % 3].Add(events[i], affinity);
  }
  const SummedBehavior expected = SummedBehaviorOf(all);
  std::vector<SummedBehavior> summed;
  for (const BehaviorSums& part : parts) summed.push_back(SummedBehaviorOf(part));
  const SummedBehavior combined =
      Combined(summed,
               {expected.summary.active_days, expected.summary.purchase_days,
                expected.summary.distinct_items},
               affinity);
  CHECK(combined.summary.count_by_type == expected.summary.count_by_type);
  CHECK(combined.summary.first_event_time == expected.summary.first_event_time);
  CHECK(combined.summary.last_event_time == expected.summary.last_event_time);
  CHECK(combined.summary.last_purchase_time == expected.summary.last_purchase_time);
  CHECK(combined.summary.weekend_events == expected.summary.weekend_events);
  CHECK(combined.summary.night_events == expected.summary.night_events);
  CHECK(combined.summary.rating_sum == expected.summary.rating_sum);
  CHECK(combined.summary.rating_count == expected.summary.rating_count);
  CHECK(combined.summary.currencies == expected.summary.currencies);
  CHECK(combined.summary.channels == expected.summary.channels);
  CHECK(combined.summary.devices == expected.summary.devices);
  CHECK(combined.summary.distinct_categories == expected.summary.distinct_categories);
  REQUIRE(combined.categories.size() == expected.categories.size());
  for (std::size_t i = 0; i < combined.categories.size(); ++i) {
    const CategoryAffinity& one = combined.categories[i];
    const CategoryAffinity& other = expected.categories[i];
    CHECK(one.category == other.category);
    CHECK(one.affinity.time == other.affinity.time);
    CHECK(std::abs(one.affinity.weight - other.affinity.weight) < 1e-9);
  }
}

}  // namespace
}  // namespace clientele::profile
