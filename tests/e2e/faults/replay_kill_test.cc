// kill -9 of profile-service while events in quarantine are replayed: each of them is stored or
// still in quarantine, never both and never neither.

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

constexpr int kEventsOfRound = 500;

// Sends events of a customer who is not there yet, makes the customer, and replays the events a
// few at a time, round by round, until it is stopped; sends again what failed.
class Replayer {
 public:
  explicit Replayer(const Suite& suite) : stub_(v1::ProfileService::NewStub(suite.gateway())) {
    thread_ = std::thread([this] { Run(); });
  }
  ~Replayer() { Stop(); }

  // Ends after the round that is under way.
  void Stop() {
    stopped_ = true;
    if (thread_.joinable()) thread_.join();
  }
  int acknowledged() const { return acknowledged_; }
  int sent() const { return sent_; }
  std::string wrong() const { return wrong_; }  // after Stop()

 private:
  // False when refused.
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
      if (status.error_code() == grpc::StatusCode::INVALID_ARGUMENT ||
          status.error_code() == grpc::StatusCode::INTERNAL) {
        wrong_ = status.error_message();
        return false;
      }
      std::this_thread::sleep_for(milliseconds(20));
    }
  }

  bool Replay() {
    v1::ReplayQuarantinedEventsRequest replay;
    replay.set_page_size(50);
    do {
      v1::ReplayQuarantinedEventsResponse replayed;
      if (!Until([&](auto& context) {
            return stub_->ReplayQuarantinedEvents(&context, replay, &replayed);
          })) {
        return false;
      }
      replay.set_page_token(replayed.next_page_token());
    } while (!replay.page_token().empty());
    return true;
  }

  void Run() {
    for (int round = 0; !stopped_; ++round) {
      const std::string customer = absl::StrCat("late-", round);
      v1::BatchCreateEventsRequest events;
      events.set_skip_invalid(true);
      events.set_quarantine_invalid(true);
      for (int i = 0; i < kEventsOfRound; ++i) {
        v1::Event& event = *events.add_events();
        event.set_customer("customers/" + customer);
        event.set_event_id(absl::StrCat(i));
        event.set_type(v1::EVENT_TYPE_VIEW);
        event.mutable_event_time()->set_seconds(1'700'000'000);
      }
      v1::BatchCreateEventsResponse created;
      v1::CreateCustomerRequest create;
      create.set_customer_id(customer);
      create.set_request_id(customer);
      v1::Customer made;
      const bool round_done =
          Until([&](auto& context) {
            return stub_->BatchCreateEvents(&context, events, &created);
          }) &&
          Until([&](auto& context) { return stub_->CreateCustomer(&context, create, &made); });
      if (!round_done) return;
      sent_ += kEventsOfRound;
      if (!Replay()) return;
    }
  }

  const std::unique_ptr<v1::ProfileService::Stub> stub_;
  std::atomic<bool> stopped_ = false;
  std::atomic<int> acknowledged_ = 0;
  std::atomic<int> sent_ = 0;
  std::string wrong_;
  std::thread thread_;
};

std::int64_t Count(postgres::ConnectionPool& pool, const postgres::Statement& statement) {
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

constexpr postgres::Statement kCountAll{
    "test.count_sent_events",
    "SELECT (SELECT count(*) FROM profile.events) + (SELECT count(*) FROM "
    "profile.quarantined_events)"};
constexpr postgres::Statement kCountQuarantined{"test.count_quarantined_events",
                                                "SELECT count(*) FROM profile.quarantined_events"};
// Events that the change feed tells of once, as it should.
constexpr postgres::Statement kCountTold{
    "test.count_told_events",
    "SELECT count(*) FROM (SELECT 1 FROM profile.changes WHERE kind = 1 "
    "GROUP BY customer_id, event_id HAVING count(*) = 1) AS told"};

TEST_CASE("kill -9 in the middle of a replay neither loses an event nor stores it twice") {
  const TestDatabase database = TestDatabase::Create();
  Suite suite(SuiteOptions{.conninfo = database.conninfo()});
  const auto pool = database.Pool();
  const unsigned seed = std::random_device()();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  Replayer replayer(suite);
  ReliabilityRow row{.fault = "kill -9 in a replay of quarantined events",
                     .recovery = milliseconds(0),
                     .test = "e2e.replay_kill_test"};
  for (; row.rounds < Rounds(4, 40); ++row.rounds) {
    std::this_thread::sleep_for(milliseconds(std::uniform_int_distribution<int>(50, 600)(random)));
    suite.Kill("profile-service");
    // A round that is under way is there as a whole, or not at all.
    CHECK(Count(*pool, kCountAll) % kEventsOfRound == 0);
    const int before = replayer.acknowledged();
    const auto killed = Clock::now();
    suite.Launch("profile-service");
    REQUIRE(
        Eventually(std::chrono::seconds(60), [&] { return replayer.acknowledged() != before; }));
    row.recovery =
        std::max(*row.recovery, std::chrono::duration_cast<milliseconds>(Clock::now() - killed));
  }
  replayer.Stop();
  CHECK(replayer.wrong().empty());
  row.acknowledged = replayer.sent();
  row.lost = replayer.sent() - Count(*pool, kCountAll);
  CHECK(row.lost == 0);
  CHECK(Count(*pool, kCountQuarantined) == 0);
  row.duplicated = replayer.sent() - Count(*pool, kCountTold);
  CHECK(row.duplicated == 0);
  Record(row);
}

}  // namespace
}  // namespace clientele::testing
