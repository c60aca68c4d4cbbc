#include "services/profile-service/training/vision/picture_training.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

#include <ATen/ATen.h>
#include <catch2/catch_approx.hpp>

#include "common/evaluation/classification.h"
#include "common/training/named_tensors.h"
#include "services/profile-service/training/vision/distillation.h"
#include "services/profile-service/training/vision/picture_encoder.h"
#include "tests/support/catch_with_torch.h"
#include "tests/unit/vision/shapes.h"

namespace clientele::profile {
namespace {

PictureRecipe SmallRecipe() {
  PictureRecipe recipe;
  recipe.side = 32;
  recipe.epochs = 15;
  recipe.batch = 16;
  recipe.learning_rate = 1e-2;
  recipe.head_learning_rate = 5e-3;
  recipe.mixup = 0;
  recipe.average = 0.9;
  recipe.augmentation.min_area = 0.8;
  recipe.augmentation.erase = 0;
  return recipe;
}

torch::jit::Module SmallEncoder(const std::vector<std::string>& labels) {
  auto model = NewPictureEncoder({.stem = 4, .repeats = 1, .depthwise = false}, labels, 5);
  INFO(model.status());
  REQUIRE(model.ok());
  return model->module;
}

std::vector<std::size_t> AllRows(const PictureSet& set) {
  std::vector<std::size_t> rows(set.pictures.size());
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  return rows;
}

double AccuracyOn(const torch::jit::Module& module, const PictureSet& set) {
  const auto predicted = ClassifyPictures(module, set, AllRows(set), 32);
  REQUIRE(predicted.ok());
  return *evaluation::Accuracy(*predicted, set.classes);
}

TEST_CASE("shapes of random colors are told apart on pictures not trained on") {
  const PictureSet training = ColoredShapes(48, 1);
  const PictureSet others = ColoredShapes(30, 2);
  const torch::jit::Module module = SmallEncoder(training.labels);
  int said = 0;
  const absl::Status status = TrainPictureEncoder(
      module, training, AllRows(training), {}, SmallRecipe(), [&](absl::string_view) { ++said; });
  INFO(status);
  REQUIRE(status.ok());
  CHECK(said == 15);
  CHECK(AccuracyOn(module, others) > 0.8);
}

TEST_CASE("a teacher's chances alone teach the classes") {
  PictureSet training = ColoredShapes(48, 1);
  const PictureSet others = ColoredShapes(30, 2);
  PictureTeacher teacher;
  // The labels are hidden from the network: all are the first class.
  teacher.scores = 20 * SmoothedLabels(training.classes, 3, 0);
  teacher.features = SmoothedLabels(training.classes, 3, 0) - 1.0 / 3;
  std::fill(training.classes.begin(), training.classes.end(), 0);
  PictureRecipe recipe = SmallRecipe();
  recipe.teacher_share = 1;
  const torch::jit::Module module = SmallEncoder(training.labels);
  REQUIRE(TrainPictureEncoder(module, training, AllRows(training), teacher, recipe, {}).ok());
  CHECK(AccuracyOn(module, others) > 0.8);
}

TEST_CASE("the same seed trains the same weights") {
  const PictureSet training = ColoredShapes(8, 1);
  PictureRecipe recipe = SmallRecipe();
  recipe.epochs = 2;
  recipe.mixup = 0.2;
  std::vector<std::string> bytes;
  for (int i = 0; i < 2; ++i) {
    const torch::jit::Module module = SmallEncoder(training.labels);
    REQUIRE(TrainPictureEncoder(module, training, AllRows(training), {}, recipe, {}).ok());
    bytes.push_back(*training::ToBytes(training::StateOf(module)));
  }
  CHECK(bytes[0] == bytes[1]);
}

TEST_CASE("rows that are not given are not learned from") {
  PictureSet training = ColoredShapes(8, 1);
  const std::vector<std::size_t> rows = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
  PictureRecipe recipe = SmallRecipe();
  recipe.epochs = 1;
  std::vector<std::string> bytes;
  for (int i = 0; i < 2; ++i) {
    const torch::jit::Module module = SmallEncoder(training.labels);
    REQUIRE(TrainPictureEncoder(module, training, rows, {}, recipe, {}).ok());
    bytes.push_back(*training::ToBytes(training::StateOf(module)));
    for (std::size_t other = rows.size(); other < training.pictures.size(); ++other) {
      std::fill(training.pictures[other].rgb.begin(), training.pictures[other].rgb.end(), 9);
      training.classes[other] = 2;
    }
  }
  CHECK(bytes[0] == bytes[1]);
}

TEST_CASE("balance moves each class's score by the logarithm of its share alone") {
  const PictureSet training = ColoredShapes(8, 1);
  // Disks, frames and stripes: 8, 4 and 4 of 16.
  const std::vector<std::size_t> rows = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 15, 18, 21};
  PictureRecipe recipe = SmallRecipe();
  recipe.epochs = 1;
  std::vector<at::Tensor> biases;
  for (const double balance : {0.0, 0.5}) {
    recipe.balance = balance;
    const torch::jit::Module module = SmallEncoder(training.labels);
    REQUIRE(TrainPictureEncoder(module, training, rows, {}, recipe, {}).ok());
    biases.push_back(module.attr("class_bias").toTensor());
  }
  const at::Tensor moved = biases[1] - biases[0];
  CHECK(moved[0].item<double>() == Catch::Approx(-0.5 * std::log(8.0 / 16)).epsilon(1e-4));
  CHECK(moved[1].item<double>() == Catch::Approx(-0.5 * std::log(4.0 / 16)).epsilon(1e-4));
}

TEST_CASE("a teacher without finite numbers ends the training with an error") {
  const PictureSet training = ColoredShapes(8, 1);
  PictureTeacher teacher;
  teacher.scores = at::full({24, 3}, std::numeric_limits<float>::quiet_NaN());
  teacher.features = at::ones({24, 4});
  const torch::jit::Module module = SmallEncoder(training.labels);
  const absl::Status status =
      TrainPictureEncoder(module, training, AllRows(training), teacher, SmallRecipe(), {});
  CHECK(status.code() == absl::StatusCode::kOutOfRange);
}

TEST_CASE("a split has its share of every class, and nothing twice") {
  const PictureSet set = ColoredShapes(20, 1);
  const PictureSplit split = SplitPictures(set, 0.25, 7);
  CHECK(split.second.size() == 15);
  CHECK(split.first.size() == 45);
  std::vector<int> of_class(3);
  for (const std::size_t row : split.second) ++of_class[static_cast<std::size_t>(set.classes[row])];
  CHECK(of_class == std::vector<int>{5, 5, 5});
  std::vector<std::size_t> all = split.first;
  all.insert(all.end(), split.second.begin(), split.second.end());
  std::sort(all.begin(), all.end());
  CHECK(all == AllRows(set));
  CHECK(SplitPictures(set, 0, 7).second.empty());
}

}  // namespace
}  // namespace clientele::profile
