#include "services/profile-service/core/events/event_expiry.h"

#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "absl/strings/str_cat.h"

#include "tests/contract/profile/memory_stores.h"
#include "tests/contract/profile/samples.h"
#include "tests/support/fake_clock.h"

namespace clientele::profile::testing {
namespace {

// Counts what is asked of the store, and fails when it is told to.
class WatchedExpiry final : public EventExpiryStore {
 public:
  explicit WatchedExpiry(EventExpiryStore* store) : store_(store) {}
  absl::StatusOr<ExpiryStep> ExpireEvents(const RequestContext& context,
                                          const std::vector<ExpiryRule>& rules,
                                          absl::string_view after,
                                          const ExpiryLimits& limits) override {
    ++steps;
    if (steps == fails_at) return absl::UnavailableError("gone");
    return store_->ExpireEvents(context, rules, after, limits);
  }
  absl::StatusOr<std::int64_t> TellExpired(const RequestContext& context) override {
    return store_->TellExpired(context);
  }

  int steps = 0;
  int fails_at = 0;

 private:
  EventExpiryStore* const store_;
};

struct ExpiryFixture {
  explicit ExpiryFixture(const std::string& retention)
      : expiry(&watched, &notifier, &clock, *EventRetention::Parse(retention),
               {.customers = 2, .events = 3}) {
    context.deadline = absl::InfiniteFuture();
    std::vector<Event> events;
    for (int c = 0; c < 5; ++c) {
      const std::string id = absl::StrCat("c", c);
      REQUIRE(stores.Create(context, Mutation(), MakeCustomer(id)).ok());
      for (int day = 0; day < 4; ++day) {
        events.push_back(MakeEvent(id, absl::StrCat(day)));
        events.back().event_time = kNow - absl::Hours(24 * (28 + day));
      }
    }
    REQUIRE(stores.Insert(context, Mutation(), MakeBatch(events)).ok());
  }
  int Left() {
    int left = 0;
    for (int c = 0; c < 5; ++c) {
      left +=
          static_cast<int>(stores.List(context, absl::StrCat("c", c), std::nullopt, 100)->size());
    }
    return left;
  }
  int Told() {
    int told = 0;
    const auto page = stores.Read(context, 0, {});
    for (const Change& change : page->changes) {
      told += change.kind == ChangeKind::kEventsExpired ? 1 : 0;
    }
    return told;
  }

  clientele::testing::FakeClock clock;
  MemoryStores stores{&clock};
  ChangeNotifier notifier{&stores, &clock};
  WatchedExpiry watched{&stores};
  EventExpiry expiry;
  RequestContext context;
};

TEST_CASE("a run deletes what is too old of everybody, and then tells followers once") {
  ExpiryFixture f("view=30d");
  const auto generation = f.notifier.generation();
  REQUIRE(f.expiry.Run(f.context).ok());
  // Of 28, 29, 30 and 31 days ago; the day before the retention's is not over.
  CHECK(f.Left() == 15);
  CHECK(f.Told() == 1);
  CHECK(f.notifier.generation() > generation);
}

TEST_CASE("until the day is over a run looks at nobody") {
  ExpiryFixture f("view=30d");
  REQUIRE(f.expiry.Run(f.context).ok());
  const int steps = f.watched.steps;
  f.clock.Advance(absl::Minutes(90));
  REQUIRE(f.expiry.Run(f.context).ok());
  CHECK(f.watched.steps == steps);
  f.clock.Advance(absl::Hours(1));  // past midnight
  REQUIRE(f.expiry.Run(f.context).ok());
  CHECK(f.watched.steps > steps);
  CHECK(f.Left() == 10);
  CHECK(f.Told() == 2);
}

TEST_CASE("a run that failed goes on where it was, and tells in the end") {
  ExpiryFixture f("view=30d");
  f.watched.fails_at = 3;
  CHECK(absl::IsUnavailable(f.expiry.Run(f.context)));
  CHECK(f.Left() > 15);
  CHECK(f.Told() == 0);
  const int before = f.watched.steps;
  REQUIRE(f.expiry.Run(f.context).ok());
  CHECK(f.Left() == 15);
  CHECK(f.Told() == 1);
  // Those who were looked at are not looked at again.
  ExpiryFixture whole("view=30d");
  REQUIRE(whole.expiry.Run(whole.context).ok());
  CHECK(f.watched.steps - before < whole.watched.steps);
}

TEST_CASE("without a retention nothing is deleted; what an earlier process left untold is told") {
  ExpiryFixture f("");
  REQUIRE(f.stores
              .ExpireEvents(f.context, {{EventType::kView, kNow - absl::Hours(24 * 30)}}, "",
                            {.customers = 10, .events = 1})
              .ok());
  REQUIRE(f.expiry.Run(f.context).ok());
  CHECK(f.Left() == 19);
  CHECK(f.Told() == 1);
}

TEST_CASE("a run ends at its deadline, and the next one goes on") {
  ExpiryFixture f("view=30d");
  f.context.deadline = f.clock.Now() - absl::Seconds(1);
  REQUIRE(f.expiry.Run(f.context).ok());
  CHECK(f.watched.steps == 0);
  f.context.deadline = absl::InfiniteFuture();
  REQUIRE(f.expiry.Run(f.context).ok());
  CHECK(f.Left() == 15);
}

}  // namespace
}  // namespace clientele::profile::testing
