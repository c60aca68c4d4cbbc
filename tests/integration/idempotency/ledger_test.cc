#include "common/idempotency/ledger.h"

#include <atomic>
#include <latch>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "common/crypto/cipher.h"
#include "common/idempotency/ledger_retention.h"
#include "common/postgres/connection_pool.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "tests/support/fake_clock.h"
#include "tests/support/test_database.h"

namespace clientele {
namespace {

using postgres::Bytes;
using postgres::Result;
using postgres::Statement;
using postgres::Transaction;
using testing::FakeClock;
using testing::TestDatabase;

constexpr Statement kEffect{"effect", "INSERT INTO shop.effects VALUES ($1)"};
constexpr Statement kEffects{"effects", "SELECT count(*) FROM shop.effects"};
constexpr Statement kEntries{"entries", "SELECT count(*) FROM shop.request_ledger"};
constexpr Statement kStored{"stored", "SELECT result FROM shop.request_ledger"};
constexpr Statement kSwap{"swap", "UPDATE shop.request_ledger SET request_id = 'r2'"};

struct Fixture {
  TestDatabase database = TestDatabase::Create();
  std::unique_ptr<postgres::ConnectionPool> pool = database.Pool(4);
  crypto::Cipher cipher = crypto::Cipher::WithRandomKey();
  FakeClock clock;
  Ledger ledger{"shop", &cipher, &clock};

  Fixture() {
    const absl::Status status = postgres::Migrate(
        *pool, "shop", {{1, "effects", "CREATE TABLE shop.effects (what text NOT NULL)"}},
        {.modules = {LedgerMigrations()}});
    INFO(status.ToString());
    REQUIRE(status.ok());
  }

  // One call whose effect is a row, and whose result is `result`.
  absl::StatusOr<std::string> Call(const MutationId& id, const std::string& result,
                                   absl::string_view subject = "",
                                   const absl::Status& error = absl::OkStatus()) {
    std::string got;
    const absl::Status status =
        pool->Transact(RequestContext(), [&](Transaction& t) -> absl::Status {
          CLIENTELE_ASSIGN_OR_RETURN(
              got, ledger.Once(t, id, subject, [&]() -> absl::StatusOr<std::string> {
                CLIENTELE_RETURN_IF_ERROR(t.Execute(kEffect, {result}).status());
                CLIENTELE_RETURN_IF_ERROR(error);
                return result;
              }));
          return absl::OkStatus();
        });
    if (!status.ok()) return status;
    return got;
  }

