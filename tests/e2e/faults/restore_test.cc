// profile-service's database is restored from a backup while the services that follow it keep
// what they learned later: they end with exactly what profile-service has, deletions included,
// and nobody writes SQL for it.

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <grpcpp/grpcpp.h>

#include "absl/strings/str_cat.h"
#include "clientele/profile/v1/profile_service.grpc.pb.h"
#include "clientele/qa/v1/qa_service.grpc.pb.h"

#include "common/postgres/connection_pool.h"
#include "common/status/status_macros.h"
#include "tests/support/eventually.h"
#include "tests/support/paths.h"
#include "tests/support/process.h"
#include "tests/support/reliability.h"
#include "tests/support/suite.h"
#include "tests/support/test_database.h"

namespace clientele::testing {
namespace {

namespace v1 = profile::v1;
using postgres::Statement;
using Clock = std::chrono::steady_clock;

constexpr Statement kBackup[] = {
    {"test.drop_backup", "DROP SCHEMA IF EXISTS backup CASCADE"},
    {"test.create_backup", "CREATE SCHEMA backup"},
    {"test.copy_customers", "CREATE TABLE backup.customers AS TABLE profile.customers"},
    {"test.copy_events", "CREATE TABLE backup.events AS TABLE profile.events"},
    {"test.copy_changes", "CREATE TABLE backup.changes AS TABLE profile.changes"},
    {"test.copy_tombstones", "CREATE TABLE backup.tombstones AS TABLE profile.tombstones"},
    {"test.copy_feed", "CREATE TABLE backup.feed AS TABLE profile.feed"},
    {"test.copy_followers", "CREATE TABLE backup.feed_followers AS TABLE profile.feed_followers"},
    {"test.copy_seq", "CREATE TABLE backup.seq AS SELECT last_value FROM profile.changes_seq"}};
// What the features are made of is made again by triggers.
constexpr Statement kRestore[] = {
    {"test.empty",
     "TRUNCATE profile.customers, profile.events, profile.changes, profile.tombstones, "
     "profile.feed, profile.feed_followers, profile.request_ledger CASCADE"},
    {"test.restore_customers", "INSERT INTO profile.customers SELECT * FROM backup.customers"},
    {"test.restore_events", "INSERT INTO profile.events SELECT * FROM backup.events"},
    {"test.restore_changes", "INSERT INTO profile.changes SELECT * FROM backup.changes"},
    {"test.restore_tombstones", "INSERT INTO profile.tombstones SELECT * FROM backup.tombstones"},
    {"test.restore_feed", "INSERT INTO profile.feed SELECT * FROM backup.feed"},
    {"test.restore_followers",
     "INSERT INTO profile.feed_followers SELECT * FROM backup.feed_followers"},
    {"test.restore_seq", "SELECT setval('profile.changes_seq', last_value) FROM backup.seq"}};

// Every event of the test is an interaction.
constexpr Statement kMissing{
    "test.missing",
    "SELECT (SELECT count(*) FROM (SELECT customer_id, event_id FROM profile.events EXCEPT "
    "SELECT customer_id, event_id FROM recommend.interactions) AS lacking) + "
    "greatest(0, (SELECT count(*) FROM profile.customers) - "
    "(SELECT count(*) FROM qa.known_customers))"};
constexpr Statement kStale{
    "test.stale",
    "SELECT (SELECT count(*) FROM (SELECT customer_id, event_id FROM recommend.interactions "
    "EXCEPT SELECT customer_id, event_id FROM profile.events) AS stale) + "
    "greatest(0, (SELECT count(*) FROM qa.known_customers) - "
    "(SELECT count(*) FROM profile.customers)) + "
    "(SELECT count(*) FROM qa.questions WHERE customer_id NOT IN "
    "(SELECT customer_id FROM profile.customers))"};
constexpr Statement kQuestions{"test.questions",
                               "SELECT count(*) FROM qa.questions WHERE customer_id = $1"};
constexpr Statement kCounts{
    "test.counts",
    "SELECT count(*) FROM recommend.item_counts AS kept FULL JOIN (SELECT item_id, count(*) AS n "
    "FROM recommend.interactions WHERE type = 3 GROUP BY item_id) AS made USING (item_id) "
    "WHERE coalesce(kept.purchases, 0) <> coalesce(made.n, 0)"};

class RestoredSuite {
 public:
  RestoredSuite()
      : suite_(SuiteOptions{.conninfo = database_.conninfo(),
                            .flags = {{"profile-service", {"--change_keep_alive", "500ms"}}}}),
        pool_(database_.Pool()),
        profile_(v1::ProfileService::NewStub(suite_.gateway())),
        qa_(qa::v1::QaService::NewStub(suite_.gateway())) {}

  Suite& suite() { return suite_; }

