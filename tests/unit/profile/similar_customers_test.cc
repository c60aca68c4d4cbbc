#include "services/profile-service/core/similar/similar_customers.h"

#include <cstdint>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "services/profile-service/core/segments/segment_filler.h"
#include "services/profile-service/core/segments/segments.h"
#include "tests/contract/profile/memory_stores.h"
#include "tests/contract/profile/samples.h"
#include "tests/support/fake_clock.h"
#include "tests/unit/profile/fake_embedder.h"
#include "tests/unit/profile/row_fuser.h"

namespace clientele::profile::testing {
namespace {

using SimilarIds = std::vector<std::string>;

// Views, purchases and searches, of unit length.
class ThreeCounts final : public RowFuser {
 public:
  absl::StatusOr<FusedVector> FuseRow(const RequestContext&, const KnownParts& parts) override {
    if (!failure.ok()) return failure;
    if (parts.behavior == nullptr) return FusedVector{id, {0, 0, 0}};
    const BehaviorVector& behavior = *parts.behavior;
    return FusedVector{id, MeanDirection({{behavior[BehaviorFeature::kViews],
                                           behavior[BehaviorFeature::kPurchaseLines],
                                           behavior[BehaviorFeature::kSearches]}})};
  }
  std::string id = "fuser/1";
  absl::Status failure;
};

struct SimilarFixture {
  clientele::testing::FakeClock clock;
  MemoryStores stores{&clock};
  FakeEmbedder embedder;
  ThreeCounts fuser;
  Profiles profiles{&stores, &embedder, &fuser, &clock, {}};
  VectorIndex index;
  ProfileVectorMaker maker{&stores, &stores, &profiles, &index, &clock, {}};
  SimilarCustomers similar{&index, &maker, &stores, &profiles, &stores, &stores, {}, &clock};
  RequestContext context;

  explicit SimilarFixture(std::int64_t room = 1 << 20) : index(room) {
    for (const char* id : {"a", "b", "c", "d"}) Create(id);
    Add("a", EventType::kView, 9);
    Add("b", EventType::kView, 9);
    Add("b", EventType::kPurchase, 1);
    Add("c", EventType::kView, 3);
    Add("c", EventType::kPurchase, 3);
    Add("d", EventType::kPurchase, 9);
  }
  void Create(const std::string& id, const std::string& region = "GB") {
    Customer customer = MakeCustomer(id);
    customer.region = region;
    REQUIRE(stores.Create(context, Mutation(), customer).ok());
  }
  void Add(const std::string& customer, EventType type, int count) {
    std::vector<Event> events;
    for (int i = 0; i < count; ++i) {
      events.push_back(
          MakeEvent(customer, absl::StrCat(static_cast<int>(type), "-", next_event++), type));
    }
    REQUIRE(stores.Insert(context, Mutation(), MakeBatch(std::move(events))).ok());
  }
  void Withdraw(const std::string& id) {
    REQUIRE(stores
                .Record(context, Mutation(),
                        {{.customer_id = id,
                          .purpose = consent::Purpose::kProfiling,
                          .granted = false,
                          .decision_time = clock.Now()}},
                        {})
                .ok());
  }
  // As the background does within some seconds.
  void Work() {
    for (int i = 0; i < 4; ++i) {
      REQUIRE(maker.Run(context).ok());
      clock.Advance(absl::Seconds(3));
    }
  }
  absl::StatusOr<SimilarList> Try(SimilarQuery query) { return similar.List(context, query); }
  SimilarIds List(SimilarQuery query) {
    const auto list = Try(std::move(query));
    INFO(list.status().ToString());
    REQUIRE(list.ok());
    SimilarIds ids;
    for (const Neighbor& neighbor : list->neighbors) ids.push_back(neighbor.customer_id);
    return ids;
  }

