// kill -9 of profile-service while events in quarantine are replayed: each of them is stored or
// still in quarantine, never both and never neither.

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
  int acknowledged() const { return calls_.acknowledged(); }
  int sent() const { return sent_; }
  std::string wrong() const { return calls_.wrong(); }  // after Stop()

 private:
  bool Replay() {
    v1::ReplayQuarantinedEventsRequest replay;
    replay.set_page_size(50);
    do {
      v1::ReplayQuarantinedEventsResponse replayed;
      if (!calls_.Until([&](auto& context) {
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
      const bool round_done = calls_.Until([&](auto& context) {
        return stub_->BatchCreateEvents(&context, events, &created);
      }) && calls_.Until([&](auto& context) {
        return stub_->CreateCustomer(&context, create, &made);
      });
      if (!round_done) return;
      sent_ += kEventsOfRound;
      if (!Replay()) return;
    }
  }

  const std::unique_ptr<v1::ProfileService::Stub> stub_;
  RetriedCalls calls_{grpc::StatusCode::INVALID_ARGUMENT, grpc::StatusCode::INTERNAL};
  std::atomic<bool> stopped_ = false;
  std::atomic<int> sent_ = 0;
  std::thread thread_;
};

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
  const TestDatabase database = Suite::Database();
  Suite suite(SuiteOptions{.conninfo = database.conninfo()});
  const auto pool = database.Pool();
  Replayer replayer(suite);
  ReliabilityRow row{.fault = "kill -9 in a replay of quarantined events",
                     .test = "e2e.replay_kill_test"};
  KillInRounds(
      suite, [&] { return replayer.acknowledged(); },
      [&] {
        // A round that is under way is there as a whole, or not at all.
        CHECK(Count(*pool, kCountAll) % kEventsOfRound == 0);
      },
      row);
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
