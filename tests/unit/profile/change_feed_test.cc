#include "services/profile-service/core/changes/change_feed.h"

#include <string>
#include <thread>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "common/status/error_details.h"
#include "tests/contract/profile/memory_stores.h"
#include "tests/contract/profile/samples.h"
#include "tests/support/fake_clock.h"

namespace clientele::profile::testing {
namespace {

struct Fixture {
  clientele::testing::FakeClock clock;
  MemoryStores stores{&clock};
  ChangeNotifier notifier{&stores, &clock};
  ChangeFeed feed{&stores, &notifier, &clock, {}};
  CancellationSource cancellation;
  RequestContext context;
  std::vector<ChangeMessage> messages;

  Fixture() { context.cancellation = cancellation.token(); }

  void CreateCustomer(const std::string& id) {
    REQUIRE(stores.Create({}, Mutation(), MakeCustomer(id)).ok());
  }
  // Follows until `count` messages have come.
  absl::Status FollowFor(std::size_t count, ChangeFeed::From from = {}) {
    return feed.Follow(context, from, [&](ChangeMessage message) {
      messages.push_back(std::move(message));
      return messages.size() < count ? absl::OkStatus() : absl::CancelledError("enough");
    });
  }
};

TEST_CASE("the feed is told from the cursor on, in batches, each change once") {
  Fixture f;
  for (const char* id : {"a", "b", "c"}) f.CreateCustomer(id);
  CHECK(absl::IsCancelled(f.FollowFor(2, {.max_batch_size = 2})));
  REQUIRE(f.messages.size() == 2);
  CHECK(f.messages[0].changes.size() == 2);
  CHECK(f.messages[1].changes.at(0).customer_id == "c");
  const std::string first = f.messages[0].cursor;
  f.messages.clear();
  CHECK(absl::IsCancelled(f.FollowFor(1, {.cursor = first})));
  REQUIRE(f.messages.at(0).changes.size() == 1);
  CHECK(f.messages[0].changes[0].customer_id == "c");
}

TEST_CASE("a stream that has caught up waits for news instead of reading again") {
  Fixture f;
  f.CreateCustomer("a");
  absl::Status status;
  std::thread stream([&] { status = f.FollowFor(2); });
  while (f.notifier.waiting() == 0) std::this_thread::yield();
  const int reads = f.stores.reads();
  CHECK(reads == 2);  // one with news, one without
  f.CreateCustomer("b");
  f.notifier.Published();
  stream.join();
  CHECK(absl::IsCancelled(status));
  CHECK(f.stores.reads() == reads + 1);
  CHECK(f.messages.at(1).changes.at(0).customer_id == "b");
}

TEST_CASE("what another replica stored is found by the poll") {
  Fixture f;
  absl::Status status;
  std::thread stream([&] { status = f.FollowFor(1); });
  while (f.notifier.waiting() == 0) std::this_thread::yield();
  f.CreateCustomer("a");
  f.notifier.PollOnce();
  stream.join();
  CHECK(f.messages.at(0).changes.at(0).customer_id == "a");
}

TEST_CASE("a poll without news wakes nobody") {
  Fixture f;
  f.CreateCustomer("a");
  f.notifier.PollOnce();
  const uint64_t generation = f.notifier.generation();
  f.notifier.PollOnce();
  CHECK(f.notifier.generation() == generation);
  f.stores.FailWith(absl::UnavailableError("away"));
  f.notifier.PollOnce();
  CHECK(f.notifier.generation() == generation);
}

TEST_CASE("a keep-alive is sent when nothing happens for long enough") {
  Fixture f;
  absl::Status status;
  std::thread stream([&] { status = f.FollowFor(1); });
  while (f.notifier.waiting() == 0) std::this_thread::yield();
  f.clock.Advance(absl::Seconds(3));
  f.notifier.Published();  // wakes it before its own time is up
  stream.join();
  CHECK(f.messages.at(0).changes.empty());
  CHECK(ParseCursor(f.messages.at(0).cursor).value() == 0);
}

TEST_CASE("cancellation ends a waiting stream at once") {
  Fixture f;
  absl::Status status;
  std::thread stream([&] { status = f.FollowFor(1); });
  while (f.notifier.waiting() == 0) std::this_thread::yield();
  f.cancellation.Cancel();
  stream.join();
  CHECK(absl::IsCancelled(status));
  CHECK(f.messages.empty());
}

TEST_CASE("a passed deadline ends the stream") {
  Fixture f;
  f.context.deadline = f.clock.Now();
  CHECK(absl::IsDeadlineExceeded(f.FollowFor(1)));
}

TEST_CASE("bad cursors and batch sizes are refused") {
  Fixture f;
  f.CreateCustomer("a");
  CHECK(absl::IsInvalidArgument(f.FollowFor(1, {.cursor = "made up"})));
  CHECK(absl::IsInvalidArgument(f.FollowFor(1, {.cursor = MakeCursor(2)})));
  CHECK(absl::IsInvalidArgument(f.FollowFor(1, {.max_batch_size = 5001})));
  CHECK(absl::IsInvalidArgument(f.FollowFor(1, {.max_batch_size = 0})));
  CHECK(f.messages.empty());
}

TEST_CASE("the store's error ends the stream") {
  Fixture f;
  f.stores.FailWith(UnavailableError(reason::kDatabaseUnavailable, "away", absl::Seconds(1)));
  const absl::Status status = f.FollowFor(1);
  CHECK(absl::IsUnavailable(status));
  CHECK(GetReason(status) == "DATABASE_UNAVAILABLE");
}

TEST_CASE("a cursor is read back, and anything else is refused") {
  CHECK(ParseCursor("").value() == 0);
  CHECK(ParseCursor(MakeCursor(0)).value() == 0);
  CHECK(ParseCursor(MakeCursor(INT64_MAX)).value() == INT64_MAX);
  for (const std::string& bad : {std::string("42"), std::string("!"), MakeCursor(7) + "=",
                                 MakeCursor(7).substr(1), MakeCursor(-1)}) {
    CHECK(absl::IsInvalidArgument(ParseCursor(bad).status()));
  }
}

}  // namespace
}  // namespace clientele::profile::testing
