#ifndef CLIENTELE_TESTS_INTEGRATION_OPERATIONS_OPERATIONS_FIXTURE_H_
#define CLIENTELE_TESTS_INTEGRATION_OPERATIONS_OPERATIONS_FIXTURE_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "common/crypto/cipher.h"
#include "common/operations/operation_store.h"
#include "common/postgres/connection_pool.h"
#include "tests/support/fake_clock.h"
#include "tests/support/test_database.h"

namespace clientele::operations {

// A store on a database of its own, each call in a transaction of its own.
struct OperationsFixture {
  testing::TestDatabase database = testing::TestDatabase::Create();
  std::unique_ptr<postgres::ConnectionPool> pool = database.Pool(4);
  crypto::Cipher cipher = crypto::Cipher::WithRandomKey();
  testing::FakeClock clock;
  OperationStore store{"shop", &cipher, &clock};

  OperationsFixture() {
    REQUIRE(postgres::Migrate(*pool, "shop", {}, {.modules = {OperationMigrations()}}).ok());
  }

  absl::Status Try(absl::FunctionRef<absl::Status(postgres::Transaction&)> body) {
    return pool->Transact(RequestContext(), body);
  }
  template <typename T>
  T Get(const std::function<absl::StatusOr<T>(postgres::Transaction&)>& body) {
    std::optional<T> value;
    const absl::Status status = Try([&](postgres::Transaction& t) {
      auto got = body(t);
      if (got.ok()) value = *std::move(got);
      return got.status();
    });
    INFO(status.ToString());
    REQUIRE(status.ok());
    return *std::move(value);
  }
  Operation Create(const NewOperation& operation) {
    return Get<Operation>([&](auto& t) { return store.Create(t, operation); });
  }
  Operation Read(const std::string& id) {
    return Get<Operation>([&](auto& t) { return store.Get(t, id); });
  }
  std::optional<Lease> Claim(const std::vector<std::string>& kinds = {"erase"}) {
    return Get<std::optional<Lease>>(
        [&](auto& t) { return store.Claim(t, kinds, absl::Minutes(1)); });
  }
};

}  // namespace clientele::operations

#endif  // CLIENTELE_TESTS_INTEGRATION_OPERATIONS_OPERATIONS_FIXTURE_H_
