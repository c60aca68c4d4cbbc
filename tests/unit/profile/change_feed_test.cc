#include "services/profile-service/core/changes/change_feed.h"

#include <set>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "tests/contract/profile/memory_stores.h"
#include "tests/contract/profile/samples.h"
#include "tests/support/fake_clock.h"

namespace clientele::profile::testing {
namespace {

struct FeedFixture {
  clientele::testing::FakeClock clock;
  MemoryStores stores{&clock};
  ChangeNotifier notifier{&stores, &clock};
  ChangeFeed feed{&stores, &notifier, &clock, {}};
  CancellationSource cancellation;
  RequestContext context;
  std::vector<ChangeMessage> messages;

  FeedFixture() { context.cancellation = cancellation.token(); }

  void CreateCustomer(const std::string& id) {
    REQUIRE(stores.Create({}, Mutation(), MakeCustomer(id)).ok());
  }
  // Of a follower that has all there is.
  std::string CursorAtTheEnd() {
    const FeedState state = *stores.State({});
    return MakeCursor({.epoch = state.epoch,
                       .seq = state.last_seq,
                       .change_time = *stores.TimeOf({}, state.last_seq)});
  }
  // What a follower holds after the messages: customers, and their events as "customer/event".
  std::set<std::string> Held() const {
    std::set<std::string> held;
    for (const ChangeMessage& message : messages) {
      if (message.snapshot && !message.snapshot->after) held.clear();
      for (const Change& change : message.changes) {
        if (change.kind == ChangeKind::kCustomerCreated) held.insert(change.customer_id);
        if (change.kind == ChangeKind::kEvent) {
          held.insert(change.customer_id + "/" + change.event.event_id);
        }
        if (change.kind != ChangeKind::kCustomerDeleted) continue;
        std::erase_if(held, [&](const std::string& name) {
          return name == change.customer_id || name.starts_with(change.customer_id + "/");
        });
      }
    }
    return held;
  }
  void Insert(const std::string& customer, const std::vector<std::string>& ids,
              const std::string& text = "") {
    std::vector<Event> events;
    for (const std::string& id : ids) {
      events.push_back(MakeEvent(customer, id));
      events.back().text = text;
    }
    REQUIRE(stores.Insert({}, Mutation(), MakeBatch(events)).ok());
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
  FeedFixture f;
  const std::string beginning = f.CursorAtTheEnd();
  for (const char* id : {"a", "b", "c"}) f.CreateCustomer(id);
  CHECK(absl::IsCancelled(f.FollowFor(2, {.cursor = beginning, .max_batch_size = 2})));
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
  FeedFixture f;
  const std::string beginning = f.CursorAtTheEnd();
  f.CreateCustomer("a");
  absl::Status status;
  std::thread stream([&] { status = f.FollowFor(2, {.cursor = beginning}); });
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
  FeedFixture f;
  absl::Status status;
  std::thread stream([&] { status = f.FollowFor(1, {.cursor = f.CursorAtTheEnd()}); });
  while (f.notifier.waiting() == 0) std::this_thread::yield();
  f.CreateCustomer("a");
  f.notifier.PollOnce();
  stream.join();
  CHECK(f.messages.at(0).changes.at(0).customer_id == "a");
}

TEST_CASE("a poll without news wakes nobody") {
  FeedFixture f;
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
  FeedFixture f;
  absl::Status status;
  std::thread stream([&] { status = f.FollowFor(1, {.cursor = f.CursorAtTheEnd()}); });
  while (f.notifier.waiting() == 0) std::this_thread::yield();
  f.clock.Advance(absl::Seconds(3));
  f.notifier.Published();  // wakes it before its own time is up
  stream.join();
  CHECK(f.messages.at(0).changes.empty());
  CHECK(ParseCursor(f.messages.at(0).cursor)->seq == 0);
}

TEST_CASE("cancellation ends a waiting stream at once") {
  FeedFixture f;
  absl::Status status;
  std::thread stream([&] { status = f.FollowFor(1, {.cursor = f.CursorAtTheEnd()}); });
  while (f.notifier.waiting() == 0) std::this_thread::yield();
  f.cancellation.Cancel();
  stream.join();
  CHECK(absl::IsCancelled(status));
  CHECK(f.messages.empty());
}

TEST_CASE("a passed deadline ends the stream") {
  FeedFixture f;
  f.context.deadline = f.clock.Now();
  CHECK(absl::IsDeadlineExceeded(f.FollowFor(1)));
}

TEST_CASE("bad cursors and batch sizes are refused") {
  FeedFixture f;
  f.CreateCustomer("a");
  CHECK(absl::IsInvalidArgument(f.FollowFor(1, {.cursor = "made up"})));
  CHECK(absl::IsInvalidArgument(f.FollowFor(1, {.follower = std::string(65, 'f')})));
  CHECK(absl::IsInvalidArgument(f.FollowFor(1, {.max_batch_size = 5001})));
  CHECK(absl::IsInvalidArgument(f.FollowFor(1, {.max_batch_size = 0})));
  CHECK(f.messages.empty());
}

TEST_CASE("the store's error ends the stream") {
  FeedFixture f;
  f.stores.FailWith(UnavailableError(reason::kDatabaseUnavailable, "away", absl::Seconds(1)));
  const absl::Status status = f.FollowFor(1);
  CHECK(absl::IsUnavailable(status));
  CHECK(GetReason(status) == "DATABASE_UNAVAILABLE");
}

TEST_CASE("a cursor is read back, and anything else is refused") {
  const std::vector<Cursor> cursors = {
      {.epoch = "e", .seq = 0},
      {.epoch = "e", .seq = INT64_MAX, .change_time = kNow},
      {.epoch = "e", .seq = 7, .snapshot_place = ""},
      {.epoch = "e", .seq = 7, .change_time = kNow, .snapshot_place = "any/thing \n/"}};
  for (const Cursor& cursor : cursors) {
    const std::string text = MakeCursor(cursor);
    const auto parsed = ParseCursor(text);
    REQUIRE(parsed.ok());
    CHECK(parsed->epoch == cursor.epoch);
    CHECK(parsed->seq == cursor.seq);
    CHECK(parsed->change_time == cursor.change_time);
    CHECK(parsed->snapshot_place == cursor.snapshot_place);
    CHECK(absl::IsInvalidArgument(ParseCursor(text.substr(1)).status()));
  }
  const std::string text = MakeCursor(cursors[1]);
  for (const std::string& bad : {std::string(), std::string("42"), std::string("!"), text + "=",
                                 MakeCursor({.epoch = "e", .seq = -1}), MakeCursor({})}) {
    CHECK(absl::IsInvalidArgument(ParseCursor(bad).status()));
  }
}

TEST_CASE("a new follower gets a snapshot, and then what changed since it was begun") {
  FeedFixture f;
  for (const char* id : {"a", "b", "c"}) f.CreateCustomer(id);
  f.Insert("b", {"1", "2", "3"});
  REQUIRE(f.stores.Delete({}, Mutation(), "a", "").ok());
  // Written while the snapshot is under way, on both sides of the place that it has reached.
  const absl::Status ended = f.feed.Follow(
      f.context, {.max_batch_size = 2, .follower = "tester"}, [&](ChangeMessage message) {
        f.messages.push_back(std::move(message));
        if (f.messages.size() == 1) {
          CHECK(f.Held() == std::set<std::string>{"b", "b/1"});
          f.CreateCustomer("aa");
          f.Insert("b", {"0"});
          f.Insert("c", {"9"});
        }
        if (f.messages.size() == 2) REQUIRE(f.stores.Delete({}, Mutation(), "c", "").ok());
        const bool done = !f.messages.back().snapshot && f.messages.back().changes.size() < 2;
        return done ? absl::CancelledError("enough") : absl::OkStatus();
      });
  CHECK(absl::IsCancelled(ended));
  CHECK(f.Held() == std::set<std::string>{"aa", "b", "b/0", "b/1", "b/2", "b/3"});
  // The parts follow each other without gaps, from the first to the last.
  std::vector<SnapshotRange> parts;
  for (const ChangeMessage& message : f.messages) {
    if (message.snapshot) parts.push_back(*message.snapshot);
  }
  REQUIRE(parts.size() == 2 + 1);
  CHECK(!parts[0].after.has_value());
  CHECK(!parts.back().through.has_value());
  for (std::size_t i = 1; i < parts.size(); ++i) {
    CHECK(parts[i].after->customer_id == parts[i - 1].through->customer_id);
    CHECK(parts[i].after->event_id == parts[i - 1].through->event_id);
  }
}

TEST_CASE("a snapshot that was cut goes on where it was") {
  FeedFixture f;
  for (const char* id : {"a", "b", "c"}) f.CreateCustomer(id);
  CHECK(absl::IsCancelled(f.FollowFor(1, {.max_batch_size = 2})));
  CHECK(
      absl::IsCancelled(f.FollowFor(2, {.cursor = f.messages.at(0).cursor, .max_batch_size = 2})));
  CHECK(f.messages.at(1).changes.size() == 1);
  CHECK(f.Held() == std::set<std::string>{"a", "b", "c"});
}

TEST_CASE("an empty feed has an empty snapshot") {
  FeedFixture f;
  CHECK(absl::IsCancelled(f.FollowFor(1)));
  CHECK(f.messages.at(0).changes.empty());
  REQUIRE(f.messages.at(0).snapshot.has_value());
  CHECK(!f.messages.at(0).snapshot->after.has_value());
  CHECK(!f.messages.at(0).snapshot->through.has_value());
}

bool IsResyncRequired(const absl::Status& status) {
  return absl::IsFailedPrecondition(status) && GetReason(status) == changefeed::kResyncRequired;
}

TEST_CASE("a cursor that lies ahead of a restored feed is refused, and a new epoch begins") {
  FeedFixture f;
  f.CreateCustomer("a");
  const std::string behind = f.CursorAtTheEnd();
  const auto backup = f.stores.Save();
  f.CreateCustomer("b");
  const std::string ahead = f.CursorAtTheEnd();
  f.stores.Restore(backup);
  CHECK(IsResyncRequired(f.FollowFor(1, {.cursor = ahead})));
  // Those who had not come as far cannot be told from those who had: all begin again.
  CHECK(IsResyncRequired(f.FollowFor(1, {.cursor = behind})));
  CHECK(absl::IsCancelled(f.FollowFor(1)));
  CHECK(f.Held() == std::set<std::string>{"a"});
}

TEST_CASE("a cursor whose number was given again in a restored feed is refused") {
  FeedFixture f;
  f.CreateCustomer("a");
  const auto backup = f.stores.Save();
  f.CreateCustomer("b");
  const std::string cursor = f.CursorAtTheEnd();
  f.stores.Restore(backup);
  f.clock.Advance(absl::Seconds(1));
  f.CreateCustomer("c");
  f.CreateCustomer("d");
  CHECK(IsResyncRequired(f.FollowFor(1, {.cursor = cursor})));
  CHECK(f.messages.empty());
}

TEST_CASE("open streams end when a new epoch begins, or the feed falls behind them") {
  FeedFixture f;
  f.CreateCustomer("a");
  const auto backup = f.stores.Save();
  f.CreateCustomer("b");
  const std::string cursor = f.CursorAtTheEnd();
  absl::Status status;
  std::thread stream([&] { status = f.FollowFor(1, {.cursor = cursor}); });
  while (f.notifier.waiting() == 0) std::this_thread::yield();
  SECTION("a new epoch") {
    REQUIRE(f.stores.RenewEpoch({}, f.stores.State({})->epoch).ok());
    f.notifier.PollOnce();
  }
  SECTION("a restore") {
    f.notifier.PollOnce();
    f.stores.Restore(backup);
    f.notifier.PollOnce();
  }
  stream.join();
  CHECK(IsResyncRequired(status));
}

TEST_CASE("a cursor without an epoch, of an older version, is refused") {
  FeedFixture f;
  f.CreateCustomer("a");
  CHECK(IsResyncRequired(f.FollowFor(1, {.cursor = "Y2hhbmdlcy8xLzE"})));
}

TEST_CASE("changes are kept until every follower has them and the retention is over") {
  FeedFixture f;
  ChangeFeed feed(&f.stores, &f.notifier, &f.clock, {.retention = absl::Hours(1)});
  const auto open = [&](const std::string& follower, const std::string& cursor) {
    return feed.Follow(f.context, {.cursor = cursor, .follower = follower},
                       [](ChangeMessage) { return absl::CancelledError("opened"); });
  };
  const auto kept = [&] { return f.stores.Read({}, 0, {})->changes.size(); };
  f.context.deadline = f.clock.Now() + absl::Hours(24);
  f.CreateCustomer("a");
  const std::string first = f.CursorAtTheEnd();
  f.CreateCustomer("b");
  f.CreateCustomer("c");
  CHECK(absl::IsCancelled(open("slow", first)));
  CHECK(absl::IsCancelled(open("quick", "")));
  REQUIRE(feed.Compact(f.context).ok());
  CHECK(kept() == 3);  // they are young

  f.clock.Advance(absl::Minutes(50));
  CHECK(absl::IsCancelled(open("slow", first)));
  f.clock.Advance(absl::Minutes(20));
  REQUIRE(feed.Compact(f.context).ok());
  CHECK(kept() == 2);  // the slow one has the first alone
  CHECK(absl::IsCancelled(open("slow", first)));

  f.clock.Advance(absl::Hours(2));  // the slow one is not waited for
  REQUIRE(feed.Compact(f.context).ok());
  CHECK(kept() == 0);
  CHECK(IsResyncRequired(open("slow", first)));
  // Nothing is lost for whoever was at the end.
  CHECK(f.stores.State({})->last_seq == 3);
  CHECK(absl::IsCancelled(open("slow", "")));
}

TEST_CASE("an open stream that the compaction overtakes ends instead of skipping changes") {
  FeedFixture f;
  const std::string beginning = f.CursorAtTheEnd();
  for (const char* id : {"a", "b", "c"}) f.CreateCustomer(id);
  const absl::Status ended = f.feed.Follow(
      f.context, {.cursor = beginning, .max_batch_size = 1}, [&](ChangeMessage message) {
        f.messages.push_back(std::move(message));
        f.clock.Advance(absl::Hours(1000));
        return f.stores.Compact({}, f.clock.Now(), 100).status();
      });
  CHECK(IsResyncRequired(ended));
  CHECK(f.messages.size() == 1);
}

TEST_CASE("what this process stored a moment ago is told from memory, the rest from the store") {
  FeedFixture f;
  RecentChanges recent({});
  ChangeFeed feed(&f.stores, &f.notifier, &f.clock, {}, &recent);
  f.CreateCustomer("a");
  const std::string beginning = f.CursorAtTheEnd();
  f.CreateCustomer("b");
  int reads = 0;
  std::string told;
  const absl::Status ended = feed.Follow(f.context, {.cursor = beginning}, [&](ChangeMessage m) {
    for (const Change& change : m.changes) told += change.customer_id + change.event.event_id + " ";
    CHECK(ParseCursor(m.cursor)->change_time.has_value());
    if (told == "b ") {  // the first message, from the store
      f.Insert("a", {"1", "2"});
      recent.Add(3, {{ChangeKind::kEvent, "a", f.clock.Now(), MakeEvent("a", "1")},
                     {ChangeKind::kEvent, "a", f.clock.Now(), MakeEvent("a", "2")}});
      reads = f.stores.reads();
    } else if (told == "b a1 a2 ") {
      CHECK(f.stores.reads() == reads);
      f.CreateCustomer("c");  // of another replica: not in memory
      f.Insert("a", {"3"});
      recent.Add(6, {{ChangeKind::kEvent, "a", f.clock.Now(), MakeEvent("a", "3")}});
    } else if (told == "b a1 a2 c a3 ") {
      CHECK(f.stores.reads() == reads + 1);
      // Whether the database is still the same is looked up from time to time all the same.
      f.clock.Advance(absl::Seconds(2));
      f.Insert("a", {"4"});
      recent.Add(7, {{ChangeKind::kEvent, "a", f.clock.Now(), MakeEvent("a", "4")}});
    } else if (told == "b a1 a2 c a3 a4 ") {
      CHECK(f.stores.reads() == reads + 2);
      return absl::CancelledError("all");
    }
    return absl::OkStatus();
  });
  CHECK(absl::IsCancelled(ended));
  CHECK(told == "b a1 a2 c a3 a4 ");
}

TEST_CASE("a message is bounded in bytes, whatever the number of its changes") {
  FeedFixture f;
  f.CreateCustomer("a");
  const std::string cursor = f.CursorAtTheEnd();
  std::vector<std::string> ids;
  for (int i = 0; i < 300; ++i) ids.push_back(absl::StrCat(1000 + i));
  f.Insert("a", ids, std::string(16 * 1024, 'x'));
  const std::string from = GENERATE("", "cursor");
  std::size_t events = 0;
  const absl::Status ended = f.feed.Follow(
      f.context,
      {.cursor = from.empty() ? "" : cursor, .max_batch_size = 5000, .include_text = true},
      [&](ChangeMessage message) {
        int64_t bytes = 0;
        for (const Change& change : message.changes) {
          bytes += BytesOf(change);
          if (change.kind == ChangeKind::kEvent) ++events;
        }
        CHECK(bytes <= 1024 * 1024);
        return events < ids.size() ? absl::OkStatus() : absl::CancelledError("all");
      });
  CHECK(absl::IsCancelled(ended));
  CHECK(events == ids.size());
}

}  // namespace
}  // namespace clientele::profile::testing