  int next_event = 0;
};

TEST_CASE("who does alike is most similar, without oneself and those of whom nothing is known") {
  SimilarFixture f;
  f.Create("silent");
  f.Work();
  CHECK(f.List({.customer_id = "a"}) == SimilarIds{"b", "c", "d"});
  CHECK(f.List({.customer_id = "d", .limit = 1}) == SimilarIds{"c"});
  const auto list = f.Try({.customer_id = "a"});
  CHECK(list->model_id == "fuser/1");
  CHECK(list->compared == 4);
  CHECK(list->neighbors[0].similarity > list->neighbors[1].similarity);
}

TEST_CASE("what a customer does shows in who is similar, seconds later") {
  SimilarFixture f;
  f.Work();
  f.Add("d", EventType::kView, 200);
  CHECK(f.List({.customer_id = "a"}).back() == "d");
  f.Work();
  CHECK(f.List({.customer_id = "a"}) == SimilarIds{"b", "d", "c"});
}

TEST_CASE("another replica's index follows what this one made") {
  SimilarFixture f;
  VectorIndex index(1 << 20);
  ProfileVectorMaker idle(&f.stores, &f.stores, &f.profiles, &index, &f.clock, {.batch = 0});
  REQUIRE(idle.Run(f.context).ok());
  f.Work();
  REQUIRE(idle.Run(f.context).ok());
  CHECK(index.rows() == 4);
  f.Withdraw("b");
  REQUIRE(idle.Run(f.context).ok());
  CHECK(index.rows() == 3);
  REQUIRE(f.stores.Delete(f.context, Mutation(), "c", "").ok());
  REQUIRE(idle.Run(f.context).ok());
  CHECK(index.rows() == 2);
}

TEST_CASE("who withdrew their consent, was deleted or was merged is told of by nobody, at once") {
  SimilarFixture f;
  f.Work();
  f.Withdraw("b");
  CHECK(f.List({.customer_id = "a"}) == SimilarIds{"c", "d"});
  REQUIRE(f.stores.Delete(f.context, Mutation(), "c", "").ok());
  CHECK(f.List({.customer_id = "a"}) == SimilarIds{"d"});
  REQUIRE(
      f.stores
          .MergeCustomers(f.context, Mutation(), {.survivor_id = "a", .customer_ids = {"d"}}, {})
          .ok());
  CHECK(f.List({.customer_id = "a"}).empty());
  CHECK(f.List({.customer_id = "d"}).empty());
  CHECK(f.index.rows() == 4);
  f.Work();
  CHECK(f.index.rows() == 1);
}

TEST_CASE("who withheld profiling is compared with nobody, with the reason") {
  SimilarFixture f;
  f.Work();
  f.Withdraw("a");
  const absl::Status withheld = f.Try({.customer_id = "a"}).status();
  CHECK(absl::IsFailedPrecondition(withheld));
  CHECK(GetReason(withheld) == "CONSENT_WITHHELD");
  f.Create("silent");
  const absl::Status unknown = f.Try({.customer_id = "silent"}).status();
  CHECK(GetReason(unknown) == "NOTHING_KNOWN");
  CHECK(absl::IsNotFound(f.Try({.customer_id = "nobody"}).status()));
}

TEST_CASE("region and segment leave the nearest among those who match") {
  SimilarFixture f;
  f.Create("e", "FR");
  f.Add("e", EventType::kPurchase, 2);
  f.Work();
  CHECK(f.List({.customer_id = "a", .region = "FR"}) == SimilarIds{"e"});
  CHECK(f.List({.customer_id = "a", .region = "DE"}).empty());
  Segments segments(&f.stores, &f.stores, nullptr, &f.clock, {});
  REQUIRE(segments.Create(f.context, Mutation(), {.id = "buyers", .rule = "purchases >= 3"}, false)
              .ok());
  SegmentFiller filler(&f.stores, nullptr, &f.clock, {});
  REQUIRE(filler.Run(f.context).ok());
  CHECK(f.List({.customer_id = "a", .segment_id = "buyers"}) == SimilarIds{"c", "d"});
  CHECK(f.List({.customer_id = "a", .region = "FR", .segment_id = "buyers"}).empty());
  CHECK(absl::IsNotFound(f.Try({.customer_id = "a", .segment_id = "none"}).status()));
}

TEST_CASE("many who may not be told of any more do not make a list short") {
  SimilarFixture f;
  for (int i = 0; i < 60; ++i) {
    const std::string id = absl::StrCat("gone", i);
    f.Create(id);
    f.Add(id, EventType::kView, 9);
  }
  f.Work();
  for (int i = 0; i < 60; ++i) f.Withdraw(absl::StrCat("gone", i));
  CHECK(f.List({.customer_id = "a", .limit = 3}) == SimilarIds{"b", "c", "d"});
}

TEST_CASE("a profile is made again after a day, because time alone changes it") {
  SimilarFixture f;
  f.Work();
  f.fuser.id = "fuser/2";
  CHECK(f.List({.customer_id = "a"}).empty());
  f.clock.Advance(absl::Hours(24));
  f.Work();
  CHECK(f.List({.customer_id = "a"}) == SimilarIds{"b", "c", "d"});
}

TEST_CASE("a restored database is followed from its beginning") {
  SimilarFixture f;
  const auto backup = f.stores.Save();
  f.Work();
  f.Create("later");
  f.Add("later", EventType::kView, 5);
  f.Work();
  CHECK(f.index.rows() == 5);
  f.stores.Restore(backup);
  REQUIRE(f.stores.RenewEpoch(f.context, f.stores.State(f.context)->epoch).ok());
  f.Work();
  CHECK(f.List({.customer_id = "a"}) == SimilarIds{"b", "c", "d"});
}

TEST_CASE("a model that is away leaves customers due") {
  SimilarFixture f;
  f.fuser.failure = UnavailableError(reason::kModelUnavailable, "away", absl::Seconds(1));
  CHECK(absl::IsUnavailable(f.maker.Run(f.context)));
  f.fuser.failure = absl::OkStatus();
  f.clock.Advance(absl::Minutes(2));
  f.Work();
  CHECK(f.List({.customer_id = "a"}).size() == 3);
}

TEST_CASE("without room, without memory and before the vectors were read, the answer says why") {
  SimilarFixture small(300);
  small.Work();
  CHECK(GetReason(small.Try({.customer_id = "a"}).status()) == "TOO_MANY_CUSTOMERS");
  SimilarFixture f;
  CHECK(absl::IsUnavailable(f.Try({.customer_id = "a"}).status()));
  const SimilarCustomers none(nullptr, nullptr, &f.stores, &f.profiles, &f.stores, &f.stores, {},
                              &f.clock);
  CHECK(GetReason(none.List(f.context, {.customer_id = "a"}).status()) == "NO_SIMILARITY");
}

TEST_CASE("every wrong field of a query is named") {
  SimilarFixture f;
  const absl::Status status = f.Try({.customer_id = "a b",
                                     .limit = 101,
                                     .region = std::string(65, 'x'),
                                     .segment_id = "a b"})
                                  .status();
  CHECK(absl::IsInvalidArgument(status));
  CHECK(GetFieldViolations(status).size() == 4);
}

}  // namespace
}  // namespace clientele::profile::testing
