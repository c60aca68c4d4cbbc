// kill -9 of profile-service while customers are merged and merges undone: each is there as a whole
// or not at all, and what was sent again under its request_id has its effect once.

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>

#include <catch2/catch_test_macros.hpp>
#include <grpcpp/grpcpp.h>

#include "absl/strings/str_cat.h"
#include "clientele/profile/v1/profile_service.grpc.pb.h"

#include "common/postgres/connection_pool.h"
#include "tests/e2e/faults/retried_calls.h"
#include "tests/support/reliability.h"
#include "tests/support/suite.h"
#include "tests/support/test_database.h"

namespace clientele::testing {
namespace {

namespace v1 = profile::v1;

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
  int acknowledged() const { return calls_.acknowledged(); }
  std::string wrong() const { return calls_.wrong(); }  // after Stop()

 private:
  static std::string Customer(int i) { return absl::StrCat("customers/merged-", i); }

  // False when stopped or refused.
  template <class Call>
  bool Until(const Call& call) {
    return calls_.Until(call, [this] { return stopped_.load(); });
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
  RetriedCalls calls_{grpc::StatusCode::FAILED_PRECONDITION, grpc::StatusCode::INVALID_ARGUMENT,
                      grpc::StatusCode::INTERNAL};
  std::atomic<bool> stopped_ = false;
  std::thread thread_;
};

// Rows that contradict each other: a customer whose survivor no merge explains, a merge that shows
// in no customer, a survivor who counts wrongly.
constexpr postgres::Statement kContradictions{
    "test.count_merge_contradictions",
    "SELECT (SELECT count(*) FROM profile.customers c WHERE c.survivor_id IS DISTINCT FROM "
    "(SELECT into_id FROM profile.merges m WHERE m.customer_id = c.customer_id "
    "AND m.undo_time IS NULL)) + (SELECT count(*) FROM profile.customers c "
    "WHERE c.merged_count <> (SELECT count(*) FROM profile.customers o "
    "WHERE o.survivor_id = c.customer_id)) + (SELECT count(*) FROM ("
    "SELECT count(*) FROM profile.changes WHERE kind = 5 GROUP BY customer_id, change_time "
    "HAVING count(*) > 1) AS twice)"};

TEST_CASE("kill -9 in the middle of a merge or its undoing leaves it whole or not begun") {
  const TestDatabase database = Suite::Database();
  Suite suite(SuiteOptions{.conninfo = database.conninfo()});
  const auto pool = database.Pool();
  Merger merger(suite);
  ReliabilityRow row{.fault = "kill -9 in a merge or its undoing", .test = "e2e.merge_kill_test"};
  KillInRounds(
      suite, [&] { return merger.acknowledged(); },
      [&] { CHECK(Count(*pool, kContradictions) == 0); }, row);
  merger.Stop();
  CHECK(merger.wrong().empty());
  CHECK(Count(*pool, kContradictions) == 0);
  row.acknowledged = merger.acknowledged();
  Record(row);
}

}  // namespace
}  // namespace clientele::testing
