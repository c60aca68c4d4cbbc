#include "services/profile-service/core/profiles/profiles.h"

#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "common/status/error_details.h"
#include "tests/contract/profile/memory_stores.h"
#include "tests/contract/profile/samples.h"
#include "tests/support/fake_clock.h"
#include "tests/unit/profile/fake_embedder.h"
#include "tests/unit/profile/row_fuser.h"

namespace clientele::profile::testing {
namespace {

class FakeFuser final : public RowFuser {
 public:
  absl::StatusOr<FusedVector> FuseRow(const RequestContext&, const KnownParts& parts) override {
    has_behavior = parts.behavior != nullptr;
    if (has_behavior) behavior = *parts.behavior;
    text.assign(parts.text.begin(), parts.text.end());
    return FusedVector{"fuser/7", {0.6f, 0.8f}};
  }

  bool has_behavior = false;
  BehaviorVector behavior;
  std::vector<float> text;
};

struct ProfilesFixture {
  clientele::testing::FakeClock clock;
  MemoryStores stores{&clock};
  FakeEmbedder embedder;
  FakeFuser fuser;
  Profiles profiles{&stores, &embedder, &fuser, &clock, {.affinity = {}, .latest_texts = 2}};
  RequestContext context;

  ProfilesFixture() { REQUIRE(stores.Create(context, Mutation(), MakeCustomer("42")).ok()); }
  void Insert(std::vector<Event> events) {
    REQUIRE(stores.Insert(context, Mutation(), MakeBatch(std::move(events))).ok());
  }
};

Event Message(const std::string& id, const std::string& text, int hours_ago) {
  Event event = MakeEvent("42", id, EventType::kMessage);
  event.text = text;
  event.event_time = kNow - absl::Hours(hours_ago);
  return event;
}

TEST_CASE("nothing of who may not be profiled takes part, and the profile says so") {
  ProfilesFixture f;
  f.Insert({Message("1", "x", 2), MakeEvent("42", "2", EventType::kPurchase)});
  REQUIRE(f.stores.Put(f.context, "text/1", {{{"42", "1", {1, 0}}}}, kNow).ok());
  const auto decide = [&](bool granted) {
    REQUIRE(f.stores
                .Record(f.context, Mutation(),
                        {{.customer_id = "42",
                          .purpose = consent::Purpose::kProfiling,
                          .granted = granted,
                          .decision_time = f.clock.Now()}},
                        {})
                .ok());
  };
  auto profile = f.profiles.Get(f.context, "42");
  REQUIRE(profile.ok());
  CHECK(profile->modalities == std::vector<std::string>{"behavior", "text"});
  CHECK(profile->withheld_purposes.empty());

  decide(false);
  profile = f.profiles.Get(f.context, "42");
  REQUIRE(profile.ok());
  CHECK(profile->modalities.empty());
  CHECK(profile->withheld_purposes == std::vector<consent::Purpose>{consent::Purpose::kProfiling});
  CHECK(profile->summary.event_count() == 0);
  CHECK(profile->category_affinity.empty());
  CHECK(profile->pending_texts == 0);
  CHECK_FALSE(f.fuser.has_behavior);
  CHECK(f.fuser.text.empty());

  decide(true);
  profile = f.profiles.Get(f.context, "42");
  REQUIRE(profile.ok());
  CHECK(profile->modalities == std::vector<std::string>{"behavior"});
  CHECK(profile->pending_texts == 1);
}

TEST_CASE("a profile is fused from behavior and the vectors of the latest texts") {
  ProfilesFixture f;
  f.Insert({Message("1", "old", 9), Message("2", "x", 2), Message("3", "y", 1)});
  REQUIRE(f.stores
              .Put(f.context, "text/1",
                   {{{"42", "1", {5, 5}}, {"42", "2", {1, 0}}, {"42", "3", {0, 1}}}}, kNow)
              .ok());
  const auto profile = f.profiles.Get(f.context, "42");
  REQUIRE(profile.ok());
  CHECK(profile->vector == std::vector<float>{0.6f, 0.8f});
  CHECK(profile->models == std::vector<std::string>{"text/1", "fuser/7"});
  CHECK(profile->pending_texts == 0);
  CHECK(f.fuser.text == MeanDirection({{1, 0}, {0, 1}}));
  CHECK(f.fuser.behavior == ToVector(ComputeBehavior(profile->summary, kNow)));
  CHECK(profile->compute_time == kNow);
}

TEST_CASE("a profile is never kept waiting for an embedding: it says what is missing") {
  ProfilesFixture f;
  f.Insert({Message("1", "x", 2), Message("2", "y", 1)});
  const auto none = f.profiles.Get(f.context, "42");
  REQUIRE(none.ok());
  CHECK(none->pending_texts == 2);
  CHECK(none->models == std::vector<std::string>{"fuser/7"});
  CHECK(f.fuser.text.empty());
  REQUIRE(f.stores.Put(f.context, "text/1", {{{"42", "1", {1, 0}}}}, kNow).ok());
  const auto some = f.profiles.Get(f.context, "42");
  REQUIRE(some.ok());
  CHECK(some->pending_texts == 1);
  CHECK(f.fuser.text == std::vector<float>{1, 0});
  CHECK(f.embedder.seen.empty());
}

TEST_CASE("a customer who wrote nothing needs no text model") {
  ProfilesFixture f;
  f.embedder.id = "";
  f.Insert({MakeEvent("42", "1")});
  const auto profile = f.profiles.Get(f.context, "42");
  REQUIRE(profile.ok());
  CHECK(profile->models == std::vector<std::string>{"fuser/7"});
  CHECK(f.fuser.has_behavior);
  CHECK(f.fuser.text.empty());
}

TEST_CASE("a customer without events has no behavior to fuse") {
  ProfilesFixture f;
  REQUIRE(f.profiles.Get(f.context, "42").ok());
  CHECK_FALSE(f.fuser.has_behavior);
}

TEST_CASE("an absent text model makes the profile unavailable") {
  ProfilesFixture f;
  f.embedder.id = "";
  f.Insert({Message("1", "x", 1)});
  const absl::Status status = f.profiles.Get(f.context, "42").status();
  CHECK(absl::IsUnavailable(status));
  CHECK(GetReason(status) == "MODEL_UNAVAILABLE");
}

TEST_CASE("an unknown customer is not found, a bad id invalid") {
  ProfilesFixture f;
  CHECK(absl::IsNotFound(f.profiles.Get(f.context, "43").status()));
  CHECK(absl::IsInvalidArgument(f.profiles.Get(f.context, "a b").status()));
}

TEST_CASE("the mean direction has unit length, or is none") {
  CHECK(MeanDirection({{3, 0}, {0, 4}}) == std::vector<float>{0.6f, 0.8f});
  CHECK(MeanDirection({{1, 0}, {-1, 0}}).empty());
  CHECK(MeanDirection({{0, 0}}).empty());
  CHECK(MeanDirection({}).empty());
}

}  // namespace
}  // namespace clientele::profile::testing
