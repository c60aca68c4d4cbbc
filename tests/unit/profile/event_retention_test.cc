#include "services/profile-service/core/events/event_retention.h"

#include <string>

#include <catch2/catch_test_macros.hpp>

#include "absl/strings/match.h"

#include "services/profile-service/core/events/events.h"
#include "services/profile-service/core/quarantine/quarantine.h"
#include "tests/contract/profile/memory_stores.h"
#include "tests/contract/profile/samples.h"
#include "tests/support/fake_clock.h"

namespace clientele::profile::testing {
namespace {

TEST_CASE("a retention names types and times, and what it does not name is kept") {
  const auto retention = EventRetention::Parse(" view=180d, search = 36h,message=1.5d");
  REQUIRE(retention.ok());
  CHECK(retention->Of(EventType::kView) == absl::Hours(24 * 180));
  CHECK(retention->Of(EventType::kSearch) == absl::Hours(36));
  CHECK(retention->Of(EventType::kMessage) == absl::Hours(36));
  CHECK_FALSE(retention->Of(EventType::kPurchase).has_value());
  CHECK_FALSE(retention->Of(static_cast<EventType>(99)).has_value());
  CHECK(EventRetention::Parse("")->ExpiredBy(kNow).empty());
  for (const char* name : {"view", "search", "cart", "purchase", "return", "message", "social",
                           "rating", "device", "dismiss"}) {
    INFO(name);
    CHECK(EventRetention::Parse(std::string(name) + "=1d").ok());
  }
}

TEST_CASE("a retention that cannot be followed is refused with the part that is wrong") {
  for (const char* wrong :
       {"views=180d", "view", "=180d", "View=1d", "view=180", "view=0d", "view=-3d", "view=59m",
        "view=infd", "view=inf", "view=nand", "view="}) {
    INFO(wrong);
    const auto retention = EventRetention::Parse(std::string("cart=1d,") + wrong);
    CHECK(absl::IsInvalidArgument(retention.status()));
    CHECK(absl::StrContains(retention.status().message(), std::string("\"") + wrong + "\""));
  }
  CHECK(absl::StrContains(EventRetention::Parse("view=1d,view=2d").status().message(), "twice"));
  CHECK(absl::StrContains(
      EventRetention::Parse("view/profiling=1d,view/profiling=2d").status().message(), "twice"));
  for (const char* wrong : {"view/=1d", "view/fun=1d", "view/profiling=", "/profiling=1d"}) {
    INFO(wrong);
    const auto retention = EventRetention::Parse(wrong);
    CHECK(absl::IsInvalidArgument(retention.status()));
    CHECK(absl::StrContains(retention.status().message(), wrong));
  }
  CHECK(EventRetention::Parse("view/fun=1d").status().message() ==
        "event_retention: \"view/fun=1d\" must name a purpose of profiling, image-analysis, "
        "recommendation, marketing, answer-personalization");
  CHECK(EventRetention::Parse("view/marketing=2d,view=2d").status().message() ==
        "event_retention: view/marketing must be shorter than the 48h of everybody's events");
}

TEST_CASE("what is deleted is whole days behind, and whole hours where a type is kept shortly") {
  const auto retention = EventRetention::Parse("view=30d,search=2d");
  // kNow is 22:13:20.
  const auto rules = retention->ExpiredBy(kNow);
  const absl::Time midnight = absl::FromUnixSeconds(1'699'920'000);
  CHECK(rules == std::vector<ExpiryRule>{
                     {EventType::kView, midnight - absl::Hours(24 * 30)},
                     {EventType::kSearch, midnight + absl::Hours(22) - absl::Hours(48)}});
  CHECK(retention->ExpiredBy(kNow + absl::Minutes(40)) == rules);
  CHECK_FALSE(retention->ExpiredBy(kNow + absl::Minutes(50)) == rules);
}

TEST_CASE("without consent to a purpose what is kept of a type is shorter, and never refused") {
  const auto retention = EventRetention::Parse("view=30d, view / profiling = 2d,cart/marketing=1d");
  REQUIRE(retention.ok());
  CHECK(retention->Of(EventType::kView) == absl::Hours(24 * 30));
  CHECK_FALSE(retention->Of(EventType::kCart).has_value());
  const auto rules = retention->ExpiredBy(kNow);
  REQUIRE(rules.size() == 3);
  CHECK_FALSE(rules[0].without.has_value());
  CHECK(rules[1].without == consent::Purpose::kProfiling);
  CHECK(rules[2].without == consent::Purpose::kMarketing);
  const consent::Policy policy({consent::Purpose::kMarketing});
  consent::Consents granted;
  granted.Set(consent::Purpose::kMarketing, consent::Decision::kGranted);
  consent::Consents withdrawn;
  withdrawn.Set(consent::Purpose::kProfiling, consent::Decision::kWithdrawn);
  const auto own = [&](const consent::Consents& consents) {
    const CustomerExpiry expiry = ExpiryOf(rules, policy, consents);
    CHECK(expiry.everybodys == std::vector<ExpiryRule>{rules[0]});
    std::vector<EventType> types;
    for (const ExpiryRule& rule : expiry.own) types.push_back(rule.type);
    return types;
  };
  CHECK(own(granted).empty());
  CHECK((own(consent::Consents()) == std::vector<EventType>{EventType::kCart}));
  CHECK((own(withdrawn) == std::vector<EventType>{EventType::kView, EventType::kCart}));
}

TEST_CASE("late events that are older than their type is kept are refused, and not replayed") {
  clientele::testing::FakeClock clock;
  MemoryStores stores{&clock};
  ChangeNotifier notifier{&stores, &clock};
  const RequestContext context;
  REQUIRE(stores.Create(context, Mutation(), MakeCustomer("42")).ok());
  const EventRetention retention = *EventRetention::Parse("view=30d");
  Events events{&stores, &notifier, &clock, {}, retention};
  Quarantine quarantine{&stores, &notifier, &clock, {}, retention};

  Event late = MakeEvent("42", "late");
  late.event_time = kNow - absl::Hours(24 * 30) - absl::Microseconds(1);
  Event just = MakeEvent("42", "just");
  just.event_time = kNow - absl::Hours(24 * 30);
  Event bought = MakeEvent("42", "bought", EventType::kPurchase);
  bought.event_time = late.event_time;
  const auto refused = events.CreateBatch(context, Mutation(), {late, just, bought}, {});
  REQUIRE(GetFieldViolations(refused.status()).size() == 1);
  CHECK(GetFieldViolations(refused.status())[0].field == "events[0].event_time");
  CHECK(absl::StrContains(GetFieldViolations(refused.status())[0].description,
                          "of type view are kept for 720h"));
  const auto outcome = events.CreateBatch(
      context, Mutation(), {late, just, bought},
      {.skip_invalid = true, .quarantined_as = [&](std::size_t) { return ToSentEvent(late); }});
  REQUIRE(outcome.ok());
  CHECK(outcome->created == 2);
  CHECK(outcome->quarantined == 1);
  CHECK(quarantine.ReplayNext(context, 10, "")->outcome.rejected == 1);
  // It was right once: a retention that is longer takes it.
  Quarantine patient{&stores, &notifier, &clock, {}, *EventRetention::Parse("view=60d")};
  CHECK(patient.ReplayNext(context, 10, "")->outcome.created == 1);
}

}  // namespace
}  // namespace clientele::profile::testing
