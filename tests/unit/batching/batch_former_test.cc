#include "common/batching/batch_former.h"

#include <catch2/catch_test_macros.hpp>

#include "tests/unit/batching/fake_row.h"

namespace clientele::batching {
namespace {

using testing::FakeRow;
using testing::FakeRows;
using testing::Names;
using testing::OneRow;
using Former = BatchFormer<FakeRow>;

const absl::Time kStart = absl::FromUnixSeconds(1'700'000'000);

absl::Time At(int milliseconds) { return kStart + absl::Milliseconds(milliseconds); }

struct Queue {
  explicit Queue(BatchPolicy policy) : former(std::move(policy)) {}

  absl::Status Add(const std::string& name, std::int64_t length, absl::Time now = kStart,
                   absl::Time deadline = absl::InfiniteFuture(), CancellationToken token = {}) {
    FakeRows rows = OneRow(name, length, deadline, nullptr, std::move(token));
    return former.Add(rows, now, &dropped);
  }
  absl::Status AddBackground(const std::vector<std::string>& names) {
    FakeRows rows;
    for (const std::string& name : names) rows.push_back(testing::BackgroundRow(name));
    return former.Add(rows, kStart, &dropped);
  }

  Former former;
  std::vector<Former::Dropped> dropped;
};

}  // namespace

TEST_CASE("an empty queue forms nothing and asks for no wake-up") {
  Queue queue({});
  const auto plan = queue.former.Form(kStart);
  CHECK(plan.batch.empty());
  CHECK(plan.dropped.empty());
  CHECK(plan.next == absl::InfiniteFuture());
}

TEST_CASE("a single row is computed at once when nothing is held") {
  Queue queue({});
  REQUIRE(queue.Add("a", 5).ok());
  CHECK(Names(queue.former.Form(kStart).batch) == "a");
  CHECK(queue.former.size() == 0);
}

TEST_CASE("rows of one length class share a batch in order of arrival") {
  Queue queue({.length_bounds = {8, 16}});
  REQUIRE(queue.Add("short1", 3).ok());
  REQUIRE(queue.Add("long1", 12).ok());
  REQUIRE(queue.Add("short2", 8).ok());
  REQUIRE(queue.Add("huge", 400).ok());
  REQUIRE(queue.Add("long2", 9).ok());

  auto plan = queue.former.Form(kStart);
  CHECK(Names(plan.batch) == "short1 short2");
  CHECK(plan.next == kStart);  // more is waiting
  CHECK(Names(queue.former.Form(kStart).batch) == "long1 long2");
  plan = queue.former.Form(kStart);
  CHECK(Names(plan.batch) == "huge");
  CHECK(plan.next == absl::InfiniteFuture());
}

TEST_CASE("the oldest row leads, whatever its length") {
  Queue queue({.max_batch_rows = 2, .length_bounds = {8}});
  REQUIRE(queue.Add("long", 50).ok());
  for (const char* name : {"a", "b", "c", "d"}) REQUIRE(queue.Add(name, 2).ok());
  CHECK(Names(queue.former.Form(kStart).batch) == "long");
  CHECK(Names(queue.former.Form(kStart).batch) == "a b");
}

TEST_CASE("a batch never exceeds its rows or cells") {
  SECTION("rows") {
    Queue queue({.max_batch_rows = 3});
    for (const char* name : {"a", "b", "c", "d"}) REQUIRE(queue.Add(name, 2).ok());
    CHECK(Names(queue.former.Form(kStart).batch) == "a b c");
    CHECK(Names(queue.former.Form(kStart).batch) == "d");
  }
  SECTION("cells count padding") {
    Queue queue({.max_batch_cells = 20, .length_bounds = {16}});
    REQUIRE(queue.Add("a", 2).ok());
    REQUIRE(queue.Add("b", 10).ok());  // 2 x 10 fits
    REQUIRE(queue.Add("c", 1).ok());   // 3 x 10 does not
    CHECK(Names(queue.former.Form(kStart).batch) == "a b");
  }
  SECTION("one row larger than the bound still runs, alone") {
    Queue queue({.max_batch_cells = 20});
    REQUIRE(queue.Add("a", 100).ok());
    REQUIRE(queue.Add("b", 100).ok());
    CHECK(Names(queue.former.Form(kStart).batch) == "a");
  }
}

TEST_CASE("rows that do not all fit are refused together and stay with the caller") {
  Queue queue({.queue_capacity = 2});
  REQUIRE(queue.Add("a", 1).ok());
  FakeRows rows = OneRow("b", 1);
  rows.push_back(std::make_unique<FakeRow>("c", 1));

  const absl::Status status = queue.former.Add(rows, kStart, &queue.dropped);
  CHECK(status.code() == absl::StatusCode::kResourceExhausted);
  CHECK(GetReason(status) == "OVERLOADED");
  CHECK(GetRetryDelay(status).has_value());
  CHECK(Names(rows) == "b c");
  CHECK(queue.former.size() == 1);
  CHECK(queue.former.stats().refused == 2);
  CHECK(queue.former.stats().accepted == 1);
}

TEST_CASE("accepting moves the rows out of the caller's list") {
  Queue queue({});
  FakeRows rows = OneRow("a", 1);
  REQUIRE(queue.former.Add(rows, kStart, &queue.dropped).ok());
  CHECK(rows.empty());
}

TEST_CASE("a cancelled row gives its place to a new one") {
  Queue queue({.queue_capacity = 1});
  CancellationSource source;
  REQUIRE(queue.Add("a", 1, kStart, absl::InfiniteFuture(), source.token()).ok());
  REQUIRE_FALSE(queue.Add("b", 1).ok());
  source.Cancel();
  REQUIRE(queue.Add("b", 1).ok());

  REQUIRE(queue.dropped.size() == 1);
  CHECK(queue.dropped[0].task->name() == "a");
  CHECK(queue.dropped[0].status.code() == absl::StatusCode::kCancelled);
  CHECK(Names(queue.former.Form(kStart).batch) == "b");
  CHECK(queue.former.stats().cancelled == 1);
}

TEST_CASE("a row at its deadline is dropped and never computed") {
  Queue queue({});
  REQUIRE(queue.Add("late", 1, kStart, At(10)).ok());
  REQUIRE(queue.Add("fine", 1, kStart, At(11)).ok());
  auto plan = queue.former.Form(At(10));
  CHECK(Names(plan.batch) == "fine");
  REQUIRE(plan.dropped.size() == 1);
  CHECK(plan.dropped[0].task->name() == "late");
  CHECK(plan.dropped[0].status.code() == absl::StatusCode::kDeadlineExceeded);
  CHECK(queue.former.stats().expired == 1);
  CHECK(queue.former.stats().computed == 1);
}

TEST_CASE("a row with less time left than the model takes is dropped") {
  Queue queue({});
  queue.former.RecordComputeTime(4, absl::Milliseconds(20));
  REQUIRE(queue.Add("hopeless", 4, kStart, At(19)).ok());
  REQUIRE(queue.Add("possible", 4, kStart, At(20)).ok());
  auto plan = queue.former.Form(kStart);
  CHECK(Names(plan.batch) == "possible");
  REQUIRE(plan.dropped.size() == 1);
  CHECK(plan.dropped[0].task->name() == "hopeless");
}

TEST_CASE("a slow measurement does not close the queue for good") {
  Queue queue({});
  queue.former.RecordComputeTime(4, absl::Seconds(10));  // one stall
  int refused = 0;
  for (; refused < 100; ++refused) {
    REQUIRE(queue.Add("a", 4, kStart, At(500)).ok());
    if (!queue.former.Form(kStart).batch.empty()) break;
  }
  CHECK(refused > 0);
  CHECK(refused < 40);
}

TEST_CASE("a batch stops growing where it would make a member late") {
  Queue queue({});
  queue.former.RecordComputeTime(4, absl::Milliseconds(10));
  queue.former.RecordComputeTime(8, absl::Milliseconds(20));
  REQUIRE(queue.Add("urgent", 4, kStart, At(15)).ok());
  REQUIRE(queue.Add("patient", 4).ok());
  CHECK(Names(queue.former.Form(kStart).batch) == "urgent");
  CHECK(Names(queue.former.Form(kStart).batch) == "patient");
}

TEST_CASE("a held batch waits for more rows, but not longer than it may") {
  Queue queue({.max_batch_rows = 2, .max_hold = absl::Milliseconds(5)});
  REQUIRE(queue.Add("a", 1).ok());

  SECTION("until its leader has waited that long") {
    auto plan = queue.former.Form(At(4));
    CHECK(plan.batch.empty());
    CHECK(plan.next == At(5));
    CHECK(Names(queue.former.Form(At(5)).batch) == "a");
  }
  SECTION("and leaves at once when it is full") {
    REQUIRE(queue.Add("b", 1, At(1)).ok());
    CHECK(Names(queue.former.Form(At(1)).batch) == "a b");
  }
  SECTION("and leaves at once when the queue drains") {
    CHECK(Names(queue.former.Form(At(1), /*draining=*/true).batch) == "a");
  }
}

TEST_CASE("a deadline forces a held batch out in time") {
  Queue queue({.max_hold = absl::Hours(24)});
  queue.former.RecordComputeTime(2, absl::Milliseconds(3));
  REQUIRE(queue.Add("a", 1, kStart, At(10)).ok());
  auto plan = queue.former.Form(kStart);
  CHECK(plan.batch.empty());
  CHECK(plan.next == At(7));
  CHECK(Names(queue.former.Form(At(7)).batch) == "a");
}

TEST_CASE("a held batch does not stand in front of a full one of another class") {
  Queue queue({.max_batch_rows = 2, .max_hold = absl::Hours(24), .length_bounds = {8}});
  REQUIRE(queue.Add("short", 1).ok());
  REQUIRE(queue.Add("long1", 20).ok());
  REQUIRE(queue.Add("long2", 30).ok());
  CHECK(Names(queue.former.Form(kStart).batch) == "long1 long2");
  CHECK(queue.former.size() == 1);
}

TEST_CASE("the counters tell computed cells from padding") {
  Queue queue({.length_bounds = {16}});
  REQUIRE(queue.Add("a", 2).ok());
  REQUIRE(queue.Add("b", 10).ok());
  queue.former.Form(kStart);
  CHECK(queue.former.stats().batches == 1);
  CHECK(queue.former.stats().computed == 2);
  CHECK(queue.former.stats().cells == 12);
  CHECK(queue.former.stats().padded_cells == 20);
}

TEST_CASE("a length of zero counts as one") {
  Queue queue({});
  REQUIRE(queue.Add("a", 0).ok());
  queue.former.Form(kStart);
  CHECK(queue.former.stats().padded_cells == 1);
}

TEST_CASE("interactive rows go before background rows, and never share a batch") {
  Queue queue({.background_slice = absl::ZeroDuration()});
  queue.former.RecordComputeTime(1, absl::Milliseconds(10));
  REQUIRE(queue.AddBackground({"index1", "index2"}).ok());
  REQUIRE(queue.Add("ask1", 1, At(1)).ok());
  REQUIRE(queue.Add("ask2", 1, At(1)).ok());
  CHECK(Names(queue.former.Form(At(1)).batch) == "ask1 ask2");
  CHECK(Names(queue.former.Form(At(1)).batch) == "index1 index2");
}

TEST_CASE("background rows have their share of the time under interactive load without end") {
  Queue queue({.max_batch_rows = 1, .background_share = 0.1});
  queue.former.RecordComputeTime(1, absl::Milliseconds(10));
  FakeRows index;
  for (int i = 0; i < 100; ++i) index.push_back(testing::BackgroundRow("index"));
  REQUIRE(queue.former.Add(index, kStart, &queue.dropped).ok());
  int background = 0;
  for (int batch = 0; batch < 100; ++batch) {  // each takes 10 ms
    const absl::Time now = At(10 * batch);
    REQUIRE(queue.Add("ask", 1, now).ok());
    background += Names(queue.former.Form(now).batch) == "index" ? 1 : 0;
  }
  CHECK(background == 9);
}

TEST_CASE("a background batch takes no longer than its slice, as far as times are known") {
  Queue queue({.background_slice = absl::Milliseconds(50)});
  REQUIRE(queue.AddBackground({"a", "b", "c", "d", "e", "f", "g"}).ok());
  CHECK(Names(queue.former.Form(kStart).batch) == "a");  // nothing was measured yet
  queue.former.RecordComputeTime(1, absl::Milliseconds(10));
  // 4 rows are expected to take 40 ms; a fifth is of the same class of sizes.
  queue.former.RecordComputeTime(4, absl::Milliseconds(60));
  CHECK(Names(queue.former.Form(kStart).batch) == "b c d");
  queue.former.RecordComputeTime(1, absl::Seconds(80));
  queue.former.RecordComputeTime(2, absl::Seconds(80));
  CHECK(Names(queue.former.Form(kStart).batch) == "e");  // a single row always fits
}

TEST_CASE("each class has a queue of its own to fill") {
  Queue queue({.queue_capacity = 2, .background_queue_capacity = 3});
  REQUIRE(queue.AddBackground({"1", "2", "3"}).ok());
  CHECK(absl::IsResourceExhausted(queue.AddBackground({"4"})));
  REQUIRE(queue.Add("a", 1).ok());
  REQUIRE(queue.Add("b", 1).ok());
  CHECK(absl::IsResourceExhausted(queue.Add("c", 1)));
  CHECK(queue.former.size() == 5);
  CHECK(queue.former.stats().refused == 2);
}

}  // namespace clientele::batching
