#include "common/training/tables/field_network.h"

#include <cmath>
#include <random>
#include <vector>

#include <ATen/ATen.h>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include "common/evaluation/classification.h"
#include "common/frame/field_codes.h"
#include "common/training/seeds.h"

namespace clientele::training {
namespace {

using Catch::Approx;

frame::RowMatrix SomeRows(std::size_t count, std::vector<int>& labels) {
  frame::RowMatrix rows{.fields = {{"age", 0}, {"plan", 5}, {"spent", 0}}, .rows = count};
  std::mt19937 random(8);
  std::normal_distribution<double> normal;
  for (std::size_t i = 0; i < count; ++i) {
    const double age = 40 + 10 * normal(random);
    const double plan = 1 + static_cast<double>(random() % 4);
    const double spent = random() % 6 == 0 ? frame::kMissingNumber : std::exp(2 * normal(random));
    rows.values.insert(rows.values.end(), {age, plan, spent});
    // A product of fields: neither tells anything alone.
    const double sign = static_cast<int>(plan) % 2 == 0 ? 1 : -1;
    labels.push_back(sign * (age - 40) + 3 * normal(random) > 0 ? 1 : 0);
  }
  return rows;
}

at::Tensor FeaturesOf(const frame::RowMatrix& rows) {
  at::Tensor features = at::empty(
      {static_cast<std::int64_t>(rows.rows), static_cast<std::int64_t>(rows.fields.size())},
      at::kDouble);
  std::copy(rows.values.begin(), rows.values.end(), features.data_ptr<double>());
  return features;
}

TEST_CASE("a module codes rows as the training does, unknown and missing values included") {
  std::vector<int> labels;
  frame::RowMatrix rows = SomeRows(200, labels);
  const frame::FieldCodes codes = frame::FieldCodes::Learn(rows, {.bins = 7});
  // Beyond the training: far numbers, a category out of range, a negative one, gaps everywhere.
  rows.rows += 3;
  rows.values.insert(rows.values.end(), {1e12, 900, -5, -1e12, -3, 1e300, NAN, NAN, NAN});
  const frame::CodedRows expected = codes.Encode(rows);
  const RandomSource random(1);
  torch::jit::Module module = MakeFieldNetwork(codes, {}, {40, 2, 1});
  const at::Tensor features = FeaturesOf(rows);
  const at::Tensor coded = module.get_method("codes")({features}).toTensor().contiguous();
  const at::Tensor numbers = module.get_method("numbers")({features}).toTensor().contiguous();
  for (std::size_t i = 0; i < expected.codes.size(); ++i) {
    CHECK(coded.data_ptr<std::int64_t>()[i] == expected.codes[i]);
    CHECK(numbers.data_ptr<double>()[i] == Approx(expected.numbers[i]).margin(1e-5));
  }
}

// The margin of one row from the module's parameters, pair by pair: no trick, no tensors.
double PlainMargin(torch::jit::Module& module, const std::int64_t* codes, const float* numbers,
                   std::int64_t fields) {
  const at::Tensor table = module.attr("table").toTensor();
  const at::Tensor slopes = module.attr("slopes").toTensor();
  const std::int64_t width = table.size(1);
  const auto at = [&](std::int64_t f, std::int64_t d) {
    return double{table[codes[f]][d].item<float>()} +
           double{numbers[f]} * double{slopes[f][d].item<float>()};
  };
  double margin = module.attr("bias").toTensor().item<float>();
  for (std::int64_t f = 0; f < fields; ++f) margin += at(f, 0);
  for (std::int64_t f = 0; f < fields; ++f) {
    for (std::int64_t g = f + 1; g < fields; ++g) {
      for (std::int64_t d = 1; d < width; ++d) margin += at(f, d) * at(g, d);
    }
  }
  return margin;
}

TEST_CASE("the second-order part is the sum over pairs of fields") {
  std::vector<int> labels;
  const frame::RowMatrix rows = SomeRows(60, labels);
  const frame::FieldCodes codes = frame::FieldCodes::Learn(rows, {.bins = 5});
  const RandomSource random(2);
  torch::jit::Module module =
      MakeFieldNetwork(codes, {.embedding = 4, .hidden = {3}}, ReferenceRow(rows));
  // Larger than at the start, and no deep part: its last layer is the only way out of it.
  module.attr("table").toTensor().detach().normal_(0, 0.7);
  module.attr("slopes").toTensor().detach().normal_(0, 0.7);
  module.attr("last").toTensor().detach().zero_();
  const at::Tensor features = FeaturesOf(rows);
  const at::Tensor coded = module.get_method("codes")({features}).toTensor().contiguous();
  const at::Tensor numbers =
      module.get_method("numbers")({features}).toTensor().to(at::kFloat).contiguous();
  const at::Tensor margins =
      module.get_method("margins_of")({coded, numbers}).toTensor().contiguous();
  for (std::int64_t row = 0; row < 60; ++row) {
    const double expected = PlainMargin(module, coded.data_ptr<std::int64_t>() + row * 3,
                                        numbers.data_ptr<float>() + row * 3, 3);
    CHECK(margins.data_ptr<float>()[row] == Approx(expected).epsilon(1e-4).margin(1e-4));
  }
}

TEST_CASE("gradients are the differences of the loss") {
  std::vector<int> labels;
  const frame::RowMatrix rows = SomeRows(30, labels);
  const frame::FieldCodes codes = frame::FieldCodes::Learn(rows, {.bins = 4});
  const RandomSource random(3);
  torch::jit::Module module =
      MakeFieldNetwork(codes, {.embedding = 3, .hidden = {4, 3}}, ReferenceRow(rows));
  const at::Tensor features = FeaturesOf(rows);
  const at::Tensor coded = module.get_method("codes")({features}).toTensor();
  const at::Tensor numbers = module.get_method("numbers")({features}).toTensor();
  // Differences of float32 losses would be rounding alone.
  module.to(at::kDouble);
  module.attr("table").toTensor().detach().normal_(0, 0.5);
  const at::Tensor targets = at::empty({30}, at::kDouble);
  std::copy(labels.begin(), labels.end(), targets.data_ptr<double>());
  const auto loss = [&] {
    return at::binary_cross_entropy_with_logits(
        module.get_method("margins_of")({coded, numbers}).toTensor(), targets);
  };
  loss().backward();
  for (const char* name : {"table", "slopes", "bias", "weight0", "bias0", "weight1", "last"}) {
    const at::Tensor parameter = module.attr(name).toTensor();
    const at::Tensor gradient = parameter.grad().contiguous();
    double* values = parameter.data_ptr<double>();
    constexpr double kStep = 1e-6;
    for (std::int64_t i = 0; i < parameter.numel(); i += 7) {
      const double before = values[i];
      values[i] = before + kStep;
      const double above = loss().item<double>();
      values[i] = before - kStep;
      const double below = loss().item<double>();
      values[i] = before;
      INFO(name << " " << i);
      CHECK(gradient.data_ptr<double>()[i] ==
            Approx((above - below) / (2 * kStep)).epsilon(1e-4).margin(1e-7));
    }
  }
}

TEST_CASE("a network learns what only two fields together tell, the same for the same seed") {
  std::vector<int> labels;
  const frame::RowMatrix rows = SomeRows(600, labels);
  const FieldNetworkOptions options{.members = 2, .learning_rate = 1e-2, .epochs = 25, .seed = 5};
  const auto members = TrainFieldNetworks(rows, labels, options);
  INFO(members.status());
  REQUIRE(members.ok());
  const auto margins = MeanMargins(*members, rows);
  REQUIRE(margins.ok());
  CHECK(*evaluation::RocAuc(*margins, labels) > 0.9);
  const auto again = TrainFieldNetworks(rows, labels, options);
  REQUIRE(again.ok());
  CHECK(*MeanMargins(*again, rows) == *margins);
}

TEST_CASE("contributions sum to the margin, and a row's are nothing where it is the reference's") {
  std::vector<int> labels;
  const frame::RowMatrix rows = SomeRows(80, labels);
  const auto members = TrainFieldNetworks(rows, labels, {.members = 1, .epochs = 2});
  REQUIRE(members.ok());
  torch::jit::Module module = members->front();
  const at::NoGradGuard no_grad;
  at::Tensor features = FeaturesOf(rows);
  const std::vector<double> reference = ReferenceRow(rows);
  for (std::int64_t f = 0; f < 3; ++f) features[0][f] = reference[static_cast<std::size_t>(f)];
  const at::Tensor shares = module.get_method("contributions")({features}).toTensor();
  const at::Tensor margins =
      module.get_method("score")({features}).toTuple()->elements()[1].toTensor();
  CHECK(at::allclose(shares.sum(2), margins, 1e-5, 1e-5));
  CHECK(shares[0][0].narrow(0, 0, 3).abs().max().item<double>() < 1e-7);
}

TEST_CASE("a network is not trained on one class, too few rows or other labels") {
  std::vector<int> labels;
  const frame::RowMatrix rows = SomeRows(40, labels);
  CHECK_FALSE(TrainFieldNetworks(rows, std::vector<int>(40, 1), {}).ok());
  CHECK_FALSE(TrainFieldNetworks(rows, std::vector<int>(39, 1), {}).ok());
  labels[0] = 2;
  CHECK_FALSE(TrainFieldNetworks(rows, labels, {}).ok());
  const std::vector<std::size_t> few = {0, 1, 2};
  CHECK_FALSE(TrainFieldNetworks(rows.Select(few), {0, 1, 0}, {}).ok());
}

}  // namespace
}  // namespace clientele::training
