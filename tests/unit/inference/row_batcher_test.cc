// Batching without a model and without threads: rows are numbers, and the test runs each batch.

#include "common/inference/tasks/row_batcher.h"

#include <stdexcept>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "common/batching/manual_batch_scheduler.h"
#include "common/status/error_details.h"
#include "tests/support/fake_clock.h"

namespace clientele::inference {
namespace {

using Numbers = std::vector<int>;
using Batcher = RowBatcher<int, int>;
using ManualQueue = batching::ManualBatchScheduler<Batcher::Row>;

// Multiplies, and remembers what it was given together.
class Multiplier final : public RowModel<int, int> {
 public:
  explicit Multiplier(int factor, std::size_t max_rows = 0)
      : factor_(factor), max_rows_(max_rows) {}

  std::size_t max_rows() const override { return max_rows_; }
  std::int64_t Length(const int&) const override { return 1; }
  absl::StatusOr<Numbers> Compute(absl::Span<const int* const> rows) const override {
    Numbers given;
    for (const int* row : rows) given.push_back(*row);
    batches.push_back(given);
    if (throws) throw std::runtime_error("no memory");
    if (!status.ok()) return status;
    for (int& number : given) number *= factor_;
    if (forgets) given.pop_back();
    return given;
  }

  mutable std::vector<Numbers> batches;
  absl::Status status;
  bool throws = false;
  bool forgets = false;

 private:
  const int factor_;
  const std::size_t max_rows_;
};

struct BatcherFixture {
  explicit BatcherFixture(batching::BatchPolicy policy = {}) {
    auto manual = std::make_unique<ManualQueue>(policy, &clock, Batcher::ComputeBatch);
    queue = manual.get();
    batcher = std::make_unique<Batcher>(RowBatcherOptions{.clock = &clock, .policy = policy},
                                        std::move(manual));
  }

