#include "services/profile-service/core/profiles/profile_watch.h"

#include <functional>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "common/status/error_details.h"
#include "services/profile-service/core/segments/segment_changes.h"
#include "tests/contract/profile/memory_stores.h"
#include "tests/contract/profile/samples.h"
#include "tests/support/fake_clock.h"
#include "tests/unit/profile/row_fuser.h"

namespace clientele::profile {
namespace {

using testing::MakeBatch;
using testing::MakeEvent;

class OneVectorModels final : public TextEmbedder, public testing::RowFuser {
 public:
  absl::StatusOr<TextVectors> Embed(const RequestContext&,
                                    absl::Span<const std::string> texts) override {
    return TextVectors{"m/1", std::vector<std::vector<float>>(texts.size(), {1, 0})};
  }
  std::string model_id() const override { return "m/1"; }
  absl::StatusOr<FusedVector> FuseRow(const RequestContext&, const KnownParts&) override {
    return FusedVector{"fuser/1", {1}};
  }
};

// Asks the stores, and does something before each question: nobody waits in these tests for time
// to pass.
class SteppedVersions final : public ProfileVersions {
 public:
  explicit SteppedVersions(ProfileVersions* versions) : versions_(versions) {}

  absl::StatusOr<ProfileVersion> Version(const RequestContext& context,
                                         absl::string_view customer_id) override {
    Step();
    return versions_->Version(context, customer_id);
  }
  absl::StatusOr<bool> Contains(const RequestContext& context, absl::string_view customer_id,
                                std::int64_t change) override {
    Step();
    return versions_->Contains(context, customer_id, change);
  }

  std::vector<std::function<void()>> steps;
  std::size_t asked = 0;

 private:
  void Step() {
    if (asked < steps.size()) steps[asked]();
    ++asked;
  }

  ProfileVersions* const versions_;
};

struct Watching {
  Watching() {
    for (const char* id : {"a", "b"}) {
      REQUIRE(stores.Create({}, {}, testing::MakeCustomer(id)).ok());
    }
  }
  std::int64_t Message(const std::string& id) {
    Event event = MakeEvent("a", id, EventType::kMessage);
    event.text = "a text";
    return stores.Insert({}, {}, MakeBatch({event}))->change;
  }
  void Embed(const std::string& id) {
    REQUIRE(stores.Put({}, "m/1", {{TextVector{"a", id, {1, 0}}}}, clock.Now()).ok());
  }

