#include <algorithm>
#include <atomic>
#include <chrono>
#include <latch>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "absl/time/clock.h"

#include "common/postgres/connection_pool.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "tests/support/database_gate.h"
#include "tests/support/test_cluster.h"
#include "tests/support/test_database.h"

namespace clientele::postgres {
namespace {

using testing::TestCluster;
using testing::TestDatabase;

constexpr Statement kPid{"pid", "SELECT pg_backend_pid()"};
constexpr Statement kTerminate{"terminate", "SELECT pg_terminate_backend($1, 5000)"};

int64_t BackendPid(ConnectionPool& pool) {
  int64_t pid = 0;
  REQUIRE(pool.Transact(RequestContext(),
                        [&](Transaction& t) -> absl::Status {
                          CLIENTELE_ASSIGN_OR_RETURN(const Result rows, t.Execute(kPid));
                          pid = rows[0].Int64(0);
                          return absl::OkStatus();
                        })
              .ok());
  return pid;
}

void Terminate(ConnectionPool& killer, int64_t pid) {
  REQUIRE(killer
              .Transact(RequestContext(),
                        [&](Transaction& t) { return t.Execute(kTerminate, {pid}).status(); })
              .ok());
}

TEST_CASE("a pool needs no live server to be created, and reports clearly that it is unavailable") {
  auto pool = ConnectionPool::Create({.conninfo = "host=/nonexistent dbname=x"});
  REQUIRE(pool.ok());
  const absl::Status status = (*pool)->Ping(RequestContext());
  REQUIRE(absl::IsUnavailable(status));
  REQUIRE(GetReason(status) == reason::kDatabaseUnavailable);
  REQUIRE(GetRetryDelay(status).has_value());
  REQUIRE(status.message().find("nonexistent") == absl::string_view::npos);
  REQUIRE((*pool)->stats().open == 0);
}

TEST_CASE("impossible options are refused") {
  REQUIRE(absl::IsInvalidArgument(ConnectionPool::Create({.conninfo = ""}).status()));
  REQUIRE(absl::IsInvalidArgument(
      ConnectionPool::Create({.conninfo = "dbname=x", .max_connections = 0}).status()));
}

TEST_CASE("an exhausted pool refuses within the acquire timeout, and never opens more") {
  const TestDatabase database = TestDatabase::Create();
  auto pool = ConnectionPool::Create({.conninfo = database.conninfo(),
                                      .max_connections = 2,
                                      .acquire_timeout = absl::Milliseconds(50)});
  REQUIRE(pool.ok());
  std::latch taken(3), done(1);
  std::vector<std::jthread> holders;
  for (int i = 0; i < 2; ++i) {
    holders.emplace_back([&] {
      // Readers: those who write never take every connection.
      const absl::Status status = (*pool)->Transact(RequestContext(),
                                                    [&](Transaction&) {
                                                      taken.count_down();
                                                      done.wait();
                                                      return absl::OkStatus();
                                                    },
                                                    {.read_only = true});
      static_cast<void>(status);
    });
  }
  taken.arrive_and_wait();
  const absl::Status busy = (*pool)->Ping(RequestContext());
  REQUIRE(absl::IsResourceExhausted(busy));
  REQUIRE(GetReason(busy) == reason::kOverloaded);
  REQUIRE(GetRetryDelay(busy).has_value());
  RequestContext hurried;
  hurried.deadline = absl::Now() + absl::Milliseconds(20);
  REQUIRE(absl::IsDeadlineExceeded((*pool)->Ping(hurried)));
  RequestContext cancelled;
  CancellationSource source;
  cancelled.cancellation = source.token();
  source.Cancel();
  REQUIRE(absl::IsCancelled((*pool)->Ping(cancelled)));
  REQUIRE((*pool)->stats().open == 2);
  done.count_down();
  holders.clear();
  REQUIRE((*pool)->Ping(RequestContext()).ok());
}

TEST_CASE("writers leave connections to readers") {
  const TestDatabase database = TestDatabase::Create();
  auto pool = ConnectionPool::Create({.conninfo = database.conninfo(),
                                      .max_connections = 4,
                                      .acquire_timeout = absl::Seconds(20)});
  REQUIRE(pool.ok());
  std::mutex mutex;
  std::condition_variable changed;
  int writing = 0;
  bool done = false;
  std::vector<std::thread> writers;
  for (int i = 0; i < 6; ++i) {
    writers.emplace_back([&] {
      const absl::Status status = (*pool)->Transact({}, [&](Transaction&) {
        std::unique_lock lock(mutex);
        ++writing;
        changed.notify_all();
        changed.wait(lock, [&] { return done; });
        return absl::OkStatus();
      });
      std::lock_guard lock(mutex);
      CHECK(status.ok());
    });
  }
  {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return writing == 3; });
  }
  while ((*pool)->stats().waiting < 3) std::this_thread::yield();
  CHECK((*pool)->Ping({}).ok());
  {
    std::lock_guard lock(mutex);
    CHECK(writing == 3);
    done = true;
  }
  changed.notify_all();
  for (std::thread& writer : writers) writer.join();
  CHECK(writing == 6);
}