  Result Query(const Statement& statement) {
    Result rows;
    REQUIRE(pool->Transact(RequestContext(),
                           [&](Transaction& t) -> absl::Status {
                             CLIENTELE_ASSIGN_OR_RETURN(rows, t.Execute(statement));
                             return absl::OkStatus();
                           })
                .ok());
    return rows;
  }
  int64_t Effects() { return Query(kEffects)[0].Int64(0); }
  int64_t Entries() { return Query(kEntries)[0].Int64(0); }
};

MutationId Id(const std::string& request_id, const std::string& body = "body") {
  return {.caller = "shop", .method = "/shop/Add", .request_id = request_id, .body_hash = body};
}

TEST_CASE("the same id and body again gives the first result and no second effect") {
  Fixture f;
  REQUIRE(f.Call(Id("r1"), "one").value() == "one");
  REQUIRE(f.Call(Id("r1"), "two").value() == "one");
  REQUIRE(f.Effects() == 1);
}

TEST_CASE("the same id with another body is refused") {
  Fixture f;
  REQUIRE(f.Call(Id("r1"), "one").ok());
  const absl::Status status = f.Call(Id("r1", "other body"), "two").status();
  REQUIRE(absl::IsInvalidArgument(status));
  REQUIRE(GetReason(status) == reason::kRequestIdReused);
  REQUIRE(f.Effects() == 1);
}

TEST_CASE("ids of other callers and methods are other ids") {
  Fixture f;
  MutationId other_caller = Id("r1"), other_method = Id("r1");
  other_caller.caller = "billing";
  other_method.method = "/shop/Remove";
  REQUIRE(f.Call(Id("r1"), "one").value() == "one");
  REQUIRE(f.Call(other_caller, "two").value() == "two");
  REQUIRE(f.Call(other_method, "three").value() == "three");
}

TEST_CASE("a mutation without an id runs every time and leaves no entry") {
  Fixture f;
  REQUIRE(f.Call(Id(""), "one").value() == "one");
  REQUIRE(f.Call(Id(""), "two").value() == "two");
  REQUIRE(f.Effects() == 2);
  REQUIRE(f.Entries() == 0);
}

TEST_CASE("a mutation that fails is not remembered, and its repetition runs") {
  Fixture f;
  REQUIRE(absl::IsNotFound(f.Call(Id("r1"), "one", "", absl::NotFoundError("shelf")).status()));
  REQUIRE(f.Entries() == 0);
  REQUIRE(f.Call(Id("r1"), "two").value() == "two");
  REQUIRE(f.Effects() == 1);
}

TEST_CASE("identical requests at once have one effect and one result") {
  Fixture f;
  std::latch start(4);
  std::atomic<int> agreed = 0;
  {
    std::vector<std::jthread> callers;
    for (int i = 0; i < 4; ++i) {
      callers.emplace_back([&, i] {
        start.arrive_and_wait();
        const auto mine = f.Call(Id("r1"), "result of " + std::to_string(i));
        const auto again = f.Call(Id("r1"), "late");
        if (mine.ok() && again.ok() && *mine == *again) ++agreed;
      });
    }
  }
  REQUIRE(agreed == 4);
  REQUIRE(f.Effects() == 1);
}

TEST_CASE("when the first of two at once fails, the second runs") {
  Fixture f;
  std::latch entered(1), waiting(1);
  std::jthread first([&] {
    const absl::Status status = f.pool->Transact(RequestContext(), [&](Transaction& t) {
      return f.ledger
          .Once(t, Id("r1"), "",
                [&]() -> absl::StatusOr<std::string> {
                  entered.count_down();
                  waiting.wait();
                  return absl::NotFoundError("shelf");
                })
          .status();
    });
    static_cast<void>(status);
  });
  entered.wait();
  std::jthread release([&] { waiting.count_down(); });
  REQUIRE(f.Call(Id("r1"), "second").value() == "second");
  REQUIRE(f.Effects() == 1);
}

TEST_CASE("results are stored encrypted and bound to their entry") {
  Fixture f;
  REQUIRE(f.Call(Id("r1"), "ada@example.com").ok());
  REQUIRE(f.Query(kStored)[0].Bytes(0).find("ada") == std::string::npos);
  REQUIRE(
      f.pool->Transact(RequestContext(), [](Transaction& t) { return t.Execute(kSwap).status(); })
          .ok());
  REQUIRE(absl::IsDataLoss(f.Call(Id("r2"), "again").status()));
}

TEST_CASE("forgetting a subject drops its entries alone, and spares the erasure's own") {
  Fixture f;
  REQUIRE(f.Call(Id("r1"), "one", "ada").ok());
  REQUIRE(f.Call(Id("r2"), "two", "ben").ok());
  const auto erase = [&] {
    return f.pool->Transact(RequestContext(), [&](Transaction& t) {
      return f.ledger
          .Once(t, Id("erase"), "ada",
                [&]() -> absl::StatusOr<std::string> {
                  CLIENTELE_RETURN_IF_ERROR(f.ledger.Forget(t, "ada"));
                  return "erased";
                })
          .status();
    });
  };
  REQUIRE(erase().ok());
  REQUIRE(f.Entries() == 2);
  REQUIRE(f.Call(Id("r2"), "again").value() == "two");
  REQUIRE(f.Call(Id("erase"), "again").value() == "erased");
}

TEST_CASE("an entry counts for the retention, and is pruned after it") {
  Fixture f;
  REQUIRE(f.Call(Id("old"), "one").ok());
  f.clock.Advance(absl::Hours(23));
  REQUIRE(f.Call(Id("young"), "two").ok());
  REQUIRE(f.Call(Id("old"), "again").value() == "one");
  f.clock.Advance(absl::Hours(1));
  REQUIRE(f.Call(Id("old", "new body"), "new").value() == "new");  // taken over
  REQUIRE(f.Entries() == 2);
  f.clock.Advance(absl::Hours(23));  // "young" is 24 h old, "old" was renewed 23 h ago
  int64_t pruned = 0;
  REQUIRE(f.pool
              ->Transact(RequestContext(),
                         [&](Transaction& t) -> absl::Status {
                           CLIENTELE_ASSIGN_OR_RETURN(pruned, f.ledger.Prune(t));
                           return absl::OkStatus();
                         })
              .ok());
  REQUIRE(pruned == 1);
  REQUIRE(f.Call(Id("old", "new body"), "again").value() == "new");
}

TEST_CASE("one pruning removes everything past the retention, in parts") {
  Fixture f;
  for (int i = 0; i < 25; ++i) {
    REQUIRE(f.Call(Id("r-" + std::to_string(i), "body"), "result").ok());
  }
  f.clock.Advance(absl::Hours(25));
  REQUIRE(f.Call(Id("young", "body"), "result").ok());
  int parts = 0;
  const absl::Status pruned = PruneInParts(
      *f.pool, RequestContext(),
      [&](Transaction& t, int64_t limit) {
        ++parts;
        return f.ledger.Prune(t, limit);
      },
      10);
  REQUIRE(pruned.ok());
  REQUIRE(parts == 3);
  REQUIRE(f.Entries() == 1);
}

TEST_CASE("a ledger without a retention forgets nothing") {
  Fixture f;
  const Ledger forever("shop", nullptr, &f.clock, KeptFor(absl::ZeroDuration()));
  REQUIRE(f.Call(Id("old", "body"), "result").ok());
  f.clock.Advance(absl::Hours(24 * 400));
  REQUIRE(PruneLedger(forever, *f.pool, RequestContext()).ok());
  REQUIRE(f.Entries() == 1);
}

}  // namespace
}  // namespace clientele
