#include "common/modeling/architectures/yolox.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include <ATen/ATen.h>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include "tests/unit/yolox/recorded_weights.h"

namespace clientele::modeling {
namespace {

constexpr YoloxShape kSmall = {
    .stem = 4, .repeats = 1, .depthwise = true, .classes = 3, .side = 64};
const std::vector<std::string> kLabels = {"a", "b", "c"};

BuiltModel Build(const YoloxShape& shape, std::uint64_t seed) {
  RecordedWeights weights(seed);
  auto built = MakeYolox(shape, kLabels, weights);
  INFO(built.status());
  REQUIRE(built.ok());
  return *std::move(built);
}

// The letterboxed picture by the definition of bilinear sampling.
at::Tensor Letterbox(const at::Tensor& pixels, std::int64_t side, double& ratio) {
  const std::int64_t height = pixels.size(2), width = pixels.size(3);
  ratio = std::min(static_cast<double>(side) / static_cast<double>(height),
                   static_cast<double>(side) / static_cast<double>(width));
  const auto new_height = static_cast<std::int64_t>(static_cast<double>(height) * ratio);
  const auto new_width = static_cast<std::int64_t>(static_cast<double>(width) * ratio);
  at::Tensor canvas = at::full({1, 3, side, side}, 114.0);
  const auto in = pixels.accessor<float, 4>();
  auto out = canvas.accessor<float, 4>();
  const auto sample = [](std::int64_t i, std::int64_t from, std::int64_t to) {
    return std::max(
        0.0,
        (static_cast<double>(i) + 0.5) * static_cast<double>(from) / static_cast<double>(to) - 0.5);
  };
  for (std::int64_t y = 0; y < new_height; ++y) {
    for (std::int64_t x = 0; x < new_width; ++x) {
      const double sy = sample(y, height, new_height), sx = sample(x, width, new_width);
      const auto y0 = static_cast<std::int64_t>(sy), x0 = static_cast<std::int64_t>(sx);
      const std::int64_t y1 = std::min(y0 + 1, height - 1), x1 = std::min(x0 + 1, width - 1);
      const double fy = sy - static_cast<double>(y0), fx = sx - static_cast<double>(x0);
      for (int c = 0; c < 3; ++c) {
        const auto at = [&](std::int64_t row, std::int64_t column) {
          return std::round(in[0][c][row][column] * 255.0);
        };
        const double value = (1 - fy) * ((1 - fx) * at(y0, x0) + fx * at(y0, x1)) +
                             fy * ((1 - fx) * at(y1, x0) + fx * at(y1, x1));
        out[0][2 - c][y][x] = static_cast<float>(std::floor(value + 0.5));
      }
    }
  }
  return canvas;
}

struct Found {
  std::array<double, 4> box;
  double score;
  int label;
};

double Overlap(const std::array<double, 4>& a, const std::array<double, 4>& b) {
  const double width = std::min(a[2], b[2]) - std::max(a[0], b[0]);
  const double height = std::min(a[3], b[3]) - std::max(a[1], b[1]);
  if (width <= 0 || height <= 0) return 0;
  const double shared = width * height;
  return shared / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared);
}

// Decoding and suppression as their definitions say, cell by cell and box by box.
std::vector<Found> Reference(const at::Tensor& output, std::int64_t side, double ratio,
                             double threshold) {
  const auto raw = output.accessor<float, 3>();
  std::vector<Found> all;
  std::int64_t row = 0;
  for (const std::int64_t stride : {8, 16, 32}) {
    for (std::int64_t y = 0; y < side / stride; ++y) {
      for (std::int64_t x = 0; x < side / stride; ++x, ++row) {
        int label = 0;
        for (int c = 1; c < 3; ++c) {
          if (raw[0][row][5 + c] > raw[0][row][5 + label]) label = c;
        }
        const double score = raw[0][row][4] * raw[0][row][5 + label];
        if (score < threshold) continue;
        const auto step = static_cast<double>(stride);
        const double cx = (raw[0][row][0] + static_cast<double>(x)) * step;
        const double cy = (raw[0][row][1] + static_cast<double>(y)) * step;
        const double w = std::exp(raw[0][row][2]) * step / 2;
        const double h = std::exp(raw[0][row][3]) * step / 2;
        all.push_back({{(cx - w) / ratio, (cy - h) / ratio, (cx + w) / ratio, (cy + h) / ratio},
                       score,
                       label});
      }
    }
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const Found& a, const Found& b) { return a.score > b.score; });
  std::vector<Found> kept;
  for (const Found& found : all) {
    const bool dropped = std::any_of(kept.begin(), kept.end(), [&](const Found& other) {
      return other.label == found.label && Overlap(other.box, found.box) > 0.45;
    });
    if (!dropped) kept.push_back(found);
  }
  return kept;
}

at::Tensor Picture(std::int64_t height, std::int64_t width, std::uint64_t seed) {
  at::manual_seed(seed);
  return at::floor(at::rand({1, 3, height, width}) * 255 + 0.5) / 255;
}

