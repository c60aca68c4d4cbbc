#include "services/recommend-service/training/candidates/ranking_experiment.h"

#include <string>
#include <vector>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include "services/recommend-service/training/candidates/candidate_families.h"
#include "tests/unit/recommend_families/random_interactions.h"

namespace clientele::recommend {
namespace {

using Catch::Approx;

InteractionLog LogOf(const SparseMatrix& matrix) {
  InteractionLog log;
  for (std::int64_t u = 0; u < matrix.rows; ++u) log.customers.push_back(std::to_string(u));
  for (std::int64_t i = 0; i < matrix.columns; ++i) log.items.push_back(std::to_string(i));
  for (std::int64_t u = 0; u < matrix.rows; ++u) {
    for (const std::int32_t item : matrix.Columns(u)) {
      log.rows.push_back(
          {static_cast<std::int32_t>(u), item, 1, static_cast<double>((u * 31 + item * 17) % 101)});
    }
  }
  return log;
}

TEST_CASE("every family that learns beats popularity where customers have kinds") {
  const InteractionLog log = LogOf(RandomInteractions(150, 60, 3, 0.4, 0.2, 6));
  const auto splits = SplitRows(log, {.training_share = 0.75, .seed = 2});
  REQUIRE(splits.ok());
  std::vector<double> ndcg;
  for (const std::string& name : CandidateFamilyNames()) {
    // It learns orders, of which there is none here: sequence_training_test.cc.
    if (name == "sequence") continue;
    const auto experiment =
        RunRankingExperiment(log, splits->front(), {.algorithm = name, .protocol = {.seed = 2}});
    REQUIRE(experiment.ok());
    ndcg.push_back(experiment->report.ndcg);
  }
  for (std::size_t family = 0; family + 1 < ndcg.size(); ++family) {
    CHECK(ndcg[family] > 1.3 * ndcg.back());
  }
}

TEST_CASE("the same seed gives the same figures, whatever the number of threads") {
  const InteractionLog log = LogOf(RandomInteractions(80, 40, 3, 0.4, 0.3, 7));
  const auto splits = SplitRows(log, {.training_share = 0.75, .seed = 4});
  REQUIRE(splits.ok());
  const auto run = [&](int threads) {
    return RunRankingExperiment(
        log, splits->front(), {.algorithm = "blend", .protocol = {.seed = 4}, .threads = threads});
  };
  const auto one = run(1), two = run(2);
  REQUIRE(one.ok());
  REQUIRE(two.ok());
  CHECK(one->report.ndcg == two->report.ndcg);
  CHECK(one->choice == two->choice);
}

TEST_CASE("a blend hears the order of a ring where what is held out came last, and only there") {
  InteractionLog log;
  constexpr int kRing = 24;
  for (int i = 0; i < kRing; ++i) log.items.push_back(std::to_string(i));
  for (int u = 0; u < 150; ++u) {
    log.customers.push_back(std::to_string(u));
    for (int step = 0; step < 6; ++step) {
      log.rows.push_back({u, (u * 7 + step) % kRing, 1, static_cast<double>(step)});
    }
  }
  const auto choice = [&](const Protocol& protocol) {
    const auto splits = SplitRows(log, protocol);
    REQUIRE(splits.ok());
    const auto experiment =
        RunRankingExperiment(log, splits->front(), {.algorithm = "blend", .protocol = protocol});
    REQUIRE(experiment.ok());
    return experiment->choice;
  };
  CHECK(choice({.kind = ProtocolKind::kLeaveLast}).find("sequence(") != std::string::npos);
  CHECK(choice({.training_share = 0.75, .seed = 3}).find("sequence(") == std::string::npos);
}

TEST_CASE("held-out items and customers that the training lacks stay in the measurement") {
  InteractionLog log;
  log.customers = {"a", "b", "c"};
  log.items = {"x", "y", "z"};
  log.rows = {{0, 0}, {1, 0}, {1, 1}, {0, 2}, {2, 0}};
  const frame::Split split{{0, 1, 2}, {3, 4}};
  const auto experiment = RunRankingExperiment(log, split, {.algorithm = "popularity"});
  REQUIRE(experiment.ok());
  CHECK(experiment->candidate_items == 2);
  CHECK(experiment->unseen_item_rows == 1);
  CHECK(experiment->unseen_customers == 1);
  CHECK(experiment->report.customers == 2);
  // Customer a misses the unseen item; customer c gets the most popular one.
  CHECK(experiment->report.ndcg == Approx(0.5));
}

TEST_CASE("one customer, one item and protocols that leave no inner part still give figures") {
  InteractionLog log;
  log.customers = {"a", "b"};
  log.items = {"x"};
  log.rows = {{0, 0}, {1, 0}};
  for (const std::string& name : CandidateFamilyNames()) {
    const auto experiment = RunRankingExperiment(
        log, {{0}, {1}}, {.algorithm = name, .protocol = {.kind = ProtocolKind::kLeaveLast}});
    REQUIRE(experiment.ok());
    CHECK(experiment->report.ndcg == Approx(1));
  }
  CHECK(!RunRankingExperiment(log, {{0}, {1}}, {.algorithm = "magic"}).ok());
  CHECK(!RunRankingExperiment(log, {{0}, {1}}, {.k = 0}).ok());
  CHECK(!RunRankingExperiment(log, {{0, 1}, {}}, {}).ok());
}

}  // namespace
}  // namespace clientele::recommend
