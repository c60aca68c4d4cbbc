#ifndef CLIENTELE_TESTS_E2E_FAULTS_RETRIED_CALLS_H_
#define CLIENTELE_TESTS_E2E_FAULTS_RETRIED_CALLS_H_

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <grpcpp/grpcpp.h>

#include "common/postgres/connection_pool.h"
#include "common/status/status_macros.h"
#include "tests/support/eventually.h"
#include "tests/support/reliability.h"
#include "tests/support/suite.h"

namespace clientele::testing {

// Calls that are sent again until they succeed, and how many did. For one calling thread.
class RetriedCalls {
 public:
  // A call that fails with one of these is wrong, and not sent again.
  explicit RetriedCalls(std::initializer_list<grpc::StatusCode> refusals) : refusals_(refusals) {}

  // False when refused, or when it failed and `ends` says that nobody waits for it.
  template <class Call>
  bool Until(
      const Call& call, const std::function<bool()>& ends = [] { return false; }) {
    while (true) {
      grpc::ClientContext context;
      context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
      const grpc::Status status = call(context);
      if (status.ok()) {
        ++acknowledged_;
        return true;
      }
      const bool refused =
          std::find(refusals_.begin(), refusals_.end(), status.error_code()) != refusals_.end();
      if (refused) wrong_ = status.error_message();
      if (refused || ends()) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }

  int acknowledged() const { return acknowledged_; }
  const std::string& wrong() const { return wrong_; }  // once the calling thread has ended

 private:
  const std::vector<grpc::StatusCode> refusals_;
  std::atomic<int> acknowledged_ = 0;
  std::string wrong_;
};

// Kills profile-service at random moments of what somebody does, has `check` look at the database,
// and starts it again, until calls are acknowledged again. Counts rounds and recovery in `row`.
inline void KillInRounds(Suite& suite, const std::function<int()>& acknowledged,
                         const std::function<void()>& check, ReliabilityRow& row) {
  using std::chrono::milliseconds;
  const unsigned seed = std::random_device()();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  row.recovery = milliseconds(0);
  for (; row.rounds < Rounds(4, 40); ++row.rounds) {
    std::this_thread::sleep_for(milliseconds(std::uniform_int_distribution<int>(50, 600)(random)));
    suite.Kill("profile-service");
    check();
    const int before = acknowledged();
    const auto killed = std::chrono::steady_clock::now();
    suite.Launch("profile-service");
    REQUIRE(Eventually(std::chrono::seconds(60), [&] { return acknowledged() != before; }));
    row.recovery = std::max(*row.recovery, std::chrono::duration_cast<milliseconds>(
                                               std::chrono::steady_clock::now() - killed));
  }
}

// The number that a statement gives.
inline std::int64_t Count(postgres::ConnectionPool& pool, const postgres::Statement& statement) {
  std::int64_t count = -1;
  const absl::Status read = pool.Transact({}, [&](postgres::Transaction& t) -> absl::Status {
    CLIENTELE_ASSIGN_OR_RETURN(const postgres::Result rows, t.Execute(statement));
    count = rows[0].Int64(0);
    return absl::OkStatus();
  });
  INFO(read.ToString());
  REQUIRE(read.ok());
  return count;
}

}  // namespace clientele::testing

#endif  // CLIENTELE_TESTS_E2E_FAULTS_RETRIED_CALLS_H_
