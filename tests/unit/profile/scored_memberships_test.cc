#include "services/profile-service/core/segments/scored_memberships.h"

#include <cmath>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "absl/strings/match.h"

#include "common/status/error_details.h"
#include "services/profile-service/core/segments/segment_filler.h"
#include "services/profile-service/core/segments/segment_worker.h"
#include "services/profile-service/core/segments/segments.h"
#include "tests/contract/profile/memory_stores.h"
#include "tests/contract/profile/samples.h"
#include "tests/support/fake_clock.h"
#include "tests/unit/profile/row_fuser.h"

namespace clientele::profile::testing {
namespace {

// Churn grows by a hundredth a day without a purchase.
class DaysFuser final : public RowFuser {
 public:
  absl::StatusOr<FusedVector> FuseRow(const RequestContext&, const KnownParts& parts) override {
    if (!failure.ok()) return failure;
    ++rows;
    const double days = std::expm1((*parts.behavior)[BehaviorFeature::kPurchaseRecencyDays]);
    return FusedVector{"fuser/1", {1}, false, {{"churn", days / 100}}};
  }
  int rows = 0;
  absl::Status failure;
};

struct ScoredFixture {
  clientele::testing::FakeClock clock;
  MemoryStores stores{&clock};
  DaysFuser fuser;
  ScoredMemberships memberships{&stores, &fuser, {}};
  Segments segments{&stores, &memberships, nullptr, &clock, {}};
  SegmentWorker worker{&stores, &memberships, nullptr, &clock, {}};
  SegmentFiller filler{&memberships, nullptr, &clock, {}};
  RequestContext context;

  ScoredFixture() {
    clock.Advance(kNow - clock.Now());
    for (const char* id : {"a", "b", "nobody"}) {
      REQUIRE(stores.Create(context, Mutation(), MakeCustomer(id)).ok());
    }
    Buy("a", 70);
    Buy("b", 10);
    REQUIRE(
        segments.Create(context, Mutation(), {.id = "leaving", .rule = "churn > 0.6"}, false).ok());
  }
  void Buy(const std::string& customer, int days_ago) {
    Event event = MakeEvent(customer, std::to_string(days_ago), EventType::kPurchase);
    event.event_time = clock.Now() - absl::Hours(24 * days_ago);
    REQUIRE(stores.Insert(context, Mutation(), MakeBatch({event})).ok());
  }
  std::vector<std::string> Members() {
    REQUIRE(filler.Run(context).ok());
    REQUIRE(worker.Run(context).ok());
    const auto page = segments.ListMembers(context, "leaving", 10, "");
    REQUIRE(page.ok());
    std::vector<std::string> members;
    for (const SegmentMember& member : page->members) members.push_back(member.customer_id);
    return members;
  }
};

TEST_CASE("a segment of a score has whom the fuser scores so, in one call for all who are due") {
  ScoredFixture f;
  REQUIRE(f.filler.Run(f.context).ok());
  CHECK(f.fuser.calls == 1);
  CHECK(f.fuser.rows == 2);  // who did nothing has no score
  CHECK(f.Members() == std::vector<std::string>{"a"});
  const auto page = f.segments.ListMembers(f.context, "leaving", 10, "");
  REQUIRE(page.ok());
  REQUIRE(page->members.size() == 1);
  REQUIRE(page->members[0].reasons.size() == 1);
  CHECK(absl::StartsWith(page->members[0].reasons[0], "churn > 0.6 (it is 0.7"));
}

TEST_CASE("days that pass without a purchase bring customers into a segment of a score") {
  ScoredFixture f;
  CHECK(f.Members() == std::vector<std::string>{"a"});
  for (int day = 0; day < 52; ++day) {
    f.clock.Advance(absl::Hours(24));
    REQUIRE(f.worker.Run(f.context).ok());
  }
  CHECK(f.Members() == std::vector<std::string>{"a", "b"});
}

TEST_CASE("nobody is scored who may not be profiled, and nothing where no rule reads a score") {
  ScoredFixture f;
  REQUIRE(f.stores
              .Record(f.context, Mutation(),
                      {{.customer_id = "a",
                        .purpose = consent::Purpose::kProfiling,
                        .granted = false,
                        .decision_time = f.clock.Now()}},
                      {})
              .ok());
  CHECK(f.Members().empty());
  CHECK(f.fuser.rows == 1);
  f.fuser.calls = 0;
  const RecordQuery query{
      .reads = {.behavior = BehaviorParts::All()}, .now = f.clock.Now(), .affinity = {}};
  REQUIRE(f.memberships.ReadRecords(f.context, {"a", "b"}, query).ok());
  CHECK(f.fuser.calls == 0);
}

TEST_CASE("nothing is decided by a score while no fuser serves") {
  ScoredFixture f;
  CHECK(f.Members() == std::vector<std::string>{"a"});
  f.fuser.failure = UnavailableError(reason::kModelUnavailable, "away", absl::Seconds(1));
  f.Buy("a", 0);
  CHECK(absl::IsUnavailable(f.worker.Run(f.context)));
  f.fuser.failure = absl::OkStatus();
  f.clock.Advance(absl::Minutes(2));
  CHECK(f.Members().empty());
}

}  // namespace
}  // namespace clientele::profile::testing
