#include "common/postgres/migrator.h"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "common/postgres/connection_pool.h"
#include "common/status/status_macros.h"
#include "tests/support/test_database.h"

namespace clientele::postgres {
namespace {

using testing::TestDatabase;

const std::vector<Migration> kFirst = {
    {1, "shelves",
     "CREATE TABLE shop.shelves (id text PRIMARY KEY); INSERT INTO shop.shelves VALUES ('a')"}};
const std::vector<Migration> kBoth = {
    kFirst[0], {2, "labels", "ALTER TABLE {schema}.shelves ADD COLUMN label text"}};

constexpr Statement kShelves{"shelves", "SELECT count(*), count(label) FROM shop.shelves"};
constexpr Statement kApplied{"applied", "SELECT count(*) FROM shop.schema_migrations"};

int64_t Count(ConnectionPool& pool, const Statement& statement) {
  int64_t count = -1;
  const absl::Status status = pool.Transact(RequestContext(), [&](Transaction& t) -> absl::Status {
    CLIENTELE_ASSIGN_OR_RETURN(const Result rows, t.Execute(statement));
    count = rows[0].Int64(0);
    return absl::OkStatus();
  });
  INFO(status.ToString());
  REQUIRE(status.ok());
  return count;
}

TEST_CASE("migrations are applied once, in order, and repeating them changes nothing") {
  const TestDatabase database = TestDatabase::Create();
  auto pool = database.Pool();
  REQUIRE(absl::IsFailedPrecondition(CheckSchemaVersion(*pool, "shop", kFirst)));
  REQUIRE(Migrate(*pool, "shop", kFirst).ok());
  REQUIRE(CheckSchemaVersion(*pool, "shop", kFirst).ok());
  REQUIRE(absl::IsFailedPrecondition(CheckSchemaVersion(*pool, "shop", kBoth)));
  REQUIRE(Migrate(*pool, "shop", kBoth).ok());
  REQUIRE(Migrate(*pool, "shop", kBoth).ok());
  REQUIRE(Count(*pool, kShelves) == 1);
  REQUIRE(Count(*pool, kApplied) == 2);
}

TEST_CASE("an older program accepts a newer schema") {
  const TestDatabase database = TestDatabase::Create();
  auto pool = database.Pool();
  REQUIRE(Migrate(*pool, "shop", kBoth).ok());
  REQUIRE(CheckSchemaVersion(*pool, "shop", kFirst).ok());
  REQUIRE(Migrate(*pool, "shop", kFirst).ok());
  REQUIRE(Count(*pool, kApplied) == 2);
}

TEST_CASE("several that migrate at once do the work once") {
  const TestDatabase database = TestDatabase::Create();
  std::atomic<int> failures = 0;
  {
    std::vector<std::jthread> migrators;
    for (int i = 0; i < 6; ++i) {
      migrators.emplace_back([&] {
        auto pool = database.Pool(1);
        if (!Migrate(*pool, "shop", kBoth).ok()) ++failures;
      });
    }
  }
  REQUIRE(failures == 0);
  auto pool = database.Pool();
  REQUIRE(Count(*pool, kShelves) == 1);
  REQUIRE(Count(*pool, kApplied) == 2);
}

TEST_CASE("an applied migration that was changed is refused by name, and nothing is applied") {
  const TestDatabase database = TestDatabase::Create();
  auto pool = database.Pool();
  REQUIRE(Migrate(*pool, "shop", kFirst).ok());
  std::vector<Migration> changed = kBoth;
  changed[0].sql = "CREATE TABLE shop.shelves (id bigint PRIMARY KEY)";
  const absl::Status status = Migrate(*pool, "shop", changed);
  REQUIRE(absl::IsFailedPrecondition(status));
  REQUIRE(status.message().find("shop 1 (shelves)") != absl::string_view::npos);
  REQUIRE(Count(*pool, kApplied) == 1);
}

TEST_CASE("a migration that fails leaves nothing of itself, and says what PostgreSQL said") {
  const TestDatabase database = TestDatabase::Create();
  auto pool = database.Pool();
  std::vector<Migration> broken = kBoth;
  broken[1].sql = "ALTER TABLE shop.shelves ADD COLUMN label text; SELECT no_such_function()";
  const absl::Status status = Migrate(*pool, "shop", broken);
  REQUIRE(absl::IsInternal(status));
  REQUIRE(status.message().find("shop 2 (labels)") != absl::string_view::npos);
  REQUIRE(status.message().find("no_such_function") != absl::string_view::npos);
  REQUIRE(Count(*pool, kApplied) == 1);
  REQUIRE(Migrate(*pool, "shop", kBoth).ok());  // the column is not there yet
}

TEST_CASE("gaps and strange names are refused before anything is done") {
  const TestDatabase database = TestDatabase::Create();
  auto pool = database.Pool();
  REQUIRE(absl::IsInvalidArgument(Migrate(*pool, "shop", {{2, "late", "SELECT 1"}})));
  REQUIRE(absl::IsInvalidArgument(Migrate(*pool, "shop; DROP", kFirst)));
  REQUIRE(absl::IsInvalidArgument(Migrate(*pool, "shop", kFirst, {.grant_to_role = "a b"})));
  REQUIRE(absl::IsFailedPrecondition(CheckSchemaVersion(*pool, "shop", kFirst)));
}

TEST_CASE("modules keep their own numbers in the same schema") {
  const TestDatabase database = TestDatabase::Create();
  auto pool = database.Pool();
  const MigrationModule module{"drawers",
                               {{1, "drawers", "CREATE TABLE {schema}.drawers (id text)"}}};
  REQUIRE(Migrate(*pool, "shop", kFirst).ok());
  REQUIRE(absl::IsFailedPrecondition(CheckSchemaVersion(*pool, "shop", kFirst, {module})));
  REQUIRE(Migrate(*pool, "shop", kFirst, {.modules = {module}}).ok());
  REQUIRE(CheckSchemaVersion(*pool, "shop", kFirst, {module}).ok());
  REQUIRE(Count(*pool, kApplied) == 2);
}

TEST_CASE("the serving role may use the tables, present and future, and change no schema") {
  const TestDatabase database = TestDatabase::Create();
  auto pool = database.Pool();
  // A role belongs to the server, not to the database: made once and kept.
  static constexpr Statement kRole{"role",
                                   "DO $$ BEGIN CREATE ROLE clientele_test_server; EXCEPTION WHEN "
                                   "duplicate_object THEN NULL; END $$"};
  const auto as_server = [&](const Statement& statement) {
    static constexpr Statement kBecome{"become", "SET LOCAL ROLE clientele_test_server"};
    return pool->Transact(RequestContext(), [&](Transaction& t) -> absl::Status {
      CLIENTELE_RETURN_IF_ERROR(t.Execute(kBecome).status());
      return t.Execute(statement).status();
    });
  };
  REQUIRE(pool->Transact(RequestContext(), [](Transaction& t) { return t.Execute(kRole).status(); })
              .ok());
  REQUIRE(Migrate(*pool, "shop", kBoth, {.grant_to_role = "clientele_test_server"}).ok());
  static constexpr Statement kInsert{"insert", "INSERT INTO shop.shelves VALUES ('b')"};
  static constexpr Statement kDrop{"drop", "DROP TABLE shop.shelves"};
  static constexpr Statement kForge{"forge", "DELETE FROM shop.schema_migrations"};
  REQUIRE(as_server(kInsert).ok());
  REQUIRE(as_server(kApplied).ok());
  REQUIRE(absl::IsInternal(as_server(kDrop)));
  REQUIRE(absl::IsInternal(as_server(kForge)));
}

}  // namespace
}  // namespace clientele::postgres
