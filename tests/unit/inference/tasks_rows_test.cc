// The adapters of tasks over numbers: image encoder, tabular scorer.

#include <limits>
#include <string>
#include <vector>

#include <ATen/ATen.h>
#include <torch/csrc/jit/api/module.h>

#include "tests/support/catch_with_torch.h"
//
#include <catch2/catch_approx.hpp>

#include "common/inference/bundle/manifest.h"
#include "common/inference/tasks/image_encoder.h"
#include "common/inference/tasks/object_detector.h"
#include "common/inference/tasks/tabular_scorer.h"
#include "tests/unit/inference/tiny_models.h"
#include "tests/unit/inference/tiny_tasks.h"

namespace clientele::inference {
namespace {

using Catch::Approx;
using clientele::testing::TemporaryFolder;
using testing::TinyModule;
using testing::WriteTask;

// Mean color; the brighter the red, the more it is "red".
ModelHandleOptions WriteImages(const TemporaryFolder& folder, std::int64_t side, bool labels) {
  model::v1::Bundle manifest;
  manifest.set_name("tiny");
  manifest.set_version("1");
  manifest.set_task(ImageEncoderModel::kTask);
  AddSpec(*manifest.mutable_inputs(), "pixels", model::v1::DATA_TYPE_FLOAT32, {-1, 3, side, side});
  AddSpec(*manifest.mutable_outputs(), "features", model::v1::DATA_TYPE_FLOAT32, {-1, 3});
  AddSpec(*manifest.mutable_outputs(), "scores", model::v1::DATA_TYPE_FLOAT32, {-1, 2});
  if (labels) {
    manifest.add_labels("dark");
    manifest.add_labels("red");
  }
  const std::int64_t golden = side == -1 ? 4 : side;
  return WriteTask(folder, TinyModule(R"(
def forward(self, pixels):
    color = pixels.mean([2, 3])
    return color, torch.stack([color[:, 0] * 0.0, color[:, 0] * 4.0], 1)
)"),
                   manifest, {at::full({2, 3, golden, golden}, 0.5F)});
}

ImageRow Plain(std::int64_t height, std::int64_t width, float red, float green, float blue) {
  ImageRow image = {.height = height, .width = width};
  for (const float color : {red, green, blue}) {
    image.pixels.insert(image.pixels.end(), static_cast<std::size_t>(height * width), color);
  }
  return image;
}

ModelHandleOptions WriteTable(const TemporaryFolder& folder, const std::string& features) {
  model::v1::Bundle manifest;
  manifest.set_name("tiny");
  manifest.set_version("1");
  manifest.set_task(TabularModel::kTask);
  AddSpec(*manifest.mutable_inputs(), "features", model::v1::DATA_TYPE_FLOAT32, {-1, 2});
  AddSpec(*manifest.mutable_outputs(), "scores", model::v1::DATA_TYPE_FLOAT32, {-1});
  (*manifest.mutable_settings())["features"] = features;
  return WriteTask(folder, TinyModule(R"(
def forward(self, features):
    known = torch.where(torch.isnan(features), torch.full_like(features, 100.0), features)
    return known[:, 0] * 10.0 + known[:, 1]
)"),
                   manifest, {at::full({2, 2}, 0.5F)});
}

const std::vector<std::string> kComputed = {"stars", "views", "price"};

}  // namespace

TEST_CASE("pictures of different sizes in one call have their own vectors and labels") {
  const TemporaryFolder folder;
  const auto handle =
      ModelHandle<ImageEncoderModel>::Create(WriteImages(folder, -1, /*labels=*/true)).value();
  const auto encoder = ImageEncoder::Create({.handle = handle.get(), .run_inline = true}).value();
  const auto encoded = encoder->Encode(
      {}, {Plain(2, 3, 1, 0.5F, 0), Plain(4, 4, 0, 0, 1), Plain(2, 3, 0.25F, 0, 0)});
  REQUIRE(encoded.ok());
  CHECK(encoded->model_id == "tiny/1");
  CHECK(handle->Current()->dimension() == 3);
  CHECK(encoded->images[0].vector == std::vector<float>{1, 0.5F, 0});
  CHECK(encoded->images[1].vector == std::vector<float>{0, 0, 1});
  CHECK(encoded->images[2].vector == std::vector<float>{0.25F, 0, 0});
  CHECK(encoded->images[0].labels.at(0).label == "red");
  CHECK(encoded->images[0].labels.at(0).probability == Approx(1 / (1 + std::exp(-4.0))));
  CHECK(encoded->images[1].labels.at(0).probability == Approx(0.5));
}

// Two boxes in each picture: the left half, as sure as its red, and one that reaches beyond it, as
// sure as its green.
ModelHandleOptions WriteDetector(const TemporaryFolder& folder, const std::string& labels) {
  model::v1::Bundle manifest;
  manifest.set_name("tiny");
  manifest.set_version("1");
  manifest.set_task(ObjectDetectorModel::kTask);
  manifest.add_labels("red");
  manifest.add_labels("green");
  AddSpec(*manifest.mutable_inputs(), "pixels", model::v1::DATA_TYPE_FLOAT32, {-1, 3, -1, -1});
  AddSpec(*manifest.mutable_outputs(), "boxes", model::v1::DATA_TYPE_FLOAT32, {-1, 4});
  AddSpec(*manifest.mutable_outputs(), "scores", model::v1::DATA_TYPE_FLOAT32, {-1});
  AddSpec(*manifest.mutable_outputs(), "labels", model::v1::DATA_TYPE_INT64, {-1});
  AddSpec(*manifest.mutable_outputs(), "pictures", model::v1::DATA_TYPE_INT64, {-1});
  AddSpec(*manifest.mutable_outputs(), "class_scores", model::v1::DATA_TYPE_FLOAT32, {-1, 2});
  return WriteTask(folder,
                   TinyModule(R"(
def forward(self, pixels):
    color = pixels.mean([2, 3])
    rows = pixels.size(0)
    half = torch.tensor([0.0, 0.0, float(pixels.size(3)) / 2.0, float(pixels.size(2))])
    beyond = torch.tensor([-5.0, 1.0, 1000.0, 1000.0])
    boxes = torch.cat([half.expand(rows, 4), beyond.expand(rows, 4)])
    scores = torch.cat([color[:, 0], color[:, 1]])
    places = torch.nonzero(color[:, 0] > -1.0).squeeze(1)
    first = torch.zeros_like(places)
    return boxes, scores, torch.cat([first, first + )" +
                              labels + R"(]), torch.cat([places, places]), color[:, 0:2]
)"),
                   manifest, {at::full({2, 3, 4, 4}, 0.5F)});
}

TEST_CASE("objects of each picture come by score, within it, whatever its size") {
  const TemporaryFolder folder;
  const auto handle = ModelHandle<ObjectDetectorModel>::Create(WriteDetector(folder, "1")).value();
  const auto detector =
      ObjectDetector::Create({.handle = handle.get(), .run_inline = true}).value();
  const auto detected = detector->Detect(
      {}, {Plain(2, 8, 0.25F, 0.75F, 0), Plain(4, 4, 0.5F, 0.125F, 1), Plain(2, 8, 1, 0, 0)});
  INFO(detected.status().ToString());
  REQUIRE(detected.ok());
  CHECK(detected->model_id == "tiny/1");
  CHECK(detector->model_id() == "tiny/1");
  const DetectedObjects& first = detected->images[0];
  REQUIRE(first.size() == 2);
  CHECK(first[0].label == "green");
  CHECK(first[0].score == 0.75F);
  CHECK(first[0].left == 0);
  CHECK(first[0].top == 1);
  CHECK(first[0].right == 8);
  CHECK(first[0].bottom == 2);
  CHECK(first[1].label == "red");
  CHECK(first[1].right == 4);
  CHECK(detected->images[1][0].label == "red");
  CHECK(detected->images[1][0].right == 2);
  CHECK(detected->images[2][0].score == 1);
}

TEST_CASE("a detector that names no class of its bundle fails, and no other picture is refused") {
  const TemporaryFolder folder;
  const auto handle = ModelHandle<ObjectDetectorModel>::Create(WriteDetector(folder, "2")).value();
  const auto detector =
      ObjectDetector::Create({.handle = handle.get(), .run_inline = true}).value();
  CHECK(absl::IsInternal(detector->Detect({}, {Plain(2, 2, 1, 1, 1)}).status()));
  ImageRow torn = Plain(4, 4, 1, 1, 1);
  torn.pixels.pop_back();
  CHECK(absl::IsInvalidArgument(detector->Detect({}, {torn}).status()));
}

TEST_CASE("a picture that is not of the model's size is refused, and nothing is computed") {
  const TemporaryFolder folder;
  const auto handle =
      ModelHandle<ImageEncoderModel>::Create(WriteImages(folder, 4, /*labels=*/false)).value();
  const auto encoder = ImageEncoder::Create({.handle = handle.get(), .run_inline = true}).value();
  CHECK(absl::IsInvalidArgument(
      encoder->Encode({}, {Plain(4, 4, 1, 1, 1), Plain(4, 5, 1, 1, 1)}).status()));
  ImageRow torn = Plain(4, 4, 1, 1, 1);
  torn.pixels.pop_back();
  CHECK(absl::IsInvalidArgument(encoder->Encode({}, {torn}).status()));
  CHECK(encoder->stats().computed == 0);
  // Without names of its classes it gives vectors alone.
  CHECK(encoder->Encode({}, {Plain(4, 4, 1, 1, 1)})->images[0].labels.empty());
}

TEST_CASE("a tabular model gets the features that it names, wherever the caller has them") {
  const TemporaryFolder folder;
  const auto handle = ModelHandle<TabularModel>::Create(WriteTable(folder, "price,stars"),
                                                        TabularModel::Reads(kComputed))
                          .value();
  const auto scorer = TabularScorer::Create({.handle = handle.get(), .run_inline = true}).value();
  const float unknown = std::numeric_limits<float>::quiet_NaN();
  const auto scored = scorer->Score({}, {{5, 1000, 2}, {unknown, 0, 3}, {4, 0, unknown}});
  REQUIRE(scored.ok());
  CHECK(scored->model_id == "tiny/1");
  CHECK(scored->scores == std::vector<float>{25, 130, 1004});
  CHECK(absl::IsInvalidArgument(scorer->Score({}, {{5, 2}}).status()));
}

TEST_CASE("a tabular model that reads what nobody computes is rejected") {
  const TemporaryFolder folder;
  const auto handle = ModelHandle<TabularModel>::Create(WriteTable(folder, "price,weight"),
                                                        TabularModel::Reads(kComputed))
                          .value();
  CHECK(handle->Current() == nullptr);
  CHECK(handle->Versions().at(0).reason ==
        "the model reads a feature that nobody computes: weight");
}

}  // namespace clientele::inference
