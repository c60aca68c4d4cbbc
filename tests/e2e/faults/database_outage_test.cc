// PostgreSQL goes away under load and comes back: callers are told to try again, pools heal by
// themselves, and what was acknowledged is there.

#include <chrono>
#include <string>

#include <catch2/catch_test_macros.hpp>

#include "common/postgres/connection_pool.h"
#include "tests/e2e/faults/load.h"
#include "tests/e2e/faults/settle.h"
#include "tests/support/database_gate.h"
#include "tests/support/eventually.h"
#include "tests/support/reliability.h"
#include "tests/support/suite.h"
#include "tests/support/test_cluster.h"
#include "tests/support/test_database.h"

namespace clientele::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Clock = std::chrono::steady_clock;

milliseconds Since(Clock::time_point start) {
  return std::chrono::duration_cast<milliseconds>(Clock::now() - start);
}

void ImportArticles(const Suite& suite) {
  REQUIRE(
      suite.Clientele({"import", "articles", Suite::SampleFolder() + "/articles.csv"}).exit_code ==
      0);
}

// Ends the load and fills in what it shows. The processes have lived through it all.
void Conclude(Suite& suite, Load& load, ReliabilityRow& row) {
  Settle(load, suite.gateway(), row);
  for (const std::string& process : suite.processes()) CHECK(suite.running(process));
  for (const auto& [text, count] : load.failures()) {
    INFO(text << " x " << count);
    CHECK(text.find("UNAVAILABLE (of the caller's channel)") == std::string::npos);
  }
  Record(row);
}

TEST_CASE("PostgreSQL stopped for ten seconds under load and started again") {
  TestCluster cluster = TestCluster::Start();
  Suite::Migrate(cluster.conninfo());
  Suite suite(cluster.conninfo());
  ImportArticles(suite);
  Load load(suite.gateway(), {.writers = 3});
  load.Start();
  ReliabilityRow row{.fault = "PostgreSQL stopped for 10 s under load",
                     .recovery = milliseconds(0),
                     .test = "e2e.database_outage_test"};
  for (; row.rounds < Rounds(1, 3); ++row.rounds) {
    REQUIRE(load.WaitForAnswers(seconds(30)));
    cluster.Stop();
    const std::int64_t acknowledged = load.acknowledged();
    // Nothing can be saved now; whoever says so is wrong. One call may have been
    // answered while the server stopped.
    CHECK_FALSE(load.WaitForAnswers(seconds(10)));
    CHECK(load.acknowledged() <= acknowledged + 3 * 20);
    CHECK_FALSE(load.failures().empty());
    cluster.Restart();
    const auto restarted = Clock::now();
    REQUIRE(load.WaitForAnswers(seconds(30)));
    row.recovery = std::max(*row.recovery, Since(restarted));
  }
  Conclude(suite, load, row);
}

TEST_CASE("every connection of PostgreSQL terminated under load, again and again") {
  const TestDatabase database = Suite::Database();
  Suite suite(database.conninfo());
  ImportArticles(suite);
  const auto pool = database.Pool(1);
  static constexpr postgres::Statement kTerminate{
      "terminate",
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
      " WHERE datname = current_database() AND pid <> pg_backend_pid()"};
  Load load(suite.gateway(), {.writers = 3});
  load.Start();
  ReliabilityRow row{.fault = "every PostgreSQL connection terminated under load",
                     .recovery = milliseconds(0),
                     .test = "e2e.database_outage_test"};
  for (; row.rounds < Rounds(10, 50); ++row.rounds) {
    REQUIRE(load.WaitForAnswers(seconds(30)));
    RequestContext context;
    REQUIRE(pool->Transact(context,
                           [&](postgres::Transaction& transaction) {
                             return transaction.Execute(kTerminate).status();
                           })
                .ok());
    const auto terminated = Clock::now();
    REQUIRE(load.WaitForAnswers(seconds(30)));
    row.recovery = std::max(*row.recovery, Since(terminated));
  }
  Conclude(suite, load, row);
}

TEST_CASE("PostgreSQL silent for ten seconds: callers are not held past their deadlines") {
  const TestDatabase database = Suite::Database();
  DatabaseGate gate(database.conninfo());
  Suite suite(gate.conninfo());
  ImportArticles(suite);
  Load load(suite.gateway(), {.writers = 3, .deadline = milliseconds(2000)});
  load.Start();
  ReliabilityRow row{.fault = "PostgreSQL silent for 10 s under load (no byte flows)",
                     .recovery = milliseconds(0),
                     .test = "e2e.database_outage_test"};
  for (; row.rounds < Rounds(1, 3); ++row.rounds) {
    REQUIRE(load.WaitForAnswers(seconds(30)));
    gate->Stall();
    CHECK_FALSE(load.WaitForAnswers(seconds(10)));
    // Nobody computes for callers who have left: the workers have come back.
    CHECK(Eventually(seconds(10), [&] {
      return suite.metric("profile-service", "clientele_executor_running", "unary") <= 4;
    }));
    gate->Pass();
    const auto passed = Clock::now();
    REQUIRE(load.WaitForAnswers(seconds(30)));
    row.recovery = std::max(*row.recovery, Since(passed));
  }
  Conclude(suite, load, row);
}

}  // namespace
}  // namespace clientele::testing
