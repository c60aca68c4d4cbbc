// kill -9 of each service at random points, while events are imported, questions asked and
// models trained: what was acknowledged is there once, whatever is sent again is taken once,
// followers go on from their cursors, and no half-written bundle is ever served.

#include <chrono>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "tests/e2e/faults/load.h"
#include "tests/e2e/faults/settle.h"
#include "tests/support/paths.h"
#include "tests/support/reliability.h"
#include "tests/support/suite.h"
#include "tests/support/test_database.h"

namespace clientele::testing {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

// What a handle would take for a version, in the folder of the bundle that is trained.
std::vector<fs::path> PublishedVersions(const Suite& suite) {
  std::vector<fs::path> versions;
  const fs::path folder = fs::path(suite.model_dir()) / "factorization";
  if (!fs::exists(folder)) return versions;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (!entry.path().filename().string().starts_with(".")) versions.push_back(entry.path());
  }
  return versions;
}

TEST_CASE("kill -9 of each service at random points loses and doubles nothing") {
  const TestDatabase database = Suite::Database();
  Suite suite(SuiteOptions{.conninfo = database.conninfo(),
                           .flags = {{"recommend-service", {"--training_lease", "2s"}}}});
  REQUIRE(
      suite.Clientele({"import", "articles", Suite::SampleFolder() + "/articles.csv"}).exit_code ==
      0);
  const unsigned seed = std::random_device()();
  INFO("seed " << seed);
  std::mt19937 random(seed);

  Load load(suite.gateway(), {.writers = 3, .trainers = 1});
  load.Start();
  ReliabilityRow row{.fault = "kill -9 of a service under load",
                     .recovery = milliseconds(0),
                     .test = "e2e.kill_test"};
  const std::vector<std::string> victims = suite.processes();
  for (; row.rounds < Rounds(5, 60); ++row.rounds) {
    const std::string victim = victims[static_cast<std::size_t>(row.rounds) % victims.size()];
    load.WaitForAnswers(milliseconds(std::uniform_int_distribution<int>(0, 1500)(random)));
    suite.Kill(victim);
    const auto killed = Clock::now();
    suite.Launch(victim);
    INFO("round " << row.rounds << ", killed " << victim << "; its log:\n" << suite.log(victim));
    REQUIRE(load.WaitForAnswers(std::chrono::seconds(60)));
    row.recovery =
        std::max(*row.recovery, std::chrono::duration_cast<milliseconds>(Clock::now() - killed));
  }
  Settle(load, suite.gateway(), row);

  // Every version that appeared is whole, and none was ever refused.
  const std::vector<fs::path> versions = PublishedVersions(suite);
  CHECK_FALSE(versions.empty());
  for (const fs::path& version : versions) {
    const CommandResult verified =
        RunCommand({clientele::testing::BinDir() + "/clientele-models", "verify", version.string(),
                    "--public_key", Suite::PublicKeyFile()});
    INFO(verified.output);
    CHECK(verified.exit_code == 0);
  }
  for (const std::string& process : suite.processes()) {
    CHECK(suite.log(process).find("\"event\":\"model_rejected\"") == std::string::npos);
  }
  Record(row);
}

}  // namespace
}  // namespace clientele::testing