// boxes, scores, labels, pictures, class scores.
std::vector<at::Tensor> Detect(const torch::jit::Module& module, const at::Tensor& pixels) {
  const c10::IValue result = module.get_method("forward")({pixels});
  std::vector<at::Tensor> outputs;
  for (const c10::IValue& element : result.toTupleRef().elements()) {
    outputs.push_back(element.toTensor());
  }
  REQUIRE(outputs.size() == 5);
  return outputs;
}

TEST_CASE("forward letterboxes, decodes and suppresses as a loop over the reference does") {
  std::size_t boxes = 0;
  for (const std::uint64_t seed : {1, 2, 3, 4, 5, 6}) {
    BuiltModel built = Build(kSmall, seed);
    built.module.setattr("score_threshold", 0.15);
    const at::Tensor pixels = Picture(seed % 2 == 0 ? 90 : 40, seed % 3 == 0 ? 33 : 70, seed);
    double ratio = 0;
    const at::Tensor expected_canvas = Letterbox(pixels, kSmall.side, ratio);
    const at::Tensor canvas =
        built.module
            .get_method("letterbox")(
                {pixels, static_cast<std::int64_t>(static_cast<double>(pixels.size(2)) * ratio),
                 static_cast<std::int64_t>(static_cast<double>(pixels.size(3)) * ratio)})
            .toTensor();
    // What lies halfway between two levels is rounded from a float there, from a double here.
    const at::Tensor apart = (canvas - expected_canvas).abs();
    REQUIRE(apart.max().item<double>() <= 1);
    CHECK(apart.mean().item<double>() < 0.02);
    const at::Tensor output = built.module.get_method("reference")({canvas}).toTensor();
    const std::vector<Found> expected = Reference(output, kSmall.side, ratio, 0.15);
    const std::vector<at::Tensor> result = Detect(built.module, pixels);
    const at::Tensor found_boxes = result[0];
    const at::Tensor scores = result[1];
    const at::Tensor labels = result[2];
    REQUIRE(scores.size(0) == static_cast<std::int64_t>(expected.size()));
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const auto at = static_cast<std::int64_t>(i);
      CHECK(scores[at].item<double>() == Catch::Approx(expected[i].score).margin(1e-4));
      CHECK(labels[at].item<int>() == expected[i].label);
      for (int corner = 0; corner < 4; ++corner) {
        CHECK(found_boxes[at][corner].item<double>() ==
              Catch::Approx(expected[i].box[static_cast<std::size_t>(corner)])
                  .epsilon(1e-3)
                  .margin(1e-2));
      }
    }
    boxes += expected.size();
    // The likeliest score of each class in the picture.
    const at::Tensor classes = result[4];
    CHECK(at::allclose(classes, at::amax(output.slice(2, 4, 5) * output.slice(2, 5), {1}), 1e-3,
                       1e-4));
  }
  CHECK(boxes > 20);
}

TEST_CASE("pictures of a batch are detected one by one") {
  BuiltModel built = Build(kSmall, 2);
  built.module.setattr("score_threshold", 0.1);
  const at::Tensor both = at::cat({Picture(50, 60, 7), Picture(50, 60, 8)});
  const std::vector<at::Tensor> batch = Detect(built.module, both);
  const at::Tensor pictures = batch[3];
  std::int64_t before = 0;
  for (std::int64_t i = 0; i < 2; ++i) {
    const std::vector<at::Tensor> one = Detect(built.module, both.slice(0, i, i + 1));
    const std::int64_t count = one[1].size(0);
    CHECK((pictures == i).sum().item<std::int64_t>() == count);
    CHECK(at::allclose(batch[0].slice(0, before, before + count), one[0], 1e-4, 1e-3));
    before += count;
  }
}

TEST_CASE("where nothing is seen the lists are empty") {
  BuiltModel built = Build(kSmall, 3);
  built.module.setattr("score_threshold", 2.0);
  const std::vector<at::Tensor> result = Detect(built.module, Picture(1, 1, 1));
  CHECK(result[0].sizes() == at::IntArrayRef({0, 4}));
  CHECK(result[1].numel() == 0);
}

TEST_CASE("convolutions are as many as those of the published models") {
  CHECK(ConvolutionsOf(1, true).count == 113);
  for (const bool depthwise : {false, true}) {
    for (const std::int64_t repeats : {1, 2}) {
      RecordedWeights weights(1);
      YoloxShape shape = kSmall;
      shape.depthwise = depthwise;
      shape.repeats = repeats;
      REQUIRE(MakeYolox(shape, kLabels, weights).ok());
      const YoloxConvolutions counted = ConvolutionsOf(repeats, depthwise);
      REQUIRE(static_cast<std::int64_t>(weights.convolutions().size()) == counted.count);
      CHECK(weights.convolutions()[static_cast<std::size_t>(counted.last_classes)].shape[0] == 3);
    }
  }
}

TEST_CASE("impossible shapes are refused") {
  const auto make = [](YoloxShape shape, const std::vector<std::string>& labels) {
    RecordedWeights weights(1);
    return MakeYolox(shape, labels, weights).ok();
  };
  YoloxShape shape = kSmall;
  shape.side = 65;
  CHECK_FALSE(make(shape, kLabels));
  shape = kSmall;
  shape.repeats = 0;
  CHECK_FALSE(make(shape, kLabels));
  CHECK_FALSE(make(kSmall, {"a", "b"}));
}

}  // namespace
}  // namespace clientele::modeling