  void Create(const std::string& customer) {
    v1::CreateCustomerRequest request;
    request.set_customer_id(customer);
    v1::Customer made;
    Call([&](auto* context) { return profile_->CreateCustomer(context, request, &made); });
  }
  void Delete(const std::string& customer) {
    v1::DeleteCustomerRequest request;
    request.set_name("customers/" + customer);
    google::protobuf::Empty empty;
    Call([&](auto* context) { return profile_->DeleteCustomer(context, request, &empty); });
  }
  void Buy(const std::string& customer, const std::string& first_id, int count) {
    v1::BatchCreateEventsRequest request;
    for (int i = 0; i < count; ++i) {
      v1::Event& event = *request.add_events();
      event.set_customer("customers/" + customer);
      event.set_event_id(absl::StrCat(first_id, i));
      event.set_type(v1::EVENT_TYPE_PURCHASE);
      event.mutable_event_time()->set_seconds(1'700'000'000);
      event.set_item(absl::StrCat("items/", first_id));
      event.set_quantity(1);
    }
    v1::BatchCreateEventsResponse response;
    Call([&](auto* context) { return profile_->BatchCreateEvents(context, request, &response); });
  }
  // Asks until the question is kept.
  void Ask(const std::string& customer) {
    REQUIRE(Eventually(std::chrono::seconds(20), [&] {
      qa::v1::AskRequest request;
      request.set_question("Can I return my umbrella?");
      request.set_customer("customers/" + customer);
      qa::v1::AskResponse response;
      Call([&](auto* context) { return qa_->Ask(context, request, &response); });
      return Count(kQuestions, {customer}) > 0;
    }));
  }

  template <std::size_t N>
  void Run(const Statement (&statements)[N]) {
    const absl::Status status = pool_->Transact({}, [&](postgres::Transaction& t) -> absl::Status {
      for (const Statement& statement : statements) {
        CLIENTELE_RETURN_IF_ERROR(t.Execute(statement).status());
      }
      return absl::OkStatus();
    });
    INFO(status);
    REQUIRE(status.ok());
  }
  std::int64_t Count(const Statement& statement, const std::vector<postgres::Value>& params = {}) {
    std::int64_t count = -1;
    const absl::Status status = pool_->Transact({}, [&](postgres::Transaction& t) -> absl::Status {
      CLIENTELE_ASSIGN_OR_RETURN(const postgres::Result rows, t.Execute(statement, params));
      count = rows[0].Int64(0);
      return absl::OkStatus();
    });
    INFO(status);
    REQUIRE(status.ok());
    return count;
  }
  // Waits until the followers hold what profile-service does, and fills in what they do not.
  void ExpectAgreement(ReliabilityRow& row) {
    const auto start = Clock::now();
    CHECK(Eventually(std::chrono::seconds(30),
                     [&] { return Count(kMissing) == 0 && Count(kStale) == 0; }));
    row.recovery = std::max(
        *row.recovery, std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start));
    row.lost += Count(kMissing);
    row.duplicated += Count(kStale);
    CHECK(Count(kCounts) == 0);
  }

 private:
  template <class Function>
  void Call(Function function) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
    const grpc::Status status = function(&context);
    INFO(status.error_message());
    REQUIRE(status.ok());
  }

  const TestDatabase database_ = Suite::Database();
  Suite suite_;
  const std::unique_ptr<postgres::ConnectionPool> pool_;
  const std::unique_ptr<v1::ProfileService::Stub> profile_;
  const std::unique_ptr<qa::v1::QaService::Stub> qa_;
};

ReliabilityRow NewRow(const std::string& fault) {
  return {.fault = fault, .recovery = std::chrono::milliseconds(0), .test = "e2e.restore_test"};
}

TEST_CASE("profile's database goes back to a backup, and the followers go with it") {
  RestoredSuite s;
  ReliabilityRow row = NewRow("profile's database restored from a backup under its followers");
  for (; row.rounds < Rounds(2, 10); ++row.rounds) {
    const std::string round = absl::StrCat("r", row.rounds, "-");
    s.Create(round + "kept");
    s.Create(round + "deleted-before");
    s.Create(round + "deleted-after");
    s.Buy(round + "kept", "a", 5);
    s.Buy(round + "deleted-after", "a", 5);
    s.Ask(round + "kept");
    s.Delete(round + "deleted-before");
    s.Run(kBackup);

    s.Create(round + "lost");
    s.Buy(round + "lost", "b", 5);
    s.Buy(round + "kept", "b", 5);
    s.Ask(round + "lost");
    s.Delete(round + "deleted-after");
    s.ExpectAgreement(row);
    s.Run(kRestore);

    // What was lost is gone at the followers too, and who was deleted since is back.
    s.ExpectAgreement(row);
    CHECK(s.Count(kQuestions, {round + "lost"}) == 0);
    CHECK(s.Count(kQuestions, {round + "kept"}) > 0);
    // And they follow.
    s.Delete(round + "deleted-after");
    s.Buy(round + "kept", "c", 5);
    s.ExpectAgreement(row);
    row.acknowledged += 3;
  }
  CHECK(row.lost == 0);
  CHECK(row.duplicated == 0);
  Record(row);
}

TEST_CASE("followers that slept through a restore are told by --new_epoch") {
  RestoredSuite s;
  ReliabilityRow row = NewRow("profile's database restored while its followers are down");
  for (; row.rounds < Rounds(1, 5); ++row.rounds) {
    const std::string round = absl::StrCat("r", row.rounds, "-");
    s.Create(round + "kept");
    s.Buy(round + "kept", "a", 5);
    s.Run(kBackup);
    s.Create(round + "lost");
    s.Buy(round + "lost", "b", 5);
    s.Ask(round + "lost");
    s.ExpectAgreement(row);
    for (const char* follower : {"qa-service", "recommend-service"}) s.suite().Kill(follower);

    s.Run(kRestore);
    const CommandResult renewed = s.suite().RunService("profile-service", {"--new_epoch"});
    INFO(renewed.output);
    REQUIRE(renewed.exit_code == 0);
    // Past every number that the followers have seen.
    s.Buy(round + "kept", "c", 50);
    for (const char* follower : {"qa-service", "recommend-service"}) s.suite().Start(follower);
    s.ExpectAgreement(row);
    row.acknowledged += 2;
  }
  CHECK(row.lost == 0);
  CHECK(row.duplicated == 0);
  Record(row);
}

}  // namespace
}  // namespace clientele::testing
