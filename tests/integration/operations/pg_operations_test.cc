#include "common/operations/pg_operations.h"

#include "tests/contract/operations_contract.h"
#include "tests/integration/operations/operations_fixture.h"

namespace clientele::operations {
namespace {

using postgres::Transaction;

struct PgOperationsFixture : OperationsFixture {
  PgOperationsFixture() {
    REQUIRE(postgres::Migrate(*pool, "shop", {},
                              {.modules = {LedgerMigrations(), OperationMigrations()}})
                .ok());
  }
  Ledger ledger{"shop", &cipher, &clock};
};

TEST_CASE("operations in PostgreSQL keep the contract of the port") {
  PgOperationsFixture f;
  PgOperations operations(f.pool.get(), &f.store, &f.ledger, {});
  std::optional<Lease> lease;
  CheckOperationsContract(
      {.operations = &operations,
       .claim = [&](const std::string&) { lease = f.Claim(); },
       .finish =
           [&](const std::string&, const std::string& result) {
             REQUIRE(f.Try([&](Transaction& t) { return f.store.Finish(t, *lease, result); }).ok());
             f.clock.Advance(absl::Seconds(1));
           }});
}

TEST_CASE("a start wakes the worker, and a kind that is refused is not stored") {
  PgOperationsFixture f;
  int woken = 0;
  PgOperations operations(f.pool.get(), &f.store, &f.ledger,
                          {.on_started = [&] { ++woken; },
                           .refused = {{"train", absl::FailedPreconditionError("off")}}});
  CHECK(absl::IsFailedPrecondition(operations.Start({}, {}, {.kind = "train"}).status()));
  CHECK(woken == 0);
  CHECK(operations.Start({}, {}, {.kind = "erase"}).ok());
  CHECK(woken == 1);
  CHECK(operations.List({}, 10, "")->operations.size() == 1);
}

}  // namespace
}  // namespace clientele::operations
