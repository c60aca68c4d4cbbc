#include "tests/support/test_database.h"

#include <atomic>
#include <cstdio>
#include <map>
#include <mutex>
#include <random>
#include <stdexcept>
#include <utility>

#include <libpq-fe.h>
#include <unistd.h>

#include "tests/support/cluster_script.h"
#include "tests/support/conninfo.h"

// libpqxx 6.4 drops the PGresult of a statement that lost its connection; the leak
// checker of a sanitizer build asks this for what is not ours.
// NOLINTNEXTLINE(bugprone-reserved-identifier): the name is the sanitizer's
extern "C" const char* __lsan_default_suppressions();
// NOLINTNEXTLINE(bugprone-reserved-identifier)
extern "C" const char* __lsan_default_suppressions() { return "leak:libpqxx\n"; }

namespace clientele::testing {
namespace {

// Runs one statement outside of a transaction; gives an error message or "".
std::string Run(const std::string& conninfo, const std::string& sql) {
  PGconn* const connection = PQconnectdb(conninfo.c_str());
  std::string error;
  if (PQstatus(connection) != CONNECTION_OK) {
    error = PQerrorMessage(connection);
  } else {
    PGresult* const result = PQexec(connection, sql.c_str());
    if (PQresultStatus(result) != PGRES_COMMAND_OK) error = PQerrorMessage(connection);
    PQclear(result);
  }
  PQfinish(connection);
  return error;
}

const std::string& AdminConninfo() {
  static const std::string conninfo = RunClusterScript("start", CLIENTELE_TEST_POSTGRES_STATE);
  return conninfo;
}

std::string NewName() {
  static std::atomic<int> count = 0;
  char suffix[64];
  std::snprintf(suffix, sizeof(suffix), "%d_%d_%08x", static_cast<int>(getpid()), ++count,
                static_cast<unsigned>(std::random_device()()));
  return std::string("clientele_test_") + suffix;
}

}  // namespace

TestDatabase::TestDatabase(std::string admin_conninfo, std::string name, std::string conninfo)
    : admin_conninfo_(std::move(admin_conninfo)),
      name_(std::move(name)),
      conninfo_(std::move(conninfo)) {}

TestDatabase TestDatabase::Create() { return CopyOf("template0"); }

TestDatabase TestDatabase::CreateFrom(void (*fill)(const TestDatabase& empty)) {
  static const std::string& admin = AdminConninfo();  // outlives the databases
  static std::mutex mutex;
  static std::map<void (*)(const TestDatabase&), TestDatabase> filled;
  const std::lock_guard lock(mutex);
  auto found = filled.find(fill);
  if (found == filled.end()) {
    TestDatabase database = Create();
    fill(database);
    // What is being copied must have no connection, an autovacuum worker's included.
    const std::string error =
        Run(admin, "ALTER DATABASE " + database.name_ + " ALLOW_CONNECTIONS false");
    if (!error.empty()) throw std::runtime_error("cannot close the filled database: " + error);
    found = filled.emplace(fill, std::move(database)).first;
  }
  return CopyOf(found->second.name_);
}

TestDatabase TestDatabase::CopyOf(const std::string& source) {
  const std::string name = NewName();
  const std::string& admin = AdminConninfo();
  const std::string error =
      Run(admin, "CREATE DATABASE " + name + " TEMPLATE " + source + " ENCODING 'UTF8'");
  if (!error.empty()) throw std::runtime_error("cannot make a database for the test: " + error);
  return TestDatabase(admin, name, WithParameters(admin, {{"dbname", name}}));
}

void TestDatabase::Check(const absl::Status& migrated) {
  if (!migrated.ok()) throw std::runtime_error("cannot migrate: " + migrated.ToString());
}

TestDatabase::TestDatabase(TestDatabase&& other) noexcept
    : admin_conninfo_(std::move(other.admin_conninfo_)),
      name_(std::exchange(other.name_, "")),
      conninfo_(std::move(other.conninfo_)) {}

TestDatabase::~TestDatabase() {
  if (name_.empty()) return;
  const std::string error =
      Run(admin_conninfo_, "DROP DATABASE IF EXISTS " + name_ + " WITH (FORCE)");
  if (!error.empty()) std::fprintf(stderr, "the test's database stays: %s", error.c_str());
}

std::unique_ptr<postgres::ConnectionPool> TestDatabase::Pool(std::size_t max_connections) const {
  auto pool = postgres::ConnectionPool::Create({.conninfo = conninfo_,
                                                .application_name = "clientele_test",
                                                .max_connections = max_connections});
  if (!pool.ok()) throw std::runtime_error(pool.status().ToString());
  return *std::move(pool);
}

}  // namespace clientele::testing
