#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <ATen/ATen.h>

#include "common/inference/bundle/model_bundle.h"
#include "common/inference/torchscript/torchscript_runner.h"
#include "services/profile-service/core/profiles/fuser_settings.h"
#include "services/profile-service/model/fuser_features.h"
#include "services/profile-service/training/churn_model.h"
#include "tests/support/catch_with_torch.h"
#include "tests/support/paths.h"
#include "tests/support/temporary_folder.h"

namespace clientele::profile {
namespace {

namespace fs = std::filesystem;

fs::path Box() { return fs::path(clientele::testing::SourceDir()) / "deploy/models"; }

struct BoxFuser {
  std::unique_ptr<inference::ModelBundle> bundle;
  std::unique_ptr<inference::TorchScriptRunner> runner;
  FuserFeatures features;

  std::int64_t width(int input) const { return bundle->manifest().inputs(input).shape(1); }
  // Scores of customers by their behavior; `present` says which parts are given, texts and pictures
  // being waves.
  std::vector<at::Tensor> Fuse(const std::vector<BehaviorVector>& customers,
                               const at::Tensor& present) const {
    const auto rows = static_cast<std::int64_t>(customers.size());
    at::Tensor behavior = at::zeros({rows, width(0)});
    for (std::int64_t row = 0; row < rows; ++row) {
      float* cell = behavior[row].data_ptr<float>();
      for (const BehaviorFeature feature : features.order) {
        *cell++ = customers[static_cast<std::size_t>(row)][feature];
      }
    }
    const auto wave = [&](std::int64_t columns) {
      const at::Tensor drawn =
          at::sin(at::arange(rows * columns, at::kFloat)).reshape({rows, columns});
      return at::Tensor(drawn / drawn.norm(2, 1, true));
    };
    auto outputs = runner->Run("forward", {behavior, wave(width(1)), wave(width(2)), present});
    INFO(outputs.status());
    REQUIRE(outputs.ok());
    return *std::move(outputs);
  }
};

BoxFuser OpenBoxFuser() {
  auto bundle = inference::ModelBundle::OpenUnsigned(Box() / "clientele-fuser/1");
  INFO(bundle.status());
  REQUIRE(bundle.ok());
  BoxFuser box;
  box.bundle = std::make_unique<inference::ModelBundle>(*std::move(bundle));
  auto runner = inference::TorchScriptRunner::Load(*box.bundle, {});
  REQUIRE(runner.ok());
  box.runner = *std::move(runner);
  auto features = FuserFeaturesOf(box.bundle->manifest());
  INFO(features.status());
  REQUIRE(features.ok());
  box.features = *std::move(features);
  return box;
}

void Set(BehaviorVector& behavior, BehaviorFeature feature, double value) {
  behavior[feature] = static_cast<float>(std::log1p(value));
}

TEST_CASE(
    "the fuser in the box takes vectors of the encoders in the box, and names what it reads") {
  const BoxFuser box = OpenBoxFuser();
  for (const auto& [encoder, input] :
       {std::pair<const char*, int>{"clientele-encoder/1", 1}, {"clientele-vision/1", 2}}) {
    const auto bundle = inference::ModelBundle::OpenUnsigned(Box() / encoder);
    REQUIRE(bundle.ok());
    CHECK(bundle->manifest().outputs(0).shape(1) == box.width(input));
  }
  CHECK(box.bundle->manifest().settings().contains(kFeatureNamesSetting));
  const auto scores = FuserScoresOf(box.bundle->manifest());
  REQUIRE(scores.ok());
  CHECK(*scores == std::vector<std::string>{"churn", "value"});
}

TEST_CASE("the fuser in the box expects less of who has not bought for long") {
  const BoxFuser box = OpenBoxFuser();
  BehaviorVector lately = box.features.typical;
  Set(lately, BehaviorFeature::kTenureDays, 300);
  Set(lately, BehaviorFeature::kPurchaseDays, 8);
  Set(lately, BehaviorFeature::kPurchaseRecencyDays, 5);
  BehaviorVector long_ago = lately;
  Set(long_ago, BehaviorFeature::kPurchaseRecencyDays, 250);
  const at::Tensor scores = box.Fuse({lately, long_ago}, at::ones({2, 3}))[1];
  CHECK(scores[0][0].item<float>() + 0.2F < scores[1][0].item<float>());
  CHECK(scores[0][1].item<float>() > scores[1][1].item<float>());
  CHECK((scores.select(1, 0).min().item<float>() >= 0));
  CHECK((scores.select(1, 0).max().item<float>() <= 1));
}

TEST_CASE("a vector of the box's fuser is of the parts that are known, whatever stands beside it") {
  const BoxFuser box = OpenBoxFuser();
  const BehaviorVector typical = box.features.typical;
  const at::Tensor present =
      at::tensor(std::vector<float>{1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0}).reshape({4, 3});
  const at::Tensor fused = box.Fuse({typical, typical, typical, typical}, present)[0];
  CHECK(at::allclose(fused.slice(0, 0, 3).norm(2, 1), at::ones({3})));
  CHECK(fused[3].abs().max().item<float>() == 0);
  const at::Tensor alone = box.Fuse({typical}, present.slice(0, 0, 1))[0];
  CHECK(at::allclose(alone[0], fused[0], 1e-4, 1e-5));
}

// As many rows as an explanation leaves out: one call against one for each.
TEST_CASE("how long it takes to leave parts out", "[.speed]") {
  const BoxFuser box = OpenBoxFuser();
  const std::vector<BehaviorVector> rows(27, box.features.typical);
  const at::Tensor present = at::ones({27, 3});
  const auto median = [&](const auto& work) {
    std::vector<double> times;
    for (int i = 0; i < 41; ++i) {
      const auto begin = std::chrono::steady_clock::now();
      work();
      const auto took = std::chrono::steady_clock::now() - begin;
      times.push_back(std::chrono::duration<double, std::milli>(took).count());
    }
    std::nth_element(times.begin(), times.begin() + 20, times.end());
    return times[20];
  };
  const double together = median([&] { box.Fuse(rows, present); });
  const double apart = median([&] {
    for (const BehaviorVector& row : rows) box.Fuse({row}, present.slice(0, 0, 1));
  });
  WARN("27 rows in one call " << together << " ms, in 27 calls " << apart << " ms");
  CHECK(together < apart);
}

TEST_CASE("the churn model in the box tells who stays of a table like its own") {
  const clientele::testing::TemporaryFolder folder;
  const std::string header =
      "customerID,gender,SeniorCitizen,Partner,Dependents,tenure,PhoneService,MultipleLines,"
      "InternetService,OnlineSecurity,OnlineBackup,DeviceProtection,TechSupport,StreamingTV,"
      "StreamingMovies,Contract,PaperlessBilling,PaymentMethod,MonthlyCharges,TotalCharges,Churn\n";
  const auto csv = folder.Write(
      "customers.csv",
      header +
          "A,Female,0,No,No,1,Yes,No,Fiber optic,No,No,No,No,Yes,Yes,Month-to-month,Yes,"
          "Electronic check,95.5,95.5,Yes\n"
          "B,Male,1,No,No,3,Yes,Yes,Fiber optic,No,No,No,No,Yes,No,Month-to-month,Yes,"
          "Electronic check,89.9,260.1,Yes\n"
          "C,Female,0,Yes,Yes,70,Yes,No,DSL,Yes,Yes,Yes,Yes,No,No,Two year,No,"
          "Credit card (automatic),62.4,4300.2,No\n"
          "D,Male,0,Yes,No,60,Yes,No,No,No internet service,No internet service,"
          "No internet service,No internet service,No internet service,No internet service,"
          "Two year,No,Mailed check,20.1,1201,No\n");
  const auto score = EvaluateChurn(Box() / "clientele-churn/1",
                                   {.csv = csv, .label = "Churn", .ignored = {"customerID"}}, "");
  INFO(score.status());
  REQUIRE(score.ok());
  CHECK(score->auc == 1);
}

}  // namespace
}  // namespace clientele::profile
