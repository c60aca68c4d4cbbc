#include "services/recommend-service/training/ratings/rating_experiment.h"

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include "services/recommend-service/training/ratings/rating_families.h"

namespace clientele::recommend {
namespace {

using Catch::Approx;

InteractionLog RatedLog(std::vector<InteractionRow> rows, int customers, int items) {
  InteractionLog log;
  for (int u = 0; u < customers; ++u) log.customers.push_back(std::to_string(u));
  for (int i = 0; i < items; ++i) log.items.push_back(std::to_string(i));
  log.rows = std::move(rows);
  return log;
}

TEST_CASE("errors of the baseline are those computed by hand, unseen pairs among them") {
  // Trained on 5 and 1 of one customer: 3 + 2/6 and 3 - 2/6; everything unseen is 3.
  const InteractionLog log = RatedLog({{0, 0, 5}, {0, 1, 1}, {1, 0, 4}, {0, 2, 1}}, 2, 3);
  const auto folds = RunRatingExperiment(log, std::vector<frame::Split>{{{0, 1}, {2, 3}}},
                                         {.algorithm = "baseline"});
  REQUIRE(folds.ok());
  const double first = 4 - (3 + 2.0 / 6), second = 1 - 3;
  CHECK(folds->front().rmse == Approx(std::sqrt((first * first + second * second) / 2)));
  CHECK(folds->front().mae == Approx((std::abs(first) + std::abs(second)) / 2));
  CHECK(folds->front().unseen_rows == 2);
}

TEST_CASE("predictions stay within the ratings of the training") {
  const InteractionLog log = RatedLog({{0, 0, 2}, {1, 0, 2}, {0, 1, 1}, {1, 1, 5}}, 2, 2);
  const auto folds = RunRatingExperiment(log, std::vector<frame::Split>{{{0, 1, 2}, {3}}},
                                         {.algorithm = "baseline"});
  REQUIRE(folds.ok());
  CHECK(folds->front().rmse >= 3);
}

TEST_CASE("constant ratings, one customer and one item give figures with every family") {
  const InteractionLog log = RatedLog({{0, 0, 3}, {1, 0, 3}, {2, 0, 3}}, 3, 1);
  for (const std::string& name : RatingFamilyNames()) {
    const auto folds =
        RunRatingExperiment(log, std::vector<frame::Split>{{{0, 1}, {2}}}, {.algorithm = name});
    REQUIRE(folds.ok());
    CHECK(folds->front().rmse == 0);
    CHECK(folds->front().mae == 0);
  }
  CHECK(!RunRatingExperiment(log, std::vector<frame::Split>{{{0}, {}}}, {}).ok());
  CHECK(!RunRatingExperiment(log, {}, {.algorithm = "magic"}).ok());
}

}  // namespace
}  // namespace clientele::recommend