  clientele::testing::FakeClock clock;
  testing::MemoryStores stores{&clock};
  OneVectorModels models;
  ChangeNotifier notifier{&stores, &clock};
  Profiles profiles{&stores, &models, &models, &clock, {}};
  SteppedVersions versions{&stores};
  ProfileWatch watch{&profiles,
                     &versions,
                     &notifier,
                     &clock,
                     {.poll_interval = absl::Milliseconds(1), .min_interval = {}}};
};

TEST_CASE("a profile that is asked for with a change waits until it contains the change") {
  Watching w;
  const std::int64_t change = w.Message("t1");
  CHECK(w.watch.Get({}, "a", "")->pending_texts == 1);
  CHECK(w.versions.asked == 0);
  w.versions.steps = {[] {}, [] {}, [&] { w.Embed("t1"); }};
  const auto profile = w.watch.Get({}, "a", ChangeToken(change));
  REQUIRE(profile.ok());
  CHECK(profile->pending_texts == 0);
  CHECK(w.versions.asked == 3);
}

TEST_CASE("a wait for a change ends with the caller's deadline or after the longest wait") {
  Watching w;
  const std::string change = ChangeToken(w.Message("t1"));
  SECTION("the caller's") {
    RequestContext context;
    context.deadline = w.clock.Now() + absl::Seconds(1);
    w.versions.steps = {[&] { w.clock.Advance(absl::Seconds(2)); }};
    CHECK(absl::IsDeadlineExceeded(w.watch.Get(context, "a", change).status()));
  }
  SECTION("the longest") {
    w.versions.steps = {[&] { w.clock.Advance(absl::Seconds(11)); }};
    CHECK(absl::IsDeadlineExceeded(w.watch.Get({}, "a", change).status()));
  }
}

TEST_CASE("a token that no write gave is refused") {
  Watching w;
  for (const char* token : {"nonsense", "Y2hhbmdlLzEv", "Y2hhbmdlLzEvLTE"}) {
    CHECK(absl::IsInvalidArgument(w.watch.Get({}, "a", token).status()));
  }
  CHECK(absl::IsInvalidArgument(w.watch.Get({}, "a", ChangeToken(1000)).status()));
  CHECK(absl::IsInvalidArgument(w.watch.Get({}, "no id", "").status()));
  CHECK(absl::IsNotFound(w.watch.Get({}, "nobody", "").status()));
}

TEST_CASE("a watched profile is sent at once, and again when it changed and not else") {
  Watching w;
  std::vector<std::string> seen;
  const auto sink = [&](const Profile& profile) -> absl::Status {
    seen.push_back(profile.customer_id + std::to_string(profile.summary.event_count()));
    return seen.size() == 4 ? absl::CancelledError("enough") : absl::OkStatus();
  };
  w.versions.steps = {
      [] {},
      [] {},
      [&] { REQUIRE(w.stores.Insert({}, {}, MakeBatch({MakeEvent("b", "other")})).ok()); },
      [&] { REQUIRE(w.stores.Insert({}, {}, MakeBatch({MakeEvent("a", "e1")})).ok()); },
      [] {},
      [&] {
        REQUIRE(
            w.stores.MergeCustomers({}, {}, {.survivor_id = "b", .customer_ids = {"a"}}, {}).ok());
      },
      [&] { REQUIRE(w.stores.Insert({}, {}, MakeBatch({MakeEvent("b", "e2")})).ok()); }};
  CHECK(absl::IsCancelled(w.watch.Watch({}, "a", sink)));
  CHECK(seen == std::vector<std::string>{"a0", "a1", "b2", "b3"});
}

TEST_CASE("a watch ends when the customer is deleted") {
  Watching w;
  int sent = 0;
  w.versions.steps = {[] {}, [&] { REQUIRE(w.stores.Delete({}, {}, "a", "").ok()); }};
  const auto sink = [&](const Profile&) {
    ++sent;
    return absl::OkStatus();
  };
  CHECK(absl::IsNotFound(w.watch.Watch({}, "a", sink)));
  CHECK(sent == 1);
  CHECK(absl::IsNotFound(w.watch.Watch({}, "a", sink)));
}

TEST_CASE("memberships are followed from now on or from a cursor, with reasons where asked") {
  Watching w;
  ChangeFeed feed(&w.stores, &w.notifier, &w.clock, {});
  Segments segments(&w.stores, &w.stores, nullptr, &w.clock, {});
  SegmentChanges changes(&feed, &segments);
  for (const char* id : {"seen", "other"}) {
    REQUIRE(segments.Create({}, {}, {.id = id, .rule = "views >= 1"}, false).ok());
  }
  REQUIRE(w.stores.Insert({}, {}, MakeBatch({MakeEvent("a", "v")})).ok());
  const auto settle = [&](const std::vector<std::string>& ids) {
    REQUIRE(w.stores
                .Settle({}, {.segment_ids = {"other", "seen"},
                             .customers = {{.customer_id = "a", .revision = 1, .segment_ids = ids}},
                             .decide_time = w.clock.Now()})
                .ok());
  };
  settle({"other"});
  std::vector<SegmentChangeMessage> messages;
  const auto follow = [&](const SegmentChanges::From& from, std::size_t count) {
    messages.clear();
    return changes.Follow({}, from, [&](SegmentChangeMessage message) -> absl::Status {
      messages.push_back(std::move(message));
      return messages.size() == count ? absl::CancelledError("enough") : absl::OkStatus();
    });
  };
  // The first message comes at once and tells nothing of before.
  CHECK(absl::IsCancelled(follow({}, 1)));
  CHECK(messages[0].changes.empty());
  const std::string cursor = messages[0].cursor;
  settle({"other", "seen"});
  settle({});
  CHECK(absl::IsCancelled(follow({.cursor = cursor, .include_reasons = true}, 1)));
  REQUIRE(messages[0].changes.size() == 3);
  CHECK(messages[0].changes[0].segment_id == "seen");
  CHECK(messages[0].changes[0].joined);
  CHECK(messages[0].changes[0].reasons.size() == 1);
  CHECK_FALSE(messages[0].changes[1].joined);
  CHECK(messages[0].changes[1].reasons.empty());
  CHECK(absl::IsCancelled(follow({.cursor = cursor, .segment_ids = {"seen"}}, 1)));
  CHECK(messages[0].changes.size() == 2);
  CHECK(messages[0].changes[0].reasons.empty());
  CHECK(absl::IsInvalidArgument(follow({.segment_ids = {"no id"}}, 1)));
  CHECK(absl::IsInvalidArgument(follow({.cursor = "nonsense"}, 1)));
}

}  // namespace
}  // namespace clientele::profile
