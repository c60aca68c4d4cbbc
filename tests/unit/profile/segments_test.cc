#include "services/profile-service/core/segments/segments.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "services/profile-service/core/segments/rule_book.h"
#include "services/profile-service/core/segments/segment_filler.h"
#include "services/profile-service/core/segments/segment_worker.h"
#include "tests/contract/profile/memory_stores.h"
#include "tests/contract/profile/samples.h"
#include "tests/support/fake_clock.h"

namespace clientele::profile::testing {
namespace {

struct SegmentsFixture {
  clientele::testing::FakeClock clock;
  MemoryStores stores{&clock};
  Segments segments{&stores, &stores, nullptr, &clock, {}};
  SegmentWorker worker{&stores, &stores, nullptr, &clock, {}};
  SegmentFiller filler{&stores, nullptr, &clock, {}};
  RequestContext context;

  explicit SegmentsFixture(int customers = 3) {
    clock.Advance(kNow - clock.Now());
    for (int i = 0; i < customers; ++i) {
      REQUIRE(stores.Create(context, Mutation(), MakeCustomer(absl::StrCat("c", i))).ok());
    }
  }
  absl::Status Create(const std::string& id, const std::string& rule) {
    return segments.Create(context, Mutation(), {.id = id, .rule = rule}, false).status();
  }
  void Buy(const std::string& customer, const std::string& event_id) {
    Event event = MakeEvent(customer, event_id, EventType::kPurchase);
    event.category = "garden";
    event.event_time = clock.Now() - absl::Hours(1);
    REQUIRE(stores.Insert(context, Mutation(), MakeBatch({event})).ok());
  }
  void Work() {
    REQUIRE(filler.Run(context).ok());
    REQUIRE(worker.Run(context).ok());
  }
  std::vector<std::string> Members(const std::string& id) {
    Work();
    std::vector<std::string> members;
    std::string token;
    do {
      const auto page = segments.ListMembers(context, id, 2, token);
      REQUIRE(page.ok());
      for (const SegmentMember& member : page->members) members.push_back(member.customer_id);
      token = page->next_page_token;
    } while (!token.empty());
    return members;
  }
};

TEST_CASE("customers join and leave with what happens, and as time passes") {
  SegmentsFixture f;
  f.Buy("c1", "1");
  REQUIRE(f.Create("gardeners", "purchases(90d, category = \"garden\") >= 2").ok());
  CHECK(f.Members("gardeners").empty());
  f.Buy("c1", "2");
  f.Buy("c2", "1");
  CHECK(f.Members("gardeners") == std::vector<std::string>{"c1"});
  CHECK(f.segments.Get(f.context, "gardeners")->segment.member_count == 1);
  f.clock.Advance(absl::Hours(24 * 89));
  CHECK(f.Members("gardeners") == std::vector<std::string>{"c1"});
  f.clock.Advance(absl::Hours(24));
  CHECK(f.Members("gardeners").empty());
  CHECK(f.segments.Get(f.context, "gardeners")->segment.member_count == 0);
}

TEST_CASE("each member comes with the reasons of this moment") {
  SegmentsFixture f;
  f.Buy("c1", "1");
  REQUIRE(f.Create("buyers", "purchases >= 1").ok());
  f.Work();
  f.Buy("c1", "2");
  const auto page = f.segments.ListMembers(f.context, "buyers", 10, "");
  REQUIRE(page.ok());
  REQUIRE(page->members.size() == 1);
  CHECK(page->members[0].reasons == std::vector<std::string>{"purchases >= 1 (it is 2)"});
}

TEST_CASE("who may not be profiled belongs to no segment, from the decision on") {
  SegmentsFixture f;
  REQUIRE(f.Create("all", "true").ok());
  CHECK(f.Members("all") == std::vector<std::string>{"c0", "c1", "c2"});
  const auto decide = [&](bool granted) {
    REQUIRE(f.stores
                .Record(f.context, Mutation(),
                        {{.customer_id = "c1",
                          .purpose = consent::Purpose::kProfiling,
                          .granted = granted,
                          .decision_time = f.clock.Now()}},
                        {})
                .ok());
    f.clock.Advance(absl::Seconds(1));
  };
  decide(false);
  // Before the background has come by: what is listed is looked at again.
  const auto page = f.segments.ListMembers(f.context, "all", 10, "");
  REQUIRE(page.ok());
  CHECK(page->members.size() == 2);
  CHECK(f.Members("all") == std::vector<std::string>{"c0", "c2"});
  CHECK(f.segments.Get(f.context, "all")->segment.member_count == 2);
  decide(true);
  CHECK(f.Members("all") == std::vector<std::string>{"c0", "c1", "c2"});
}

TEST_CASE("a segment that breaks a limit is refused with every wrong field") {
  SegmentsFixture f;
  const absl::Status status =
      f.segments
          .Create(f.context, Mutation(),
                  {.id = "a b", .display_name = std::string(129, 'x'), .rule = "purchases >"},
                  false)
          .status();
  const auto violations = GetFieldViolations(status);
  REQUIRE(violations.size() == 3);
  CHECK(violations[2].field == "segment.rule");
  CHECK(violations[2].description.find("column 12") != std::string::npos);
  CHECK(f.segments.List(f.context)->empty());
}

TEST_CASE("validate_only checks a rule, tells how many would belong and makes nothing") {
  SegmentsFixture f(1200);
  f.Buy("c1", "1");
  f.Buy("c7", "1");
  const auto size = [&](const std::string& rule) {
    const auto checked = f.segments.Create(f.context, Mutation(), {.id = "s", .rule = rule}, true);
    REQUIRE(checked.ok());
    return checked->member_count;
  };
  CHECK(size("true") == 1200);
  CHECK(size("purchases >= 1") == 2);
  CHECK(size("purchases(90d) = 0") == 1198);
  // Two customers who are one person count once.
  REQUIRE(f.stores
              .MergeCustomers(f.context, Mutation(),
                              {.survivor_id = "c1", .customer_ids = {"c7", "c1100"}}, {})
              .ok());
  CHECK(size("purchases >= 1") == 1);
  CHECK(size("true") == 1198);
  CHECK(f.segments.List(f.context)->empty());
}

TEST_CASE("a new segment has everybody whom it holds for, however many there are") {
  SegmentsFixture f(1200);
  REQUIRE(f.Create("all", "true").ok());
  CHECK(f.Members("all").size() == 1200);
}

TEST_CASE("who does not belong when a segment is filled joins when time says so") {
  SegmentsFixture f;
  f.Buy("c1", "1");
  REQUIRE(f.Create("sleepers", "purchases(30d) = 0 and purchases >= 1").ok());
  REQUIRE(f.Create("quiet", "recency_days >= 20").ok());
  CHECK(f.Members("sleepers").empty());
  f.clock.Advance(absl::Hours(24 * 20));
  CHECK(f.Members("quiet") == std::vector<std::string>{"c1"});
  CHECK(f.Members("sleepers").empty());
  f.clock.Advance(absl::Hours(24 * 10));
  CHECK(f.Members("sleepers") == std::vector<std::string>{"c1"});
}

TEST_CASE("what is decided in pages is what the rule says of each customer") {
  SegmentsFixture f(60);
  for (int i = 0; i < 60; ++i) {
    for (int n = 0; n < i % 4; ++n) f.Buy(absl::StrCat("c", i), absl::StrCat(n));
  }
  const std::vector<std::string> rules = {"purchases(90d, category = \"garden\") >= 2",
                                          "not purchases >= 1",
                                          "affinity(\"garden\") > 0.5 or region = \"FR\"",
                                          "purchases(1h) = 0 and purchases > 2",
                                          "spent(90d, currency = \"GBP\") > 0",
                                          "events(90d) = 3"};
  const absl::Time now = f.clock.Now();
  for (std::size_t r = 0; r < rules.size(); ++r) {
    INFO(rules[r]);
    const std::string id = absl::StrCat("s", r);
    REQUIRE(f.Create(id, rules[r]).ok());
    const std::vector<std::string> members = f.Members(id);
    const auto rule = SegmentRule::Parse(rules[r]);
    REQUIRE(rule.ok());
    std::vector<std::string> expected;
    for (int i = 0; i < 60; ++i) {
      RuleReads everything;
      everything.behavior = BehaviorParts::All();
      everything.attributes = true;
      everything.events_since = absl::InfinitePast();
      everything.types.reset();
      everything.categories.reset();
      const auto records = f.stores.ReadRecords(f.context, {absl::StrCat("c", i)},
                                                {.reads = everything, .now = now, .affinity = {}});
      if (rule->Evaluate(FactsOf(records->front(), {}, now)).belongs) {
        expected.push_back(absl::StrCat("c", i));
      }
    }
    std::sort(expected.begin(), expected.end());
    CHECK(members == expected);
  }
}

}  // namespace
}  // namespace clientele::profile::testing
