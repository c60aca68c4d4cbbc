#ifndef CLIENTELE_TESTS_SUPPORT_TEST_DATABASE_H_
#define CLIENTELE_TESTS_SUPPORT_TEST_DATABASE_H_

#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/status.h"

#include "common/postgres/connection_pool.h"

namespace clientele::testing {

// A database of its own for one test case, dropped with the object.
//
//   TEST_CASE("a customer can be created") {
//     const TestDatabase database = TestDatabase::Create();
//     auto pool = database.Pool();
//     REQUIRE(postgres::Migrate(*pool, "profile", Migrations()).ok());
//
// The server is that of CLIENTELE_TEST_DATABASE_URL when it is set, else a private
// PostgreSQL cluster shared by all tests of this build folder: ctest starts and
// stops it, and a test binary that is run by hand starts it when it is not there.
// Where neither can be had the test case fails with a message that says what to
// install.
class TestDatabase {
 public:
  // Empty.
  static TestDatabase Create();
  // A copy of one that `fill` has filled, which it does once for this process: applying a service's
  // migrations takes longer than copying what they made. Thread-safe.
  static TestDatabase CreateFrom(void (*fill)(const TestDatabase& empty));
  // With a service's schema: TestDatabase::Migrated<MigrateSchema>().
  template <absl::Status (*migrate)(postgres::ConnectionPool&)>
  static TestDatabase Migrated() {
    return CreateFrom([](const TestDatabase& empty) { Check(migrate(*empty.Pool(1))); });
  }
  ~TestDatabase();
  TestDatabase(TestDatabase&&) noexcept;
  TestDatabase& operator=(TestDatabase&&) = delete;

  // A libpq connection string of the database, for PoolOptions and for
  // CLIENTELE_DATABASE_URL of a service's binary.
  const std::string& conninfo() const { return conninfo_; }

  // A pool on this database.
  std::unique_ptr<postgres::ConnectionPool> Pool(std::size_t max_connections = 4) const;

 private:
  TestDatabase(std::string admin_conninfo, std::string name, std::string conninfo);
  static TestDatabase CopyOf(const std::string& source);
  static void Check(const absl::Status& migrated);

  std::string admin_conninfo_;
  std::string name_;
  std::string conninfo_;
};

}  // namespace clientele::testing

#endif  // CLIENTELE_TESTS_SUPPORT_TEST_DATABASE_H_
