#include "services/recommend-service/training/click_evaluation.h"

#include <random>
#include <string>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include "absl/strings/match.h"

#include "services/recommend-service/training/click_model.h"
#include "tests/support/temporary_folder.h"

namespace clientele::recommend {
namespace {

using clientele::testing::TemporaryFolder;

std::string Impressions(int rows, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::string csv = "hour,device,junk,clicked\n";
  for (int i = 0; i < rows; ++i) {
    const int hour = static_cast<int>(random() % 24);
    const bool phone = random() % 2 == 0;
    const int chance = (hour > 17 ? 70 : 20) + (phone ? 15 : 0);
    csv += std::to_string(hour) + (phone ? ",phone," : ",desk,") + std::to_string(random() % 9) +
           (static_cast<int>(random() % 100) < chance ? ",1\n" : ",0\n");
  }
  return csv;
}

ClickEvaluationOptions Options(const std::filesystem::path& csv, ClickAlgorithm algorithm) {
  ClickEvaluationOptions options{
      .table = {.csv = csv, .label = "clicked", .categorical = {"device"}, .numeric = {"hour"}}};
  options.families.algorithm = algorithm;
  options.folds = 3;
  options.families.members = 1;
  return options;
}

TEST_CASE("each algorithm finds when people click, on folds and on a test file") {
  const TemporaryFolder folder;
  const auto csv = folder.Write("a.csv", Impressions(600, 1));
  for (const auto algorithm :
       {ClickAlgorithm::kDeepFm, ClickAlgorithm::kTrees, ClickAlgorithm::kBlend}) {
    auto options = Options(csv, algorithm);
    const auto folds = EvaluateClicks(options);
    INFO(folds.status());
    REQUIRE(folds.ok());
    CHECK(folds->folds.size() == 3);
    CHECK(folds->auc > 0.68);
    CHECK(folds->logloss < 0.66);
    CHECK(folds->auc ==
          Catch::Approx((folds->folds[0].auc + folds->folds[1].auc + folds->folds[2].auc) / 3));
    options.test = folder.Write("b.csv", Impressions(300, 2));
    const auto test = EvaluateClicks(options);
    INFO(test.status());
    REQUIRE(test.ok());
    CHECK(test->auc > 0.65);
  }
}

TEST_CASE("a category of the test file alone is no error, a missing column is") {
  const TemporaryFolder folder;
  auto options = Options(folder.Write("a.csv", Impressions(300, 1)), ClickAlgorithm::kDeepFm);
  options.test = folder.Write("b.csv", "device,clicked,hour\nwatch,1,20\ntv,0,\n");
  CHECK(EvaluateClicks(options).ok());
  options.test = folder.Write("c.csv", "device,clicked\nwatch,1\ntv,0\n");
  CHECK(absl::StrContains(EvaluateClicks(options).status().message(), "hour"));
  options.test = folder.Write("d.csv", "device,clicked,hour\nwatch,0,20\ntv,0,3\n");
  CHECK(absl::StrContains(EvaluateClicks(options).status().message(), "same in every row"));
}

TEST_CASE("the members of several seeds are one bundle that is their mean, calibrated") {
  const TemporaryFolder folder;
  const auto table = folder.Write("a.csv", Impressions(400, 1));
  const auto model =
      TrainClickModel({.table = {.csv = table, .label = "clicked"},
                       .families = {.algorithm = ClickAlgorithm::kDeepFm, .members = 2},
                       .bundle = {.out = folder.path() / "models", .name = "clicks"}});
  INFO(model.status());
  REQUIRE(model.ok());
  CHECK(model->kept.name == "deepfm");
  CHECK(model->kept.auc > 0.65);
  const auto bundle = training::OpenTableBundle(model->folder);
  REQUIRE(bundle.ok());
  const double weight = bundle->module.attr("weight0").toDouble();
  CHECK(weight > 0);
  CHECK(bundle->module.attr("weight1").toDouble() == weight);
  CHECK_FALSE(bundle->module.hasattr("weight2"));
}

}  // namespace
}  // namespace clientele::recommend
