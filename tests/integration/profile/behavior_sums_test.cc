// Sums that are kept against sums made anew from the same events, whatever happened in between.
#include <algorithm>
#include <atomic>
#include <cstddef>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

#include "absl/strings/str_cat.h"

#include "common/postgres/statement.h"
#include "tests/contract/profile/memory_stores.h"
#include "tests/contract/profile/samples.h"
#include "tests/contract/profile/store_calls.h"
#include "tests/integration/profile/pg_stores_under_test.h"

namespace clientele::profile::testing {
namespace {

using postgres::Statement;

// So that some minutes and hours are full.
constexpr RateLimits kFewAtOnce{.per_minute = 9, .per_hour = 12};

const std::vector<std::string> kCustomers = {"ada", "bea", "cyd"};

void CheckEqual(const BehaviorSummary& kept, const BehaviorSummary& made) {
  CHECK(kept.count_by_type == made.count_by_type);
  CHECK(kept.first_event_time == made.first_event_time);
  CHECK(kept.last_event_time == made.last_event_time);
  CHECK(kept.last_purchase_time == made.last_purchase_time);
  CHECK(kept.active_days == made.active_days);
  CHECK(kept.purchase_days == made.purchase_days);
  CHECK(kept.weekend_events == made.weekend_events);
  CHECK(kept.night_events == made.night_events);
  CHECK(kept.distinct_items == made.distinct_items);
  CHECK(kept.distinct_categories == made.distinct_categories);
  CHECK_THAT(kept.rating_sum, Catch::Matchers::WithinAbs(made.rating_sum, 1e-6));
  CHECK(kept.rating_count == made.rating_count);
  CHECK(kept.responses == made.responses);
  CHECK(kept.left_out == made.left_out);
  CHECK(kept.currencies == made.currencies);
  CHECK(kept.channels == made.channels);
  CHECK(kept.devices == made.devices);
  REQUIRE(kept.category_affinity.size() == made.category_affinity.size());
  for (std::size_t i = 0; i < kept.category_affinity.size(); ++i) {
    CHECK(kept.category_affinity[i].key == made.category_affinity[i].key);
    CHECK_THAT(kept.category_affinity[i].weight,
               Catch::Matchers::WithinAbs(made.category_affinity[i].weight, 1e-8));
  }
}

// Both kinds of stores, to which the same happens.
struct Pair {
  PgStoresUnderTest kept;
  clientele::testing::FakeClock clock;
  MemoryStores made{&clock};

  explicit Pair(const RateLimits& rates = {}) : kept(4, {.affinity = {}, .rates = rates}) {
    made.rates = rates;
    for (const std::string& id : kCustomers) {
      REQUIRE(kept.customers().Create(kContext, Mutation(), MakeCustomer(id)).ok());
      REQUIRE(made.Create(kContext, Mutation(), MakeCustomer(id)).ok());
    }
  }
  void Insert(const std::vector<Event>& events) {
    const absl::Status inserted =
        kept.events().Insert(kContext, Mutation(), MakeBatch(events)).status();
    INFO(inserted.ToString());
    REQUIRE(inserted.ok());
    REQUIRE(made.Insert(kContext, Mutation(), MakeBatch(events)).ok());
  }
  void Drop(const Event& event) {
    constexpr Statement kDrop{"test_drop_event",
                              "WITH gone AS (DELETE FROM profile.events WHERE customer_id = $1 AND "
                              "event_id = $2 RETURNING 1) SELECT count(*) FROM gone"};
    REQUIRE(kept.Count(kDrop, {event.customer_id, event.event_id}) == 1);
    made.DropEvent(event.customer_id, event.event_id);
  }
  // Deletes what is too old from both, in small steps; returns how much that was.
  std::int64_t Expire(const std::vector<ExpiryRule>& rules) {
    const auto expire = [&](EventExpiryStore& store) {
      std::int64_t deleted = 0;
      ExpiryStep step;
      while (!step.done) {
        const auto next =
            store.ExpireEvents(kContext, rules, step.next_after, {.customers = 2, .events = 7});
        INFO(next.status().ToString());
        REQUIRE(next.ok());
        step = *next;
        deleted += step.deleted;
      }
      return deleted;
    };
    const std::int64_t deleted = expire(kept.expiry());
    CHECK(deleted == expire(made));
    return deleted;
  }
  void Rebuild() {
    while (true) {
      const auto rebuilt = kept.behavior().RebuildSums(kContext, {}, 2);
      INFO(rebuilt.status().ToString());
      REQUIRE(rebuilt.ok());
      if (*rebuilt == 0) return;
    }
  }
  void Check(absl::Time now) {
    for (const std::string& id : kCustomers) {
      CAPTURE(id, absl::FormatTime(now));
      const auto a = kept.behavior().Summarize(kContext, id, now, {});
      const auto b = made.Summarize(kContext, id, now, {});
      INFO(a.status().ToString());
      REQUIRE(a.ok());
      REQUIRE(b.ok());
      CheckEqual(*a, *b);
    }
  }
  // Customers whose sums are used as they are.
  int64_t Complete() {
    return kept.Count(
        {"test_complete", "SELECT count(*) FROM profile.behavior WHERE affinity_half_life > 0"});
  }
};

class RandomEvents {
 public:
  explicit RandomEvents(unsigned seed) : random_(seed) {}