  clientele::testing::FakeClock clock;
  std::shared_ptr<Multiplier> doubler = std::make_shared<Multiplier>(2);
  ManualQueue* queue = nullptr;
  std::unique_ptr<Batcher> batcher;
};

}  // namespace

TEST_CASE("rows of two calls share a batch, and each call gets its own in order") {
  BatcherFixture f;
  auto first = f.batcher->Submit({}, f.doubler, {1, 2});
  auto second = f.batcher->Submit({}, f.doubler, {5});
  REQUIRE(first.ok());
  REQUIRE(second.ok());
  CHECK(f.queue->queued() == 3);
  CHECK(f.queue->RunOneBatch() == 3);
  CHECK(f.doubler->batches == std::vector<Numbers>{{1, 2, 5}});
  CHECK(first->Wait().value() == Numbers{2, 4});
  CHECK(second->Wait().value() == Numbers{10});
  CHECK(f.batcher->stats().computed == 3);
  CHECK(f.batcher->stats().batches == 1);
}

TEST_CASE("rows of two versions in one batch are computed by their own, failures too") {
  BatcherFixture f;
  const auto tripler = std::make_shared<Multiplier>(3);
  auto old = f.batcher->Submit({}, f.doubler, {1, 2});
  auto fresh = f.batcher->Submit({}, tripler, {1, 2});
  auto more = f.batcher->Submit({}, f.doubler, {3});
  CHECK(f.queue->RunOneBatch() == 5);
  CHECK(f.doubler->batches == std::vector<Numbers>{{1, 2, 3}});
  CHECK(old->Wait().value() == Numbers{2, 4});
  CHECK(fresh->Wait().value() == Numbers{3, 6});
  CHECK(more->Wait().value() == Numbers{6});

  tripler->status = absl::InternalError("it failed");
  auto good = f.batcher->Submit({}, f.doubler, {1});
  auto failing = f.batcher->Submit({}, tripler, {1, 2});
  CHECK(f.queue->RunOneBatch() == 3);
  CHECK(good->Wait().value() == Numbers{2});
  CHECK(failing->Wait().status() == absl::InternalError("it failed"));
}

TEST_CASE("a caller's row is computed before the background rows that came first") {
  BatcherFixture f;
  RequestContext background;
  background.priority = Priority::kBackground;
  auto indexing = f.batcher->Submit(background, f.doubler, {1, 2, 3});
  auto asking = f.batcher->Submit({}, f.doubler, {7});
  f.queue->RunOneBatch();
  CHECK(f.doubler->batches.front() == Numbers{7});
  CHECK(asking->Wait().value() == Numbers{14});
  while (f.queue->RunOneBatch() > 0) {
  }
  CHECK(indexing->Wait().value() == Numbers{2, 4, 6});
}

TEST_CASE("a model is given no more rows than it takes") {
  BatcherFixture f;
  const auto narrow = std::make_shared<Multiplier>(2, /*max_rows=*/2);
  auto pending = f.batcher->Submit({}, narrow, {1, 2, 3, 4, 5});
  CHECK(f.queue->RunOneBatch() == 5);
  CHECK(narrow->batches == std::vector<Numbers>{{1, 2}, {3, 4}, {5}});
  CHECK(pending->Wait().value() == Numbers{2, 4, 6, 8, 10});
}

TEST_CASE("rows of a cancelled call, or of a caller who left, are not computed") {
  BatcherFixture f;
  CancellationSource source;
  RequestContext context;
  context.cancellation = source.token();
  auto cancelled = f.batcher->Submit(context, f.doubler, {1});
  {
    const auto left = f.batcher->Submit({}, f.doubler, {2});
    REQUIRE(left.ok());
  }
  auto wanted = f.batcher->Submit({}, f.doubler, {3});
  source.Cancel();
  CHECK(f.queue->RunOneBatch() == 1);
  CHECK(f.doubler->batches == std::vector<Numbers>{{3}});
  CHECK(absl::IsCancelled(cancelled->Wait().status()));
  CHECK(wanted->Wait().value() == Numbers{6});
  CHECK(f.batcher->stats().cancelled == 2);
}

TEST_CASE("rows whose deadline passed while they waited are not computed") {
  BatcherFixture f;
  RequestContext context;
  context.deadline = f.clock.Now() + absl::Seconds(1);
  auto late = f.batcher->Submit(context, f.doubler, {1});
  auto unhurried = f.batcher->Submit({}, f.doubler, {2});
  f.clock.Advance(absl::Seconds(2));
  CHECK(f.queue->RunOneBatch() == 1);
  CHECK(absl::IsDeadlineExceeded(late->Wait().status()));
  CHECK(unhurried->Wait().value() == Numbers{4});
  CHECK(f.batcher->stats().expired == 1);
}

TEST_CASE("a caller leaves at its deadline though nothing was computed") {
  BatcherFixture f;
  RequestContext context;
  context.deadline = f.clock.Now() + absl::Seconds(1);
  auto pending = f.batcher->Submit(context, f.doubler, {1});
  f.clock.Advance(absl::Seconds(1));
  CHECK(absl::IsDeadlineExceeded(pending->Wait().status()));
  CHECK(f.queue->RunOneBatch() == 0);
  CHECK(f.doubler->batches.empty());
}

TEST_CASE("a full queue refuses a call at once, all or nothing") {
  BatcherFixture f({.queue_capacity = 3});
  auto first = f.batcher->Submit({}, f.doubler, {1, 2});
  CHECK(absl::IsResourceExhausted(f.batcher->Submit({}, f.doubler, {3, 4}).status()));
  CHECK(f.queue->RunOneBatch() == 2);
  CHECK(first->Wait().value() == Numbers{2, 4});
  CHECK(f.batcher->stats().refused == 2);
}

TEST_CASE("what a model throws or forgets is its callers' INTERNAL") {
  BatcherFixture f;
  f.doubler->throws = true;
  auto thrown = f.batcher->Submit({}, f.doubler, {1});
  CHECK(f.queue->RunOneBatch() == 1);
  CHECK(absl::IsInternal(thrown->Wait().status()));
  f.doubler->throws = false;
  f.doubler->forgets = true;
  auto forgotten = f.batcher->Submit({}, f.doubler, {1, 2});
  CHECK(f.queue->RunOneBatch() == 2);
  CHECK(absl::IsInternal(forgotten->Wait().status()));
}

TEST_CASE("a large call goes in parts, each prepared when it comes") {
  clientele::testing::FakeClock clock;
  const Batcher batcher(
      {.clock = &clock, .run_inline = true, .policy = {.max_batch_rows = 2, .queue_capacity = 3}});
  const auto doubler = std::make_shared<Multiplier>(2);
  std::vector<std::size_t> computed_before;
  const auto rows =
      batcher.Run({}, doubler, 7, [&](std::size_t i) -> absl::StatusOr<std::optional<int>> {
        computed_before.push_back(batcher.stats().computed);
        if (i == 1) return std::nullopt;
        return static_cast<int>(i) + 1;
      });
  REQUIRE(rows.ok());
  CHECK(*rows == Numbers{2, 0, 6, 8, 10, 12, 14});
  CHECK(computed_before == std::vector<std::size_t>{0, 0, 0, 2, 2, 2, 5});
  CHECK(doubler->batches == std::vector<Numbers>{{1, 3}, {4, 5}, {6}, {7}});
}

TEST_CASE("a call that is over, or cannot be prepared, ends before its next part") {
  clientele::testing::FakeClock clock;
  const Batcher batcher({.clock = &clock, .run_inline = true, .policy = {.queue_capacity = 2}});
  const auto doubler = std::make_shared<Multiplier>(2);
  CancellationSource source;
  RequestContext context;
  context.cancellation = source.token();
  const auto cancelled =
      batcher.Run(context, doubler, 6, [&](std::size_t i) -> absl::StatusOr<std::optional<int>> {
        if (i == 3) source.Cancel();
        return 1;
      });
  CHECK(absl::IsCancelled(cancelled.status()));
  CHECK(batcher.stats().computed == 2);

  const auto broken =
      batcher.Run({}, doubler, 6, [&](std::size_t i) -> absl::StatusOr<std::optional<int>> {
        if (i == 2) return absl::InvalidArgumentError("row 2");
        return 1;
      });
  CHECK(broken.status() == absl::InvalidArgumentError("row 2"));
  CHECK(batcher.stats().computed == 4);
  CHECK(batcher.Run({}, doubler, 0, [](std::size_t) { return std::optional<int>(1); })->empty());
}

}  // namespace clientele::inference
