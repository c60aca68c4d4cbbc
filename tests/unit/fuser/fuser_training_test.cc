#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include <ATen/ATen.h>

#include "common/inference/bundle/model_bundle.h"
#include "common/inference/torchscript/torchscript_runner.h"
#include "common/training/seeds.h"
#include "services/profile-service/training/fuser/fuser_bundle.h"
#include "services/profile-service/training/fuser/fuser_heads.h"
#include "services/profile-service/training/fuser/fuser_network.h"
#include "tests/support/catch_with_torch.h"
#include "tests/support/temporary_folder.h"

namespace clientele::profile {
namespace {

// Two kinds of customers: the texts and pictures of each point another way, and so does what they
// do next.
FuserExamples TwoKinds(std::int64_t count) {
  const at::Tensor kind = at::arange(count, at::kLong) % 2;
  const at::Tensor sign = (kind.to(at::kFloat) * 2 - 1).unsqueeze(1);
  const auto unit = [](const at::Tensor& rows) { return rows / rows.norm(2, 1, true); };
  FuserExamples examples;
  examples.behavior = at::randn({count, static_cast<std::int64_t>(kBehaviorFeatures)});
  examples.text = unit(sign * at::ones({1, 6}) + 0.3 * at::randn({count, 6}));
  examples.image = unit(sign * at::ones({1, 5}) + 0.3 * at::randn({count, 5}));
  examples.present = at::ones({count, 3});
  examples.targets = at::one_hot(kind, 2).to(at::kFloat);
  examples.companies = at::ones({count, 2});
  examples.churn = at::full({count}, -1.0);
  examples.categories =
      unit(at::tensor(std::vector<float>{1, 1, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0}).reshape({2, 6}));
  return examples;
}

TEST_CASE("a vector of any part tells what customers do next, as the parts were seen together") {
  const training::RandomSource random(7);
  const FuserExamples examples = TwoKinds(256);
  const auto network =
      TrainFuserNetwork(examples, {.width = 8, .hidden = 8, .epochs = 20, .batch = 32, .seed = 3});
  INFO(network.status());
  REQUIRE(network.ok());
  const FuserExamples others = TwoKinds(64);
  for (const std::vector<float>& mask :
       {std::vector<float>{0, 1, 0}, std::vector<float>{0, 0, 1}}) {
    const auto score = EvaluateNextCategory(*network, examples, others, at::tensor(mask));
    REQUIRE(score.ok());
    CHECK(score->customers == 64);
    CHECK(score->hit > 0.95);
    CHECK(score->hit_popular <= 0.5);
  }
}

// Customers who bought lately buy again; a tenth does otherwise.
std::vector<PastCustomer> LatelyAndLongAgo(int count) {
  std::vector<PastCustomer> past;
  for (int i = 0; i < count; ++i) {
    const bool lately = i % 2 == 0;
    PastCustomer customer{
        .customer = static_cast<std::size_t>(i), .behavior = {}, .texts = {}, .categories = {}};
    const double days = (lately ? 5 : 100) + i % 20;
    customer.behavior[BehaviorFeature::kPurchaseRecencyDays] = static_cast<float>(std::log1p(days));
    customer.behavior[BehaviorFeature::kTenureDays] = static_cast<float>(std::log1p(200.0));
    customer.behavior[BehaviorFeature::kMonetaryNet] =
        static_cast<float>(std::log1p(10.0 + i % 50));
    customer.bought_before = true;
    customer.bought = lately != (i % 10 == 3 || i % 10 == 4);
    customer.spent = customer.bought ? 10 + i % 50 : 0;
    past.push_back(customer);
  }
  return past;
}

TEST_CASE("scores are learned by looking back, and a bundle tells them beside its vector") {
  const std::vector<PastCustomer> past = LatelyAndLongAgo(600);
  std::vector<ScoredPast> rows;
  for (const PastCustomer& customer : past) rows.push_back({.company = 0, .past = &customer});
  const auto heads = TrainHeads(
      rows, 90,
      {.features = {BehaviorFeature::kPurchaseRecencyDays, BehaviorFeature::kMonetaryNet}});
  INFO(heads.status());
  REQUIRE(heads.ok());
  CHECK(heads->churn_scores[heads->churn_chosen].auc > 0.75);
  CHECK(heads->value_mae < heads->spent_as_before_mae + 10);
  const auto told = EvaluateHeads(*heads, rows);
  REQUIRE(told.ok());
  CHECK(told->calibration_error < 0.1);

  const training::RandomSource random(7);
  const auto network =
      TrainFuserNetwork(TwoKinds(64), {.width = 8, .hidden = 8, .epochs = 1, .batch = 32});
  REQUIRE(network.ok());
  const clientele::testing::TemporaryFolder folder;
  const auto written = WriteFuserBundle(*network, *heads,
                                        {.out = folder.path(),
                                         .name = "fuser",
                                         .version = "1",
                                         .license = "Apache-2.0",
                                         .typical = past[0].behavior});
  INFO(written.status());
  REQUIRE(written.ok());
  const auto bundle = inference::ModelBundle::OpenUnsigned(*written);
  REQUIRE(bundle.ok());
  CHECK(bundle->manifest().settings().at("scores") == "churn,value");
  const auto runner = inference::TorchScriptRunner::Load(*bundle, {});
  REQUIRE(runner.ok());
  at::Tensor behavior = at::zeros({2, static_cast<std::int64_t>(kBehaviorFeatures)});
  for (std::int64_t row = 0; row < 2; ++row) {
    const PastCustomer& customer = past[static_cast<std::size_t>(row)];
    std::copy(customer.behavior.begin(), customer.behavior.end(), behavior[row].data_ptr<float>());
  }
  const auto outputs =
      (*runner)->Run("forward", {behavior, at::zeros({2, 6}), at::zeros({2, 5}),
                                 at::tensor(std::vector<float>{1, 0, 0, 1, 0, 0}).reshape({2, 3})});
  INFO(outputs.status());
  REQUIRE(outputs.ok());
  const at::Tensor scores = (*outputs)[1];
  // Who bought lately is likely to buy again, and to spend.
  CHECK(scores[0][0].item<float>() < 0.4F);
  CHECK(scores[1][0].item<float>() > 0.6F);
  CHECK(scores[0][1].item<float>() > scores[1][1].item<float>());
  const at::Tensor lengths = (*outputs)[0].norm(2, 1);
  CHECK(at::allclose(lengths, at::ones({2})));
}

}  // namespace
}  // namespace clientele::profile
