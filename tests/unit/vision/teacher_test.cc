#include "services/profile-service/training/vision/teacher.h"

#include <string>
#include <vector>

#include <ATen/ATen.h>
#include <catch2/catch_approx.hpp>

#include "absl/strings/match.h"

#include "common/modeling/checkpoint/safetensors.h"
#include "common/modeling/checkpoint/tensor_bytes.h"
#include "services/profile-service/training/vision/distillation.h"
#include "tests/support/catch_with_torch.h"
#include "tests/support/temporary_folder.h"

namespace clientele::profile {
namespace {

using clientele::testing::TemporaryFolder;

std::filesystem::path Put(const TemporaryFolder& folder, const std::string& name,
                          const at::Tensor& features) {
  const std::filesystem::path path = folder.path() / "features.safetensors";
  modeling::TensorViews views;
  views.emplace(name, *modeling::ViewOf(features));
  REQUIRE(modeling::WriteSafetensors(path, views).ok());
  return path;
}

TEST_CASE("features come in the order of the pictures, each column scaled") {
  const TemporaryFolder folder;
  const at::Tensor features =
      at::tensor({1.0F, 7.0F, 2.0F, 7.0F, 9.0F, 7.0F, 3.0F, 7.0F}).view({4, 2});
  const auto file = Put(folder, "features_mean", features.to(at::kHalf));
  folder.Write("names.txt", "a/1.jpg\na/2.jpg\nunused/9.jpg\nb/3.jpg\n");
  const std::vector<std::string> pictures = {"b/3.jpg", "a/1.jpg", "a/2.jpg"};
  const auto read = ReadTeacherFeatures(file, folder.path() / "names.txt", pictures);
  INFO(read.status());
  REQUIRE(read.ok());
  // 3, 1, 2: mean 2, deviation sqrt(2/3). The other column says nothing.
  CHECK((*read)[0][0].item<double>() == Catch::Approx(1.224745).epsilon(1e-4));
  CHECK((*read)[1][0].item<double>() == Catch::Approx(-1.224745).epsilon(1e-4));
  CHECK((*read)[2][0].item<double>() == Catch::Approx(0).margin(1e-5));
  CHECK((*read)[0][1].item<double>() == Catch::Approx(0).margin(1e-5));
}

TEST_CASE("a teacher's file that does not fit is refused by what is wrong") {
  const TemporaryFolder folder;
  const auto file = Put(folder, "features", at::ones({2, 3}));
  const auto failure = [&](const std::string& names, const std::string& picture) {
    folder.Write("names.txt", names);
    const std::vector<std::string> pictures = {picture};
    const auto read = ReadTeacherFeatures(file, folder.path() / "names.txt", pictures);
    REQUIRE_FALSE(read.ok());
    return std::string(read.status().message());
  };
  CHECK(absl::StrContains(failure("a/1.jpg\na/2.jpg\na/3.jpg\n", "a/1.jpg"), "3 names"));
  CHECK(absl::StrContains(failure("a/1.jpg\na/2.jpg\n", "a/7.jpg"), "a/7.jpg"));
  CHECK(absl::StrContains(failure("a/1.jpg\na/1.jpg\n", "a/1.jpg"), "twice"));
  const auto other = Put(folder, "something", at::ones({2, 3}));
  const std::vector<std::string> none;
  CHECK_FALSE(ReadTeacherFeatures(other, folder.path() / "names.txt", none).ok());
}

TEST_CASE("scores of a row come from regressions that never saw it") {
  // Two clusters; row 0 has the label of the other one.
  constexpr std::int64_t kRows = 60;
  at::Tensor features = at::zeros({kRows, 2});
  std::vector<int> classes;
  for (std::int64_t i = 0; i < kRows; ++i) {
    const int cluster = i % 2 == 0 ? 0 : 1;
    features[i][0] = cluster == 0 ? -1.0 : 1.0;
    features[i][1] = static_cast<double>(i % 7) / 7;
    classes.push_back(cluster);
  }
  classes[0] = 1;
  const at::Tensor scores = OutOfFoldScores(features, classes, 2, {.l2 = 0.1});
  const at::Tensor told = scores.argmax(1);
  for (std::int64_t i = 0; i < kRows; ++i) {
    CHECK(told[i].item<std::int64_t>() == (i % 2 == 0 ? 0 : 1));
  }
  // Its own label changes nothing of what is said of it.
  classes[0] = 0;
  const at::Tensor again = OutOfFoldScores(features, classes, 2, {.l2 = 0.1});
  CHECK((again[0] - scores[0]).abs().max().item<double>() < 1e-6);
  CHECK((again - scores).abs().max().item<double>() > 1e-3);
}

TEST_CASE("a softmax regression ends where its gradient vanishes") {
  at::Tensor features = at::zeros({40, 3});
  std::vector<int> classes;
  for (std::int64_t i = 0; i < 40; ++i) {
    for (std::int64_t j = 0; j < 3; ++j)
      features[i][j] = static_cast<double>((i * 7 + j * 5) % 11) / 5 - 1;
    classes.push_back(static_cast<int>((i * 3 + i / 5) % 3));
  }
  const at::Tensor targets = SmoothedLabels(classes, 3, 0.1);
  const at::Tensor weights = FitSoftmax(features, targets, 2, 200);
  REQUIRE(weights.sizes() == at::IntArrayRef({3, 4}));
  const at::Tensor slopes = weights.slice(1, 0, 3);
  const at::Tensor error =
      at::softmax(at::linear(features, slopes, weights.select(1, 3)), 1) - targets;
  CHECK((at::matmul(error.t(), features) + 2 * slopes).abs().max().item<double>() < 2e-2);
  CHECK(error.sum(0).abs().max().item<double>() < 2e-2);
}

TEST_CASE("a projection is the one that made the targets, and shrinks with the penalty") {
  const at::Tensor features =
      at::tensor({1.0F, 0.0F, 0.0F, 2.0F, -1.0F, 1.0F, 3.0F, 1.0F}).view({4, 2});
  const at::Tensor wanted = at::tensor({2.0F, -1.0F, 0.5F, 3.0F, 0.0F, 1.0F}).view({3, 2});
  const at::Tensor targets = at::linear(features, wanted) + 7;
  CHECK((FitProjection(features, targets, 1e-9) - wanted).abs().max().item<double>() < 1e-4);
  CHECK(FitProjection(features, targets, 1e9).abs().max().item<double>() < 1e-5);
}

}  // namespace
}  // namespace clientele::profile
