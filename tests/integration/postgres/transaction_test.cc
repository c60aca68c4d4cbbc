#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "absl/status/status.h"
#include "absl/time/clock.h"

#include "common/postgres/connection_pool.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "tests/support/test_database.h"

namespace clientele::postgres {
namespace {

using testing::TestDatabase;

constexpr Statement kCreate{"create",
                            "CREATE TABLE items (id text PRIMARY KEY, n bigint CHECK (n < 100))"};
constexpr Statement kInsert{"insert", "INSERT INTO items (id, n) VALUES ($1, $2)"};
constexpr Statement kCount{"count", "SELECT count(*) FROM items"};

struct Fixture {
  TestDatabase database = TestDatabase::Create();
  std::unique_ptr<ConnectionPool> pool = database.Pool();
  RequestContext context;

  Fixture() { Must(kCreate); }
  void Must(const Statement& statement, const std::vector<Value>& params = {}) {
    const absl::Status status = Run(statement, params);
    INFO(status.ToString());
    REQUIRE(status.ok());
  }
  absl::Status Run(const Statement& statement, const std::vector<Value>& params = {}) {
    return pool->Transact(context,
                          [&](Transaction& t) { return t.Execute(statement, params).status(); });
  }
  Result Query(const Statement& statement, const std::vector<Value>& params = {}) {
    Result result;
    const absl::Status status = pool->Transact(context, [&](Transaction& t) -> absl::Status {
      CLIENTELE_ASSIGN_OR_RETURN(result, t.Execute(statement, params));
      return absl::OkStatus();
    });
    INFO(status.ToString());
    REQUIRE(status.ok());
    return result;
  }
};

TEST_CASE("what a transaction wrote is there when its body returns OK") {
  Fixture f;
  REQUIRE(f.pool
              ->Transact(f.context,
                         [](Transaction& t) -> absl::Status {
                           CLIENTELE_ASSIGN_OR_RETURN(const Result r, t.Execute(kInsert, {"a", 1}));
                           REQUIRE(r.affected_rows() == 1);
                           return t.Execute(kInsert, {"b", nullptr}).status();
                         })
              .ok());
  REQUIRE(f.Query(kCount)[0].Int64(0) == 2);
}

TEST_CASE("nothing is there when the body returns an error, and the error is the body's") {
  Fixture f;
  const absl::Status status = f.pool->Transact(f.context, [](Transaction& t) -> absl::Status {
    CLIENTELE_RETURN_IF_ERROR(t.Execute(kInsert, {"a", 1}).status());
    return absl::NotFoundError("no such shelf");
  });
  REQUIRE(status == absl::NotFoundError("no such shelf"));
  REQUIRE(f.Query(kCount)[0].Int64(0) == 0);
}

TEST_CASE("a swallowed error is not committed") {
  Fixture f;
  const absl::Status status = f.pool->Transact(f.context, [](Transaction& t) -> absl::Status {
    CLIENTELE_RETURN_IF_ERROR(t.Execute(kInsert, {"a", 1}).status());
    REQUIRE(absl::IsAlreadyExists(t.Execute(kInsert, {"a", 1}).status()));
    REQUIRE(absl::IsAlreadyExists(t.Execute(kInsert, {"b", 1}).status()));
    return absl::OkStatus();
  });
  REQUIRE(absl::IsAlreadyExists(status));
  REQUIRE(f.Query(kCount)[0].Int64(0) == 0);
}

TEST_CASE("constraints are distinguished by code, without SQL or data in the message") {
  Fixture f;
  f.Must(kInsert, {"secret-id", 1});
  const absl::Status unique = f.Run(kInsert, {"secret-id", 1});
  REQUIRE(absl::IsAlreadyExists(unique));
  REQUIRE(GetReason(unique) == reason::kAlreadyExists);
  REQUIRE(unique.message().find("secret") == absl::string_view::npos);
  REQUIRE(absl::IsInvalidArgument(f.Run(kInsert, {"b", 100})));      // check
  REQUIRE(absl::IsInvalidArgument(f.Run(kInsert, {nullptr, 1})));    // not null
  REQUIRE(absl::IsInvalidArgument(f.Run(kInsert, {"c", "1e400"})));  // not a bigint

  static constexpr Statement kChild{"child", "CREATE TABLE child (id text REFERENCES items)"};
  static constexpr Statement kOrphan{"orphan", "INSERT INTO child VALUES ('nobody')"};
  f.Must(kChild);
  REQUIRE(absl::IsFailedPrecondition(f.Run(kOrphan)));

  static constexpr Statement kWrong{"wrong", "SELECT * FROM absent_table"};
  const absl::Status wrong = f.Run(kWrong);
  REQUIRE(absl::IsInternal(wrong));
  REQUIRE(wrong.message().find("absent_table") == absl::string_view::npos);
  REQUIRE(wrong.message().find("wrong") != absl::string_view::npos);
}

TEST_CASE("bad text is INVALID_ARGUMENT and harms nothing") {
  Fixture f;
  REQUIRE(absl::IsInvalidArgument(f.Run(kInsert, {std::string("a\0b", 3), 1})));
  REQUIRE(absl::IsInvalidArgument(f.Run(kInsert, {"\xff\xfe", 1})));
  REQUIRE(absl::IsInvalidArgument(f.Run(kInsert, {"\xc0\x80", 1})));
  REQUIRE(f.Query(kCount)[0].Int64(0) == 0);
}

TEST_CASE("one name cannot stand for two statements") {
  Fixture f;
  static constexpr Statement kOther{"count", "SELECT 1"};
  f.Query(kCount);
  const absl::Status status = f.pool->Transact(f.context, [](Transaction& t) -> absl::Status {
    CLIENTELE_RETURN_IF_ERROR(t.Execute(kCount).status());
    return t.Execute(kOther).status();
  });
  REQUIRE(absl::IsInternal(status));
}

TEST_CASE("a read-only transaction refuses to write") {
  Fixture f;
  const absl::Status status = f.pool->Transact(f.context,
                                               [](Transaction& t) {
                                                 return t.Execute(kInsert, {"a", 1}).status();
                                               },
                                               {.read_only = true});
  REQUIRE(absl::IsInternal(status));
}

TEST_CASE("past the deadline nothing runs, and a slow statement is stopped at it") {
  Fixture f;
  static constexpr Statement kSlow{"slow", "SELECT pg_sleep(30)"};
  f.context.deadline = absl::Now() - absl::Seconds(1);
  bool ran = false;
  REQUIRE(absl::IsDeadlineExceeded(f.pool->Transact(f.context, [&](Transaction&) {
    ran = true;
    return absl::OkStatus();
  })));
  REQUIRE_FALSE(ran);

  f.context.deadline = absl::Now() + absl::Milliseconds(200);
  const absl::Time start = absl::Now();
  REQUIRE(absl::IsDeadlineExceeded(f.Run(kSlow)));
  REQUIRE(absl::Now() - start < absl::Seconds(10));
}

TEST_CASE("a slow read is stopped at its deadline, and one with more time is not") {
  Fixture f;
  static constexpr Statement kSlow{"slow", "SELECT pg_sleep(30)"};
  static constexpr Statement kPause{"pause", "SELECT pg_sleep(0.4)"};
  const auto read = [&f](const Statement& statement, absl::Duration time) {
    f.context.deadline = absl::Now() + time;
    return f.pool->Transact(f.context,
                            [&](Transaction& t) { return t.Execute(statement).status(); },
                            {.read_only = true});
  };
  const absl::Time start = absl::Now();
  CHECK(absl::IsDeadlineExceeded(read(kSlow, absl::Milliseconds(200))));
  CHECK(absl::Now() - start < absl::Seconds(10));
  CHECK(read(kPause, absl::Seconds(20)).ok());
  CHECK(absl::IsDeadlineExceeded(read(kSlow, absl::Milliseconds(200))));
  f.context.deadline = absl::InfiniteFuture();
  const TransactionOptions bounded{.read_only = true, .statement_timeout = absl::Milliseconds(100)};
  CHECK(absl::IsDeadlineExceeded(f.pool->Transact(
      f.context, [](Transaction& t) { return t.Execute(kPause).status(); }, bounded)));
}

TEST_CASE("reads see what each began at, and one moment where they ask for it") {
  Fixture f;
  const auto grown = [&f](TransactionOptions::Isolation isolation, const std::string& id) {
    int64_t before = 0;
    int64_t after = 0;
    const absl::Status status =
        f.pool->Transact(f.context,
                         [&](Transaction& t) -> absl::Status {
                           CLIENTELE_ASSIGN_OR_RETURN(const Result first, t.Execute(kCount));
                           before = first[0].Int64(0);
                           f.Must(kInsert, {id, 1});
                           CLIENTELE_ASSIGN_OR_RETURN(const Result second, t.Execute(kCount));
                           after = second[0].Int64(0);
                           return absl::OkStatus();
                         },
                         {.isolation = isolation, .read_only = true});
    REQUIRE(status.ok());
    return after - before;
  };
  CHECK(grown(TransactionOptions::Isolation::kReadCommitted, "a") == 1);
  CHECK(grown(TransactionOptions::Isolation::kRepeatableRead, "b") == 0);
}

TEST_CASE("after a read that failed, later ones of its body repeat its error") {
  Fixture f;
  static constexpr Statement kFail{"fail", "SELECT 1 / 0"};
  const absl::Status status =
      f.pool->Transact(f.context,
                       [](Transaction& t) -> absl::Status {
                         CHECK(absl::IsInvalidArgument(t.Execute(kFail).status()));
                         CHECK(absl::IsInvalidArgument(t.Execute(kCount).status()));
                         return absl::OkStatus();
                       },
                       {.read_only = true});
  CHECK(absl::IsInvalidArgument(status));
  CHECK(f.Query(kCount)[0].Int64(0) == 0);
}

TEST_CASE("a lock is waited for as long as the options say, and not again") {
  Fixture f;
  constexpr Statement kLock{"test.lock", "SELECT pg_advisory_xact_lock(1)"};
  int runs = 0;
  absl::Status waited;
  REQUIRE(f.pool
              ->Transact({},
                         [&](Transaction& t) {
                           const absl::Status locked = t.Execute(kLock).status();
                           waited = f.pool->Transact({},
                                                     [&](Transaction& other) {
                                                       ++runs;
                                                       return other.Execute(kLock).status();
                                                     },
                                                     {.lock_timeout = absl::Milliseconds(50)});
                           return locked;
                         })
              .ok());
  CHECK(absl::IsResourceExhausted(waited));
  CHECK(runs == 1);
}

TEST_CASE("a transaction that idles for too long is ended, and its locks are free") {
  Fixture f;
  constexpr Statement kLock{"test.lock", "SELECT pg_advisory_xact_lock(1)"};
  const absl::Status stalled = f.pool->Transact(
      {},
      [&](Transaction& t) {
        CHECK(t.Execute(kLock).ok());
        // Ends once PostgreSQL has ended the other one.
        CHECK(
            f.pool->Transact({}, [&](Transaction& other) { return other.Execute(kLock).status(); })
                .ok());
        return t.Execute(kLock).status();
      },
      {.max_attempts = 1, .idle_in_transaction_timeout = absl::Milliseconds(50)});
  CHECK(absl::IsUnavailable(stalled));
}

TEST_CASE("a cancelled call runs no statement") {
  Fixture f;
  CancellationSource source;
  f.context.cancellation = source.token();
  const absl::Status status = f.pool->Transact(f.context, [&](Transaction& t) -> absl::Status {
    source.Cancel();
    return t.Execute(kInsert, {"a", 1}).status();
  });
  REQUIRE(absl::IsCancelled(status));
  f.context = RequestContext();
  REQUIRE(f.Query(kCount)[0].Int64(0) == 0);
}

TEST_CASE("reading a column as what it is not spoils the transaction") {
  Fixture f;
  const absl::Status status = f.pool->Transact(f.context, [](Transaction& t) -> absl::Status {
    CLIENTELE_RETURN_IF_ERROR(t.Execute(kInsert, {"a", 1}).status());
    static constexpr Statement kText{"text", "SELECT 'x'::text"};
    CLIENTELE_ASSIGN_OR_RETURN(const Result rows, t.Execute(kText));
    REQUIRE(rows[0].Int64(0) == 0);
    return absl::OkStatus();
  });
  REQUIRE(absl::IsInternal(status));
  REQUIRE(f.Query(kCount)[0].Int64(0) == 0);
}

TEST_CASE("every statement is observed by name, with its rows and its outcome") {
  const TestDatabase database = TestDatabase::Create();
  std::vector<std::string> seen;
  auto pool = ConnectionPool::Create(
      {.conninfo = database.conninfo(), .observer = [&](const StatementObservation& o) {
         seen.push_back(std::string(o.name) + ":" + std::to_string(o.rows) + ":" +
                        std::string(absl::StatusCodeToString(o.status.code())));
       }});
  REQUIRE(pool.ok());
  REQUIRE((*pool)->Ping(RequestContext()).ok());
  static constexpr Statement kSeries{"series", "SELECT generate_series(1, 3)"};
  static constexpr Statement kFail{"fail", "SELECT 1 / 0"};
  REQUIRE(absl::IsInvalidArgument(
      (*pool)->Transact(RequestContext(), [](Transaction& t) -> absl::Status {
        CLIENTELE_RETURN_IF_ERROR(t.Execute(kSeries).status());
        return t.Execute(kFail).status();
      })));
  REQUIRE(seen == std::vector<std::string>{"connect:0:OK", "postgres.ping_server:1:OK",
                                           "begin:0:OK", "series:3:OK", "fail:0:INVALID_ARGUMENT",
                                           "rollback:0:OK"});
}

}  // namespace
}  // namespace clientele::postgres
