// kill -9 of profile-service while customers are merged and merges undone: each is there as a whole
// or not at all, and what was sent again under its request_id has its effect once.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <thread>

#include <catch2/catch_test_macros.hpp>
#include <grpcpp/grpcpp.h>

#include "absl/strings/str_cat.h"
#include "clientele/profile/v1/profile_service.grpc.pb.h"

#include "common/executor/request_context.h"
#include "common/postgres/connection_pool.h"
#include "common/status/status_macros.h"
#include "tests/support/eventually.h"
#include "tests/support/reliability.h"
#include "tests/support/suite.h"
#include "tests/support/test_database.h"

namespace clientele::testing {
namespace {

namespace v1 = profile::v1;
using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr int kCustomersOfMerge = 40;

// Merges forty customers into one, undoes some of the merges, and does it again, until it is
// stopped; sends again what failed, under the same request_id.
class Merger {
 public:
  explicit Merger(const Suite& suite)
      : stub_(v1::ProfileService::NewStub(suite.gateway())), name_("customers/survivor") {
    v1::BatchCreateCustomersRequest request;
    request.add_customers()->set_name(name_);
    for (int i = 0; i < kCustomersOfMerge; ++i) request.add_customers()->set_name(Customer(i));
    v1::BatchCreateCustomersResponse response;
    grpc::ClientContext context;
    REQUIRE(stub_->BatchCreateCustomers(&context, request, &response).ok());
    thread_ = std::thread([this] { Run(); });
  }
  ~Merger() { Stop(); }

  void Stop() {
    stopped_ = true;
    if (thread_.joinable()) thread_.join();
  }
  int acknowledged() const { return acknowledged_; }
  std::string wrong() const { return wrong_; }  // after Stop()

 private:
  static std::string Customer(int i) { return absl::StrCat("customers/merged-", i); }

  // False when stopped or refused.
  template <class Call>
  bool Until(Call call) {
    while (true) {
      grpc::ClientContext context;
      context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
      const grpc::Status status = call(context);
      if (status.ok()) {
        ++acknowledged_;
        return true;
      }
      const bool refused = status.error_code() == grpc::StatusCode::FAILED_PRECONDITION ||
                           status.error_code() == grpc::StatusCode::INVALID_ARGUMENT ||
                           status.error_code() == grpc::StatusCode::INTERNAL;
      if (refused) wrong_ = status.error_message();
      if (refused || stopped_) return false;
      std::this_thread::sleep_for(milliseconds(20));
    }
  }

  void Run() {
    for (int round = 0; !stopped_; ++round) {
      v1::MergeCustomersRequest merge;
      merge.set_survivor(name_);
      for (int i = 0; i < kCustomersOfMerge; ++i) merge.add_customers(Customer(i));
      merge.set_request_id(absl::StrCat("merge-", round));
      v1::MergeCustomersResponse merged;
      if (!Until([&](auto& context) { return stub_->MergeCustomers(&context, merge, &merged); })) {
        return;
      }
      for (const v1::Merge& one : merged.merges()) {
        v1::UndoMergeRequest undo;
        undo.set_name(one.name());
        undo.set_request_id(absl::StrCat("undo-", one.name()));
        v1::Merge undone;
        if (!Until([&](auto& context) { return stub_->UndoMerge(&context, undo, &undone); })) {
          return;
        }
      }
    }
  }

  const std::unique_ptr<v1::ProfileService::Stub> stub_;
  const std::string name_;
  std::atomic<bool> stopped_ = false;
  std::atomic<int> acknowledged_ = 0;
  std::string wrong_;
  std::thread thread_;
};

// Rows that contradict each other: a customer whose survivor no merge explains, a merge that shows
// in no customer, a survivor who counts wrongly.
int64_t Contradictions(postgres::ConnectionPool& pool) {
  static constexpr postgres::Statement kCount{
      "test.count_merge_contradictions",
      "SELECT (SELECT count(*) FROM profile.customers c WHERE c.survivor_id IS DISTINCT FROM "
      "(SELECT into_id FROM profile.merges m WHERE m.customer_id = c.customer_id "
      "AND m.undo_time IS NULL)) + (SELECT count(*) FROM profile.customers c "
      "WHERE c.merged_count <> (SELECT count(*) FROM profile.customers o "
      "WHERE o.survivor_id = c.customer_id)) + (SELECT count(*) FROM ("
      "SELECT count(*) FROM profile.changes WHERE kind = 5 GROUP BY customer_id, change_time "
      "HAVING count(*) > 1) AS twice)"};
  int64_t count = -1;
  const absl::Status read = pool.Transact({}, [&](postgres::Transaction& t) -> absl::Status {
    CLIENTELE_ASSIGN_OR_RETURN(const postgres::Result rows, t.Execute(kCount));
    count = rows[0].Int64(0);
    return absl::OkStatus();
  });
  INFO(read.ToString());
  REQUIRE(read.ok());
  return count;
}

TEST_CASE("kill -9 in the middle of a merge or its undoing leaves it whole or not begun") {
  const TestDatabase database = TestDatabase::Create();
  Suite suite(SuiteOptions{.conninfo = database.conninfo()});
  const auto pool = database.Pool();
  const unsigned seed = std::random_device()();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  Merger merger(suite);
  ReliabilityRow row{.fault = "kill -9 in a merge or its undoing",
                     .recovery = milliseconds(0),
                     .test = "e2e.merge_kill_test"};
  for (; row.rounds < Rounds(4, 40); ++row.rounds) {
    std::this_thread::sleep_for(milliseconds(std::uniform_int_distribution<int>(50, 600)(random)));
    suite.Kill("profile-service");
    CHECK(Contradictions(*pool) == 0);
    const int before = merger.acknowledged();
    const auto killed = Clock::now();
    suite.Launch("profile-service");
    REQUIRE(Eventually(std::chrono::seconds(60), [&] { return merger.acknowledged() != before; }));
    row.recovery =
        std::max(*row.recovery, std::chrono::duration_cast<milliseconds>(Clock::now() - killed));
  }
  merger.Stop();
  CHECK(merger.wrong().empty());
  CHECK(Contradictions(*pool) == 0);
  row.acknowledged = merger.acknowledged();
  Record(row);
}

}  // namespace
}  // namespace clientele::testing
