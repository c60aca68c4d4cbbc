#include "common/training/tables/table_model.h"

#include <cmath>
#include <memory>
#include <random>
#include <vector>

#include <ATen/ATen.h>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include "absl/strings/match.h"

#include "common/training/tables/stacked_module.h"

namespace clientele::training {
namespace {

using Catch::Approx;

frame::RowMatrix Customers(std::size_t count, std::vector<int>& labels, std::uint32_t seed) {
  frame::RowMatrix rows{.fields = {{"months", 0}, {"plan", 5}}, .rows = count};
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> uniform;
  for (std::size_t i = 0; i < count; ++i) {
    const double months = 60 * uniform(random);
    const double plan = 2 + static_cast<double>(random() % 3);
    rows.values.insert(rows.values.end(), {months, plan});
    const double margin = 1 - 0.06 * months + (plan == 2 ? 1 : 0);
    labels.push_back(uniform(random) < 1 / (1 + std::exp(-margin)) ? 1 : 0);
  }
  return rows;
}

std::vector<std::unique_ptr<TableFamily>> AllFamilies() {
  std::vector<std::unique_ptr<TableFamily>> families;
  families.push_back(MakeLogisticFamily());
  families.push_back(MakeNetworkFamily({.members = 2, .epochs = 8, .seed = 1}));
  families.push_back(MakeTreeFamily(1, 1));
  return families;
}

TEST_CASE("the kept model is calibrated on new rows, and its contributions sum to its margins") {
  std::vector<int> labels;
  const frame::RowMatrix rows = Customers(900, labels, 1);
  const auto model = TrainTableModel(rows, labels, AllFamilies(), {.seed = 1});
  INFO(model.status());
  REQUIRE(model.ok());
  REQUIRE(model->candidates.size() == 4);
  CHECK(model->candidates[3].name == "blend");
  for (const CandidateScore& candidate : model->candidates) {
    INFO(candidate.name);
    CHECK(candidate.auc > 0.7);
    CHECK(candidate.calibration_error < 0.08);
  }
  std::vector<int> new_labels;
  const frame::RowMatrix new_rows = Customers(4000, new_labels, 2);
  const auto margins = ModuleMargins(model->module, new_rows);
  REQUIRE(margins.ok());
  const std::vector<double> probabilities = ProbabilitiesOf(*margins);
  double predicted = 0;
  double actual = 0;
  for (std::size_t i = 0; i < new_rows.rows; ++i) {
    predicted += probabilities[i] / 4000;
    actual += new_labels[i] / 4000.0;
  }
  CHECK(predicted == Approx(actual).margin(0.04));
  const at::NoGradGuard no_grad;
  torch::jit::Module module = model->module;
  at::Tensor features = at::empty({20, 2}, at::kDouble);
  std::copy_n(new_rows.values.begin(), 40, features.data_ptr<double>());
  features[3][0] = NAN;
  features[4][1] = NAN;
  features[5][1] = 99;
  const at::Tensor shares = module.get_method("contributions")({features}).toTensor();
  const auto scored = module.get_method("score")({features}).toTuple();
  CHECK(at::allclose(shares.sum(2), scored->elements()[1].toTensor(), 1e-5, 1e-5));
  CHECK(at::allclose(scored->elements()[0].toTensor(),
                     at::sigmoid(scored->elements()[1].toTensor())));
}

TEST_CASE("the same seed gives the same model") {
  std::vector<int> labels;
  const frame::RowMatrix rows = Customers(300, labels, 3);
  const auto once = TrainTableModel(rows, labels, AllFamilies(), {.seed = 9});
  const auto again = TrainTableModel(rows, labels, AllFamilies(), {.seed = 9});
  REQUIRE(once.ok());
  REQUIRE(again.ok());
  CHECK(*ModuleMargins(once->module, rows) == *ModuleMargins(again->module, rows));
}

// A family whose margins out of fold are known beforehand.
class FixedFamily final : public TableFamily {
 public:
  FixedFamily(std::string name, std::vector<double> margins)
      : name_(std::move(name)), margins_(std::move(margins)) {}
  std::string name() const override { return name_; }
  std::string Describe() const override { return name_; }
  absl::StatusOr<std::vector<double>> CrossValidate(const frame::RowMatrix&, absl::Span<const int>,
                                                    const std::vector<frame::Split>&) override {
    return margins_;
  }
  absl::StatusOr<std::vector<torch::jit::Module>> Fit(const frame::RowMatrix&,
                                                      absl::Span<const int>) override {
    return std::vector<torch::jit::Module>{MakeStackedModule({}, 0)};
  }

 private:
  std::string name_;
  std::vector<double> margins_;
};

TEST_CASE("the blend is kept unless one family is clearly better") {
  std::vector<int> labels;
  const frame::RowMatrix rows = Customers(2000, labels, 4);
  std::mt19937 random(5);
  std::normal_distribution<double> normal;
  std::vector<double> good;
  std::vector<double> other_good;
  std::vector<double> bad;
  for (const int label : labels) {
    good.push_back(2 * label + normal(random));
    other_good.push_back(2 * label + normal(random));
    bad.push_back(normal(random));
  }
  const auto kept = [&](const std::vector<double>& a, const std::vector<double>& b) {
    std::vector<std::unique_ptr<TableFamily>> families;
    families.push_back(std::make_unique<FixedFamily>("a", a));
    families.push_back(std::make_unique<FixedFamily>("b", b));
    const auto model = TrainTableModel(rows, labels, families, {});
    return model.ok() ? model->candidates[model->chosen].name
                      : std::string(model.status().message());
  };
  CHECK(kept(good, other_good) == "blend");
  CHECK(kept(good, good) == "blend");
  CHECK(kept(good, bad) != "b");
}

TEST_CASE("a class of too few rows is refused with its number") {
  std::vector<int> labels;
  const frame::RowMatrix rows = Customers(60, labels, 6);
  labels.assign(60, 0);
  labels[0] = labels[1] = 1;
  const auto model = TrainTableModel(rows, labels, AllFamilies(), {});
  CHECK(absl::StrContains(model.status().message(), "only 2 rows have the positive label"));
  CHECK_FALSE(TrainTableModel(rows, labels, {}, {}).ok());
}

}  // namespace
}  // namespace clientele::training