TEST_CASE("a terminated idle connection is replaced without anyone noticing") {
  const TestDatabase database = TestDatabase::Create();
  auto pool = database.Pool(1);
  auto killer = database.Pool(1);
  const int64_t first = BackendPid(*pool);
  REQUIRE(BackendPid(*pool) == first);
  Terminate(*killer, first);
  const int64_t second = BackendPid(*pool);
  REQUIRE(second != first);
  REQUIRE(pool->stats().open == 1);
}

TEST_CASE("a connection lost before the commit is replaced and the body runs again") {
  const TestDatabase database = TestDatabase::Create();
  auto pool = database.Pool(1);
  auto killer = database.Pool(1);
  int runs = 0;
  const absl::Status status = pool->Transact(RequestContext(), [&](Transaction& t) -> absl::Status {
    CLIENTELE_ASSIGN_OR_RETURN(const Result rows, t.Execute(kPid));
    if (++runs == 1) Terminate(*killer, rows[0].Int64(0));
    return t.Execute(kPid).status();
  });
  REQUIRE(status.ok());
  REQUIRE(runs == 2);
}

TEST_CASE("a connection lost while committing is in doubt and is not retried") {
  const TestDatabase database = TestDatabase::Create();
  auto pool = database.Pool(1);
  auto killer = database.Pool(1);
  int runs = 0;
  const absl::Status status = pool->Transact(RequestContext(), [&](Transaction& t) -> absl::Status {
    CLIENTELE_ASSIGN_OR_RETURN(const Result rows, t.Execute(kPid));
    ++runs;
    Terminate(*killer, rows[0].Int64(0));
    return absl::OkStatus();
  });
  REQUIRE(absl::IsUnavailable(status));
  REQUIRE(GetReason(status) == kCommitInDoubt);
  REQUIRE(runs == 1);
  REQUIRE(pool->Ping(RequestContext()).ok());
}

TEST_CASE("attempts are bounded when every connection is lost") {
  const TestDatabase database = TestDatabase::Create();
  auto pool = database.Pool(1);
  auto killer = database.Pool(1);
  int runs = 0;
  const absl::Status status =
      pool->Transact(RequestContext(),
                     [&](Transaction& t) -> absl::Status {
                       ++runs;
                       CLIENTELE_ASSIGN_OR_RETURN(const Result rows, t.Execute(kPid));
                       Terminate(*killer, rows[0].Int64(0));
                       return t.Execute(kPid).status();
                     },
                     {.max_attempts = 3});
  REQUIRE(GetReason(status) == reason::kDatabaseUnavailable);
  REQUIRE(runs == 3);
}

TEST_CASE("of two transactions in conflict, the loser runs again and both count") {
  const TestDatabase database = TestDatabase::Create();
  auto pool = database.Pool(4);
  static constexpr Statement kCreate{"create", "CREATE TABLE c (n bigint)"};
  static constexpr Statement kZero{"zero", "INSERT INTO c VALUES (0)"};
  static constexpr Statement kRead{"read", "SELECT n FROM c"};
  static constexpr Statement kWrite{"write", "UPDATE c SET n = $1"};
  REQUIRE(pool->Transact(RequestContext(),
                         [](Transaction& t) -> absl::Status {
                           CLIENTELE_RETURN_IF_ERROR(t.Execute(kCreate).status());
                           return t.Execute(kZero).status();
                         })
              .ok());
  std::latch both_read(2);
  std::atomic<int> runs = 0;
  const auto increment = [&] {
    bool first = true;
    return pool->Transact(RequestContext(),
                          [&](Transaction& t) -> absl::Status {
                            ++runs;
                            CLIENTELE_ASSIGN_OR_RETURN(const Result rows, t.Execute(kRead));
                            if (std::exchange(first, false)) both_read.arrive_and_wait();
                            return t.Execute(kWrite, {rows[0].Int64(0) + 1}).status();
                          },
                          {.isolation = TransactionOptions::Isolation::kSerializable});
  };
  absl::Status other;
  std::jthread thread([&] { other = increment(); });
  const absl::Status mine = increment();
  thread.join();
  REQUIRE(mine.ok());
  REQUIRE(other.ok());
  REQUIRE(runs >= 3);
  int64_t n = 0;
  REQUIRE(pool->Transact(RequestContext(),
                         [&](Transaction& t) -> absl::Status {
                           CLIENTELE_ASSIGN_OR_RETURN(const Result rows, t.Execute(kRead));
                           n = rows[0].Int64(0);
                           return absl::OkStatus();
                         })
              .ok());
  REQUIRE(n == 2);
}

