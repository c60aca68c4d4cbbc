// A transaction that holds the feed's lock and does not end: writers wait, then they are told to
// try again, and readers notice nothing.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "absl/strings/str_cat.h"

#include "common/rpc/status_bridge.h"
#include "common/status/error_details.h"
#include "services/profile-service/store/migrations.h"
#include "tests/integration/profile/server_fixture.h"
#include "tests/support/test_database.h"

namespace clientele::profile::testing {
namespace {

using clientele::testing::TestDatabase;
using Clock = std::chrono::steady_clock;

constexpr postgres::Statement kLockFeed{"test.lock_feed",
                                        "SELECT pg_advisory_xact_lock(27988543130330483)"};

// Writers without number: of each three, two insert an event and one makes a customer.
class Writers {
 public:
  Writers(Stub* stub, int count) {
    for (int i = 0; i < count; ++i) {
      threads_.emplace_back([this, stub, i] {
        for (int n = 0; !stopping_; ++n) {
          const std::string id = absl::StrCat("w", i, "-", n);
          v1::BatchCreateEventsResponse inserted;
          v1::Customer made;
          v1::BatchCreateEventsRequest event = Views("reader", 0, 1);
          event.mutable_events(0)->set_event_id(id);
          const grpc::Status status =
              i % 3 == 0 ? Call(*stub, &Stub::CreateCustomer, CreateRequest(id), &made)
                         : Call(*stub, &Stub::BatchCreateEvents, event, &inserted);
          if (status.ok()) {
            ++written_;
          } else if (status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED &&
                     GetRetryDelay(rpc::FromGrpcStatus(status)).has_value()) {
            ++refused_;
          } else {
            ++wrong_;
          }
        }
      });
    }
  }
  ~Writers() {
    stopping_ = true;
    for (std::thread& thread : threads_) thread.join();
  }

  int written() const { return written_; }
  int refused() const { return refused_; }
  int wrong() const { return wrong_; }

 private:
  std::atomic<bool> stopping_ = false;
  std::atomic<int> written_ = 0, refused_ = 0, wrong_ = 0;
  std::vector<std::thread> threads_;
};

TEST_CASE("reads go on while the feed's lock is held, and writers are told to try again") {
  const TestDatabase database = TestDatabase::Migrated<MigrateSchema>();
  ServiceFolder folder(database.conninfo());
  folder.WriteModels();
  const std::unique_ptr<Server> server = folder.Start();
  REQUIRE(WaitUntilServing(*server));
  const std::unique_ptr<Stub> stub = Connect(*server);
  v1::Customer made;
  REQUIRE(Call(*stub, &Stub::CreateCustomer, CreateRequest("reader"), &made).ok());

  Writers writers(stub.get(), 40);
  auto slowest = Clock::duration::zero();
  const auto read = [&] {
    v1::GetCustomerRequest get;
    get.set_name("customers/reader");
    const auto start = Clock::now();
    CHECK(Call(*stub, &Stub::GetCustomer, get, &made).ok());
    slowest = std::max(slowest, Clock::now() - start);
  };
  const auto pool = database.Pool(1);
  REQUIRE(pool->Transact({},
                         [&](postgres::Transaction& t) {
                           const absl::Status locked = t.Execute(kLockFeed).status();
                           // Longer than a writer waits.
                           while (writers.refused() < 40) read();
                           return locked;
                         })
              .ok());
  CHECK(slowest < std::chrono::seconds(1));
  // With the lock free again writers go on by themselves.
  const int written = writers.written();
  const auto until = Clock::now() + std::chrono::seconds(20);
  while (writers.written() < written + 40 && Clock::now() < until) read();
  CHECK(writers.written() >= written + 40);
  CHECK(writers.wrong() == 0);
}

}  // namespace
}  // namespace clientele::profile::testing
