// SIGTERM under load, two replicas of everything: health turns NOT_SERVING first, callers go to
// the other replica, every accepted call is answered, and nobody notices.

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "common/rpc/channel.h"
#include "tests/e2e/faults/load.h"
#include "tests/e2e/faults/settle.h"
#include "tests/support/eventually.h"
#include "tests/support/process.h"
#include "tests/support/reliability.h"
#include "tests/support/suite.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/test_database.h"

namespace clientele::testing {
namespace {

using std::chrono::seconds;

constexpr seconds kMinReady(2);
constexpr std::size_t kReplicas = 2;

// A replica of every service before the second of any.
const std::string& InTurn(const std::vector<std::string>& processes, int round) {
  const std::size_t services = processes.size() / kReplicas;
  const auto turn = static_cast<std::size_t>(round);
  return processes[turn % services * kReplicas + turn / services % kReplicas];
}

// Stops every process in turn, `rounds` times in all, while callers go on.
void StopInTurns(int rounds, ReliabilityRow row) {
  const TestDatabase database = Suite::Database();
  const std::vector<std::string> lame_duck = {"--lame_duck", "500ms"};
  Suite suite(SuiteOptions{.conninfo = database.conninfo(),
                           .replicas = kReplicas,
                           .flags = {{"gateway-service", lame_duck},
                                     {"profile-service", lame_duck},
                                     {"qa-service", lame_duck},
                                     {"recommend-service", lame_duck}}});
  REQUIRE(
      suite.Clientele({"import", "articles", Suite::SampleFolder() + "/articles.csv"}).exit_code ==
      0);
  // As a service of the company calls: a channel over both gateways, whose calls wait for one.
  const auto channel =
      rpc::MakeChannel({.target = suite.target("gateway-service"), .wait_for_ready = true});
  Load load(channel, {.writers = 3, .readers = 2, .askers = 2, .recommenders = 2});
  load.Start();
  for (; row.rounds < rounds; ++row.rounds) {
    const std::string& process = InTurn(suite.processes(), row.rounds);
    INFO("stop " << row.rounds << " of " << process);
    REQUIRE(load.WaitForAnswers(seconds(30)));
    CHECK(suite.Terminate(process) == 0);
    REQUIRE(load.WaitForAnswers(seconds(30)));
    suite.Start(process);
    // As minReadySeconds does in a rollout: by then every caller has found the replica.
    CHECK_FALSE(Eventually(kMinReady, [] { return false; }));
    CHECK(suite.metric(process, "clientele_rpc_requests_total") > 0);
  }
  Settle(load, channel, row);
  for (const auto& [text, count] : load.failures()) {
    INFO(text << " x " << count);
    CHECK(count == 0);
    row.lost += count;
  }
  row.acknowledged = load.answered();
  Record(row);
}

TEST_CASE("stops under load lose no call: the other replica takes over") {
  StopInTurns(Rounds(8, 40),
              {.fault = "SIGTERM of a replica under load", .test = "e2e.drain_test"});
}

TEST_CASE("stops beside processes that take every core lose no call") {
  const TemporaryFolder folder;
  std::vector<Process> hogs;
  for (unsigned i = 0; i < std::thread::hardware_concurrency(); ++i) {
    hogs.emplace_back(std::vector<std::string>{"/bin/sh", "-c", "while :; do :; done"},
                      Environment(), folder.path() / ("hog" + std::to_string(i)));
  }
  StopInTurns(Rounds(4, 40), {.fault = "SIGTERM of a replica under load, every core taken",
                              .test = "e2e.drain_test"});
}

}  // namespace
}  // namespace clientele::testing