TEST_CASE("PostgreSQL stopped and started again: the pool heals by itself") {
  TestCluster cluster = TestCluster::Start();
  auto pool = ConnectionPool::Create({.conninfo = cluster.conninfo(), .max_connections = 4});
  REQUIRE(pool.ok());
  // Several connections, all to be lost at once.
  std::latch all_open(4);
  std::vector<std::jthread> holders;
  for (int i = 0; i < 4; ++i) {
    holders.emplace_back([&] {
      const absl::Status status = (*pool)->Transact(RequestContext(),
                                                    [&](Transaction&) {
                                                      all_open.arrive_and_wait();
                                                      return absl::OkStatus();
                                                    },
                                                    {.read_only = true});
      static_cast<void>(status);
    });
  }
  holders.clear();
  REQUIRE((*pool)->stats().idle == 4);

  cluster.Stop();
  const absl::Status away = (*pool)->Ping(RequestContext());
  REQUIRE(GetReason(away) == reason::kDatabaseUnavailable);
  REQUIRE((*pool)->stats().open == 0);

  cluster.Restart();
  REQUIRE((*pool)->Ping(RequestContext()).ok());
}

TEST_CASE("a server that says nothing is given up soon after the deadline, and found again") {
  const TestDatabase database = TestDatabase::Create();
  testing::DatabaseGate gate(database.conninfo());
  const auto pool = *ConnectionPool::Create({.conninfo = gate.conninfo()});
  REQUIRE(pool->Ping(RequestContext()).ok());
  gate->Stall();
  RequestContext context;
  const absl::Time start = absl::Now();
  context.deadline = start + absl::Milliseconds(200);
  const absl::Status status = pool->Ping(context);
  CHECK((absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status)));
  CHECK(absl::Now() - start < absl::Seconds(10));
  CHECK(pool->stats().open == 0);
  gate->Pass();
  CHECK(pool->Ping(RequestContext()).ok());
}

TEST_CASE("a statement that PostgreSQL answers in time is not cut by the watch on silence") {
  const TestDatabase database = TestDatabase::Create();
  testing::DatabaseGate gate(database.conninfo());
  const auto pool = *ConnectionPool::Create({.conninfo = gate.conninfo()});
  const int64_t pid = BackendPid(*pool);
  gate->Delay(std::chrono::milliseconds(20));
  RequestContext context;
  context.deadline = absl::Now() + absl::Seconds(30);
  CHECK(pool->Ping(context).ok());
  gate->Pass();
  CHECK(BackendPid(*pool) == pid);
}

TEST_CASE("a commit whose answer is lost is in doubt, and may have happened") {
  static constexpr Statement kCreate{"create", "CREATE TABLE t (marker text)"};
  static constexpr Statement kInsert{"insert", "INSERT INTO t VALUES ($1)"};
  static constexpr Statement kCount{"count", "SELECT count(*) FROM t"};
  const TestDatabase database = TestDatabase::Create();
  testing::DatabaseGate gate(database.conninfo());
  const auto pool = *ConnectionPool::Create({.conninfo = gate.conninfo()});
  const auto run = [&](const Statement& statement, const std::vector<Value>& params) {
    return pool->Transact(RequestContext(),
                          [&](Transaction& t) { return t.Execute(statement, params).status(); });
  };
  REQUIRE(run(kCreate, {}).ok());
  int64_t expected = 0;
  for (const bool deliver : {true, false}) {
    gate.CutAtCommit("marker", deliver);
    const absl::Status status = run(kInsert, {absl::string_view("marker")});
    CHECK(absl::IsUnavailable(status));
    CHECK(GetReason(status) == kCommitInDoubt);
    CHECK(GetRetryDelay(status).has_value());
    expected += deliver ? 1 : 0;
    int64_t count = -1;
    REQUIRE(pool->Transact(RequestContext(),
                           [&](Transaction& t) -> absl::Status {
                             CLIENTELE_ASSIGN_OR_RETURN(const Result rows, t.Execute(kCount));
                             count = rows[0].Int64(0);
                             return absl::OkStatus();
                           })
                .ok());
    CHECK(count == expected);
  }
  CHECK(gate->cuts() == 2);
}

}  // namespace
}  // namespace clientele::postgres
