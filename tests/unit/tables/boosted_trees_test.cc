#include "common/training/trees/boosted_trees.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include "absl/strings/match.h"

#include "common/frame/split.h"
#include "common/training/trees/xgboost_session.h"

namespace clientele::training {
namespace {

using Catch::Approx;

constexpr double kNone = frame::kMissingNumber;

// A number, a number with gaps, a category of 80 (more than are split one by one).
frame::RowMatrix MixedRows(std::size_t count, std::vector<double>& labels) {
  frame::RowMatrix rows{.fields = {{"age", 0}, {"spent", 0}, {"city", 82}}, .rows = count};
  std::mt19937 random(4);
  std::normal_distribution<double> normal;
  for (std::size_t i = 0; i < count; ++i) {
    const double age = normal(random);
    const bool gap = random() % 5 == 0;
    const double spent = gap ? kNone : normal(random);
    const double city = 2 + static_cast<double>(random() % 80);
    rows.values.insert(rows.values.end(), {age, spent, random() % 9 == 0 ? kNone : city});
    const double margin = age + (gap ? 1.5 : spent) + (static_cast<int>(city) % 3 == 0 ? 1 : -1);
    labels.push_back(margin + normal(random) > 0 ? 1 : 0);
  }
  return rows;
}

TEST_CASE("the imported trees say what XGBoost says, with gaps and categories") {
  std::vector<double> labels;
  const frame::RowMatrix rows = MixedRows(600, labels);
  const BoostedTreesOptions options{.rounds = 40, .max_depth = 5, .seed = 3};
  const auto trained = TrainBoostedTrees(rows, labels, options);
  INFO(trained.status());
  REQUIRE(trained.ok());
  CHECK(trained->ensemble.trees.size() == 40);
  CHECK(trained->ensemble.features == std::vector<std::string>{"age", "spent", "city"});
  // The library itself, on the model that it saved.
  const std::vector<double> margins = MarginsOf(trained->ensemble, rows);
  const auto data = XgboostMatrix::Create(rows, labels);
  REQUIRE(data.ok());
  auto session = XgboostSession::Create({&*data}, {{"objective", "binary:logistic"},
                                                   {"tree_method", "hist"},
                                                   {"eta", "0.05"},
                                                   {"max_depth", "5"},
                                                   {"subsample", "0.8"},
                                                   {"colsample_bynode", "0.8"},
                                                   {"max_cat_to_onehot", "64"},
                                                   {"seed", "3"},
                                                   {"nthread", "1"},
                                                   {"verbosity", "0"}});
  REQUIRE(session.ok());
  for (int round = 0; round < 40; ++round) REQUIRE(session->Update(round, *data).ok());
  const auto theirs = session->Margins(*data);
  REQUIRE(theirs.ok());
  REQUIRE(theirs->size() == margins.size());
  double largest = 0;
  for (const float margin : *theirs) largest = std::max(largest, std::abs(double{margin}));
  for (std::size_t i = 0; i < margins.size(); ++i) {
    CHECK(std::abs(margins[i] - (*theirs)[i]) <= 2e-6 * largest);
  }
}

TEST_CASE("a monotone constraint holds for any other values of the row") {
  std::vector<double> labels;
  const frame::RowMatrix rows = MixedRows(500, labels);
  // Against the data: the margin must not rise with the age.
  const auto trained =
      TrainBoostedTrees(rows, labels, {.rounds = 60, .max_depth = 4, .monotone = {-1, 0, 0}});
  REQUIRE(trained.ok());
  for (std::size_t row = 0; row < 50; ++row) {
    frame::RowMatrix ages{.fields = rows.fields, .rows = 40};
    for (int step = 0; step < 40; ++step) {
      ages.values.insert(ages.values.end(),
                         {-2.0 + 0.1 * step, rows.Row(row)[1], rows.Row(row)[2]});
    }
    const std::vector<double> margins = MarginsOf(trained->ensemble, ages);
    CHECK(std::is_sorted(margins.rbegin(), margins.rend()));
  }
}

TEST_CASE("cross-validation stops where noise would be learned, and validates every row once") {
  std::vector<double> labels;
  const frame::RowMatrix rows = MixedRows(500, labels);
  const std::vector<std::int64_t> strata(labels.begin(), labels.end());
  const auto folds = frame::KFold(rows.rows, 4, 1, strata);
  REQUIRE(folds.ok());
  const BoostedTreesOptions options{.rounds = 1000, .patience = 20, .learning_rate = 0.3};
  const auto cv = CrossValidate(rows, labels, *folds, options);
  INFO(cv.status());
  REQUIRE(cv.ok());
  CHECK(cv->rounds >= 1);
  CHECK(cv->rounds < 200);
  // The mean over the folds, as the library measures it, is that of the margins given back.
  double loss = 0;
  for (const frame::Split& fold : *folds) {
    double sum = 0;
    for (const std::size_t row : fold.validation) {
      const double p = 1 / (1 + std::exp(-cv->margins[row]));
      sum -= std::log(labels[row] == 1 ? p : 1 - p);
    }
    loss += sum / static_cast<double>(fold.validation.size()) / 4;
  }
  CHECK(cv->loss == Approx(loss).epsilon(1e-5));
}

TEST_CASE("classes and amounts are learned too") {
  std::vector<double> unused;
  const frame::RowMatrix rows = MixedRows(400, unused);
  std::vector<double> classes;
  std::vector<double> amounts;
  for (std::size_t i = 0; i < rows.rows; ++i) {
    const double age = rows.Row(i)[0];
    classes.push_back(age < -0.5 ? 0 : age < 0.5 ? 1 : 2);
    amounts.push_back(10 * age);
  }
  const auto by_class = TrainBoostedTrees(
      rows, classes, {.objective = TreeObjective::kClasses, .classes = 3, .rounds = 30});
  REQUIRE(by_class.ok());
  const std::vector<double> margins = MarginsOf(by_class->ensemble, rows);
  REQUIRE(margins.size() == 3 * rows.rows);
  int right = 0;
  for (std::size_t i = 0; i < rows.rows; ++i) {
    const double* of_row = margins.data() + 3 * i;
    right += std::max_element(of_row, of_row + 3) - of_row == static_cast<long>(classes[i]);
  }
  CHECK(right > 380);
  const auto by_amount =
      TrainBoostedTrees(rows, amounts, {.objective = TreeObjective::kRegression, .rounds = 200});
  REQUIRE(by_amount.ok());
  CHECK(MarginsOf(by_amount->ensemble, rows)[7] == Approx(amounts[7]).margin(1.5));
}

TEST_CASE("what trees cannot learn from is refused in a sentence") {
  std::vector<double> labels;
  frame::RowMatrix rows = MixedRows(50, labels);
  const auto error = [&](const BoostedTreesOptions& options) {
    return std::string(TrainBoostedTrees(rows, labels, options).status().message());
  };
  CHECK(absl::StrContains(error({.monotone = {0, 0, 1}}), "'city' is categorical"));
  CHECK(absl::StrContains(error({.monotone = {1}}), "for each field"));
  CHECK(absl::StrContains(error({.rounds = 0}), "1 round"));
  CHECK(absl::StrContains(error({.max_depth = 99}), "depth"));
  CHECK(absl::StrContains(error({.objective = TreeObjective::kClasses, .classes = 1}), "labels"));
  labels[0] = 7;
  CHECK(absl::StrContains(error({}), "0 and 1"));
  labels.assign(50, 1);
  CHECK(absl::StrContains(error({}), "same in every row"));
  rows.values[0] = HUGE_VAL;
  CHECK(absl::StrContains(error({}), "float32"));
  CHECK_FALSE(TrainBoostedTrees({}, {}, {}).ok());
}

}  // namespace
}  // namespace clientele::training