  int Below(int limit) { return static_cast<int>(random_() % static_cast<unsigned>(limit)); }

  Event Next() {
    Event event = MakeEvent(kCustomers[Below(3)], absl::StrCat(Below(2000)),
                            static_cast<EventType>(1 + Below(16)));
    // Also late by years, and a day ahead; some at one moment.
    event.event_time = kNow + absl::Hours(24) - absl::Minutes(Below(60 * 24 * 900));
    if (Below(4) == 0) event.event_time = kNow - absl::Hours(24 * Below(3));
    if (Below(3) > 0) event.item_id = absl::StrCat("item", Below(40));
    if (Below(3) > 0) event.category = absl::StrCat("category ", Below(6));
    if (Below(2) == 0) event.channel = Below(2) == 0 ? "web" : "app";
    if (Below(2) == 0) event.device = Below(2) == 0 ? "ios" : "desktop";
    if (Below(2) == 0) event.rating = Below(11) / 2.0;
    event.amount_micros = Below(10) == 0 ? INT64_MAX / 2 : Below(1'000'000'000);
    event.currency_code = Below(5) == 0 ? "EUR" : "GBP";
    if (IsOfCampaign(event.type)) event.campaign_id = absl::StrCat("campaign", Below(30));
    if (IsOfCoupon(event.type)) event.coupon_id = absl::StrCat("coupon", Below(30));
    if (Below(20) == 0) event.left_out = LeftOut::kRobot;
    return event;
  }

 private:
  std::mt19937 random_;
};

TEST_CASE("kept sums equal sums made anew after late, repeated, future and deleted events") {
  const unsigned seed = 20261128;
  CAPTURE(seed);
  RandomEvents random(seed);
  Pair stores(kFewAtOnce);
  std::vector<Event> stored;
  std::set<std::pair<std::string, std::string>> seen;
  for (int step = 0; step < 60; ++step) {
    std::vector<Event> batch;
    for (int i = 1 + random.Below(step % 10 == 0 ? 300 : 8); i > 0; --i) {
      batch.push_back(random.Next());
      if (seen.insert({batch.back().customer_id, batch.back().event_id}).second) {
        stored.push_back(batch.back());
      }
    }
    stores.Insert(batch);
    if (step % 7 == 3) {
      const std::size_t victim = static_cast<std::size_t>(random.Below(100)) % stored.size();
      stores.Drop(stored[victim]);
      seen.erase({stored[victim].customer_id, stored[victim].event_id});
      stored.erase(stored.begin() + static_cast<std::ptrdiff_t>(victim));
    }
    if (step % 14 == 9) stores.Rebuild();
    if (step % 6 == 0) {
      stores.Check(kNow);
      stores.Check(kNow + absl::Hours(36));
    }
  }
  stores.Rebuild();
  CHECK(stores.Complete() == 3);
  stores.Check(kNow);
  stores.Check(kNow + absl::Hours(24 * 400));
}

TEST_CASE("kept sums equal sums made anew of what is left once old events expired") {
  const unsigned seed = 20261129;
  CAPTURE(seed);
  RandomEvents random(seed);
  Pair stores(kFewAtOnce);
  std::int64_t expired = 0;
  absl::Time before = kNow - absl::Hours(24 * 900);
  for (int step = 0; step < 40; ++step) {
    std::vector<Event> batch;
    for (int i = 1 + random.Below(step % 10 == 0 ? 200 : 8); i > 0; --i) {
      batch.push_back(random.Next());
    }
    stores.Insert(batch);
    if (step % 5 == 4) {
      before += absl::Hours(random.Below(24 * 100));
      const auto type = static_cast<EventType>(1 + random.Below(9));
      const auto other = static_cast<EventType>(1 + (static_cast<int>(type) + 3) % 9);
      expired += stores.Expire({{type, before}, {other, before - absl::Hours(24 * 50)}});
    }
    if (step % 15 == 9) stores.Rebuild();
    if (step % 6 == 0) stores.Check(kNow);
  }
  CHECK(expired > 20);
  stores.Rebuild();
  CHECK(stores.Complete() == 3);
  stores.Check(kNow);
  stores.Check(kNow + absl::Hours(24 * 400));
}

TEST_CASE("which events are left out by their rate does not depend on the order they come in") {
  const unsigned seed = 20261130;
  CAPTURE(seed);
  RandomEvents random(seed);
  std::vector<Event> events;
  for (int i = 0; i < 300; ++i) {
    events.push_back(random.Next());
    events.back().event_id = absl::StrCat(i);
    // Three hours, crowded.
    events.back().event_time = kNow - absl::Seconds(random.Below(3 * 3600));
  }
  std::vector<std::vector<std::string>> outcomes;
  for (const bool backward : {false, true}) {
    Pair stores(kFewAtOnce);
    std::vector<Event> order = events;
    if (backward) std::reverse(order.begin(), order.end());
    for (std::size_t at = 0; at < order.size();) {
      const std::size_t end =
          std::min(order.size(), at + 1 + static_cast<std::size_t>(random.Below(40)));
      stores.Insert({order.begin() + static_cast<std::ptrdiff_t>(at),
                     order.begin() + static_cast<std::ptrdiff_t>(end)});
      stores.Check(kNow);
      at = end;
    }
    stores.Rebuild();
    stores.Check(kNow);
    std::vector<std::string>& left_out = outcomes.emplace_back();
    for (const std::string& id : kCustomers) {
      const auto listed = stores.kept.events().List(kContext, id, std::nullopt, 1000);
      REQUIRE(listed.ok());
      for (const Event& event : *listed) {
        if (event.left_out == LeftOut::kRate) left_out.push_back(event.event_id);
      }
    }
  }
  CHECK(outcomes[0] == outcomes[1]);
  CHECK(outcomes[0].size() > 20);
  CHECK(outcomes[0].size() < events.size() / 2);
}

TEST_CASE("sums are right when events expire beside writers and rebuilds") {
  Pair stores;
  std::vector<std::vector<Event>> events(3);
  for (int w = 0; w < 3; ++w) {
    RandomEvents random(static_cast<unsigned>(200 + w));
    for (int i = 0; i < 150; ++i) {
      events[w].push_back(random.Next());
      events[w].back().event_id = absl::StrCat(w, ".", i);
    }
  }
  const std::vector<ExpiryRule> rules = {{EventType::kView, kNow - absl::Hours(24 * 100)},
                                         {EventType::kPurchase, kNow - absl::Hours(24 * 300)}};
  std::atomic<int> failures = 0;
  std::vector<std::thread> writers;
  for (int w = 0; w < 3; ++w) {
    writers.emplace_back([&, w] {
      for (std::size_t i = 0; i < events[w].size(); i += 10) {
        const std::vector<Event> batch(events[w].begin() + static_cast<std::ptrdiff_t>(i),
                                       events[w].begin() + static_cast<std::ptrdiff_t>(i) + 10);
        if (!stores.kept.events().Insert(kContext, Mutation(), MakeBatch(batch)).ok()) ++failures;
      }
    });
  }
  for (int round = 0; round < 15; ++round) {
    if (!stores.kept.expiry().ExpireEvents(kContext, rules, "", {}).ok()) ++failures;
    if (!stores.kept.behavior().RebuildSums(kContext, {}, 10).ok()) ++failures;
  }
  for (std::thread& writer : writers) writer.join();
  CHECK(failures == 0);
  for (const auto& batch : events) {
    REQUIRE(stores.made.Insert(kContext, Mutation(), MakeBatch(batch)).ok());
  }
  REQUIRE(stores.kept.expiry().ExpireEvents(kContext, rules, "", {})->done);
  REQUIRE(stores.made.ExpireEvents(kContext, rules, "", {})->done);
  stores.Check(kNow);
  stores.Rebuild();
  stores.Check(kNow);
}

TEST_CASE("sums are kept from the first event on, and are complete without being made again") {
  Pair stores;
  RandomEvents random(7);
  for (int step = 0; step < 5; ++step) {
    std::vector<Event> batch;
    for (int i = 0; i < 50; ++i) batch.push_back(random.Next());
    stores.Insert(batch);
    CHECK(stores.Complete() == 3);
  }
  CHECK(*stores.kept.behavior().RebuildSums(kContext, {}, 10) == 0);
  stores.Check(kNow);
}

TEST_CASE("events of a replica that keeps no sums are counted at once, and summed later") {
  constexpr Statement kInsertWithoutSums{
      "test_insert_without_sums",
      "WITH stored AS (INSERT INTO profile.events (customer_id, event_id, type, event_time, "
      "item_id, category, quantity, amount_micros, currency_code, text, channel, device, rating, "
      "source) VALUES ('ada', 'old', 4, $1, 'lamp', 'light', 1, 5, 'GBP', NULL, 'web', '', 0, '') "
      "RETURNING 1) SELECT count(*) FROM stored"};
  Pair stores;
  Event old = MakeEvent("ada", "old", EventType::kPurchase);
  old.item_id = "lamp";
  old.category = "light";
  old.quantity = 1;
  old.amount_micros = 5;
  old.currency_code = "GBP";
  old.channel = "web";
  RandomEvents random(11);
  stores.Insert({random.Next(), random.Next(), random.Next(), random.Next(), random.Next()});
  REQUIRE(stores.kept.Count(kInsertWithoutSums, {old.event_time}) == 1);
  REQUIRE(stores.made.Insert(kContext, Mutation(), MakeBatch({old})).ok());
  stores.Check(kNow);
  stores.Insert({random.Next(), random.Next(), random.Next()});
  stores.Check(kNow);
  const int64_t complete = stores.Complete();
  stores.Rebuild();
  CHECK(stores.Complete() == complete + 1);
  stores.Check(kNow);
}

TEST_CASE("another half-life makes the sums again, and reads are right meanwhile") {
  Pair stores;
  RandomEvents random(13);
  std::vector<Event> batch;
  for (int i = 0; i < 40; ++i) batch.push_back(random.Next());
  stores.Insert(batch);
  const AffinityModel quick{.half_life = absl::Hours(48)};
  for (int round = 0; round < 2; ++round) {
    for (const std::string& id : kCustomers) {
      CheckEqual(*stores.kept.behavior().Summarize(kContext, id, kNow, quick),
                 *stores.made.Summarize(kContext, id, kNow, quick));
    }
    if (round == 0) CHECK(*stores.kept.behavior().RebuildSums(kContext, quick, 10) == 3);
  }
  CHECK(stores.kept.Count({"test_quick",
                           "SELECT count(*) FROM profile.behavior WHERE affinity_half_life = "
                           "172800"}) == 3);
}

TEST_CASE("sums are right after writers at once, beside rebuilds") {
  constexpr int kWriters = 3;
  constexpr Statement kMark{"test_mark",
                            "WITH marked AS (UPDATE profile.behavior SET affinity_half_life = 0 "
                            "RETURNING 1) SELECT count(*) FROM marked"};
  Pair stores;
  std::vector<std::vector<Event>> events(kWriters);
  for (int w = 0; w < kWriters; ++w) {
    RandomEvents random(static_cast<unsigned>(100 + w));
    for (int i = 0; i < 200; ++i) {
      events[w].push_back(random.Next());
      events[w].back().event_id = absl::StrCat(w, ".", i);
      events[w].back().text = "hello";
    }
  }
  std::vector<std::thread> writers;
  std::atomic<int> failures = 0;
  for (int w = 0; w < kWriters; ++w) {
    writers.emplace_back([&, w] {
      for (std::size_t i = 0; i < events[w].size(); i += 10) {
        const std::vector<Event> batch(events[w].begin() + static_cast<std::ptrdiff_t>(i),
                                       events[w].begin() + static_cast<std::ptrdiff_t>(i) + 10);
        if (!stores.kept.events().Insert(kContext, Mutation(), MakeBatch(batch)).ok()) ++failures;
      }
    });
  }
  for (int round = 0; round < 10; ++round) {
    stores.kept.Count(kMark);
    if (!stores.kept.behavior().RebuildSums(kContext, {}, 10).ok()) ++failures;
  }
  for (std::thread& writer : writers) writer.join();
  CHECK(failures == 0);
  for (const auto& batch : events) {
    REQUIRE(stores.made.Insert(kContext, Mutation(), MakeBatch(batch)).ok());
  }
  stores.Rebuild();
  stores.Check(kNow);
}

}  // namespace
}  // namespace clientele::profile::testing
