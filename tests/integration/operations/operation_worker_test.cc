#include "common/operations/operation_worker.h"

#include <latch>
#include <thread>

#include "common/status/error_details.h"
#include "tests/integration/operations/operations_fixture.h"

namespace clientele::operations {
namespace {

using postgres::Transaction;

// The background heartbeat stays out of tests that drive turns by hand.
const OperationWorkerOptions kQuiet{.lease = absl::Hours(24), .poll_interval = absl::Hours(24)};

TEST_CASE("a turn runs the handler of the operation's kind and stores its result") {
  OperationsFixture f;
  const Operation created = f.Create({.kind = "erase", .request = "ada"});
  OperationWorker worker(
      f.pool.get(), &f.store,
      {{"erase",
        [&](const RequestContext& context, OperationRun& run) {
          REQUIRE(run.operation().request == "ada");
          REQUIRE(context.request_id == created.id);
          REQUIRE(run.Report("half").ok());
          REQUIRE(f.Read(created.id).metadata == "half");
          return absl::StatusOr<std::string>("erased " + run.operation().request);
        }}},
      kQuiet);
  REQUIRE(worker.RunOnce().value());
  REQUIRE(f.Read(created.id).result == "erased ada");
  REQUIRE_FALSE(worker.RunOnce().value());
}

TEST_CASE("what a dead worker left is resumed when its lease has passed") {
  OperationsFixture f;
  const Operation created = f.Create({.kind = "erase"});
  REQUIRE(f.Claim().has_value());  // this worker is never heard of again
  int runs = 0;
  OperationWorker worker(f.pool.get(), &f.store,
                         {{"erase",
                           [&](const RequestContext&, OperationRun&) {
                             ++runs;
                             return absl::StatusOr<std::string>("done");
                           }}},
                         kQuiet);
  REQUIRE_FALSE(worker.RunOnce().value());
  f.clock.Advance(absl::Minutes(1));
  REQUIRE(worker.RunOnce().value());
  REQUIRE(runs == 1);
  REQUIRE(f.Read(created.id).state == State::kSucceeded);
}

TEST_CASE("a handler that says later is called again after the delay, and not for ever") {
  OperationsFixture f;
  const Operation created = f.Create({.kind = "erase"});
  OperationWorkerOptions options = kQuiet;
  options.retry_delay = absl::Seconds(5);
  options.max_attempts = 2;
  int runs = 0;
  OperationWorker worker(
      f.pool.get(), &f.store,
      {{"erase",
        [&](const RequestContext&, OperationRun&) -> absl::StatusOr<std::string> {
          ++runs;
          return absl::UnavailableError("a backend is away");
        }}},
      options);
  REQUIRE(worker.RunOnce().value());
  REQUIRE(f.Read(created.id).state == State::kQueued);
  REQUIRE_FALSE(worker.RunOnce().value());
  f.clock.Advance(absl::Seconds(5));
  REQUIRE(worker.RunOnce().value());
  f.clock.Advance(absl::Seconds(5));
  REQUIRE(worker.RunOnce().value());
  REQUIRE(runs == 2);
  REQUIRE(f.Read(created.id).state == State::kFailed);
}

TEST_CASE("an operation that fails is not tried again") {
  OperationsFixture f;
  const Operation created = f.Create({.kind = "erase"});
  OperationWorker worker(f.pool.get(), &f.store,
                         {{"erase",
                           [](const RequestContext&, OperationRun&) -> absl::StatusOr<std::string> {
                             return NotFound("customers/7");
                           }}},
                         kQuiet);
  REQUIRE(worker.RunOnce().value());
  REQUIRE(absl::IsNotFound(f.Read(created.id).error));
  REQUIRE_FALSE(worker.RunOnce().value());
}

TEST_CASE("a handler learns of the cancellation when it reports, and the operation ends with it") {
  OperationsFixture f;
  const Operation created = f.Create({.kind = "erase"});
  OperationWorker worker(
      f.pool.get(), &f.store,
      {{"erase",
        [&](const RequestContext& context, OperationRun& run) -> absl::StatusOr<std::string> {
          REQUIRE(f.Try([&](Transaction& t) { return f.store.Cancel(t, created.id); }).ok());
          REQUIRE_FALSE(context.cancellation.IsCancelled());
          const absl::Status status = run.Report("half");
          REQUIRE(context.cancellation.IsCancelled());
          return status;
        }}},
      kQuiet);
  REQUIRE(worker.RunOnce().value());
  REQUIRE(absl::IsCancelled(f.Read(created.id).error));
}

TEST_CASE("a cancelled operation ends with CANCELLED, whatever error its handler gives") {
  OperationsFixture f;
  const Operation created = f.Create({.kind = "erase"});
  OperationWorker worker(
      f.pool.get(), &f.store,
      {{"erase",
        [&](const RequestContext&, OperationRun& run) -> absl::StatusOr<std::string> {
          REQUIRE(f.Try([&](Transaction& t) { return f.store.Cancel(t, created.id); }).ok());
          REQUIRE_FALSE(run.Report("half").ok());
          return absl::UnavailableError("a backend hung up");
        }}},
      kQuiet);
  REQUIRE(worker.RunOnce().value());
  REQUIRE(absl::IsCancelled(f.Read(created.id).error));
}

TEST_CASE("stopping interrupts the handler and gives the operation back") {
  OperationsFixture f;
  const Operation created = f.Create({.kind = "erase"});
  std::latch running(1);
  OperationWorker worker(
      f.pool.get(), &f.store,
      {{"erase",
        [&](const RequestContext& context, OperationRun&) -> absl::StatusOr<std::string> {
          running.count_down();
          context.cancellation.WaitFor(absl::Minutes(1));
          return absl::CancelledError("stopped");
        }}},
      kQuiet);
  worker.Start();
  running.wait();
  worker.Stop();
  REQUIRE(f.Read(created.id).state == State::kQueued);
  REQUIRE(f.Claim().has_value());
}

TEST_CASE("waking a worker makes it look for work before its next poll") {
  OperationsFixture f;
  std::latch ran(1);
  OperationWorker worker(f.pool.get(), &f.store,
                         {{"erase",
                           [&](const RequestContext&, OperationRun&) {
                             ran.count_down();
                             return absl::StatusOr<std::string>("done");
                           }}},
                         kQuiet);
  worker.Start();
  f.Create({.kind = "erase"});
  worker.Wake();
  ran.wait();
  worker.Stop();
}

}  // namespace
}  // namespace clientele::operations
