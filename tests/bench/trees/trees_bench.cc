// Boosted trees as a bundle serves them against libxgboost's own prediction, in one run and one
// thread: 500 trees of depth 6 over 50 features.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include <ATen/ATen.h>
#include <torch/csrc/jit/api/module.h>
#include <xgboost/c_api.h>

#include "absl/strings/str_cat.h"

#include "common/inference/compute/compute_threads.h"
#include "common/modeling/trees/tree_module.h"
#include "common/training/trees/boosted_trees.h"
#include "tests/bench/models/benchmark.h"
#include "tests/bench/models/measure.h"

namespace clientele::bench {
namespace {

constexpr std::int64_t kRows = 10'000;
constexpr std::int64_t kFields = 50;
constexpr int kTrees = 500;
constexpr int kDepth = 6;
constexpr int kRounds = 7;

frame::RowMatrix RandomRows(std::vector<double>& labels) {
  frame::RowMatrix rows;
  for (std::int64_t f = 0; f < kFields; ++f) rows.fields.push_back({absl::StrCat("field", f), 0});
  rows.rows = kRows;
  std::mt19937 random(5);
  std::normal_distribution<float> normal;
  rows.values.reserve(kRows * kFields);
  for (std::int64_t row = 0; row < kRows; ++row) {
    double sum = 0;
    for (std::int64_t f = 0; f < kFields; ++f) {
      const float value = normal(random);
      sum += value * static_cast<float>(f % 7) * (f % 2 == 0 ? 1 : -1);
      rows.values.push_back(value);
    }
    labels.push_back(sum + 8 * normal(random) > 0 ? 1 : 0);
  }
  return rows;
}

// The library's own two ways of predicting a batch, of which the faster counts.
class LibraryPrediction {
 public:
  LibraryPrediction(const std::string& model, const std::vector<float>& values) : values_(values) {
    Check(XGBoosterCreate(nullptr, 0, &booster_));
    Check(XGBoosterLoadModelFromBuffer(booster_, model.data(), model.size()));
    Check(XGBoosterSetParam(booster_, "nthread", "1"));
  }
  ~LibraryPrediction() {
    XGDMatrixFree(matrix_);
    XGBoosterFree(booster_);
  }
  LibraryPrediction(const LibraryPrediction&) = delete;
  LibraryPrediction& operator=(const LibraryPrediction&) = delete;

  // A matrix is predicted once: the library keeps what it predicted.
  void MakeMatrix() {
    XGDMatrixFree(matrix_);
    Check(XGDMatrixCreateFromMat(values_.data(), kRows, kFields, NAN, &matrix_));
  }
  void FromMatrix() {
    Check(
        XGBoosterPredictFromDMatrix(booster_, matrix_, kMarginConfig, &shape_, &axes_, &margins_));
  }
  void FromArray(std::int64_t rows) {
    const std::string array = absl::StrCat(
        R"({"data": [)", reinterpret_cast<std::uintptr_t>(values_.data()), R"(, true], "shape": [)",
        rows, ", ", kFields, R"(], "typestr": "<f4", "version": 3})");
    Check(XGBoosterPredictFromDense(booster_, array.c_str(), kArrayConfig, nullptr, &shape_, &axes_,
                                    &margins_));
  }
  const float* margins() const { return margins_; }

 private:
  static constexpr char kMarginConfig[] =
      R"({"type": 1, "training": false, "iteration_begin": 0, "iteration_end": 0, "strict_shape": false})";
  static constexpr char kArrayConfig[] =
      R"({"type": 1, "training": false, "iteration_begin": 0, "iteration_end": 0, "strict_shape": false, "missing": NaN, "cache_id": 0})";

  static void Check(int code) {
    if (code != 0) throw std::runtime_error(XGBGetLastError());
  }

  const std::vector<float>& values_;
  BoosterHandle booster_ = nullptr;
  DMatrixHandle matrix_ = nullptr;
  const bst_ulong* shape_ = nullptr;
  bst_ulong axes_ = 0;
  const float* margins_ = nullptr;
};

void Run() {
  Require(inference::ConfigureThreads({.intra_op_threads = 1}));
  std::vector<double> labels;
  const frame::RowMatrix rows = RandomRows(labels);
  const auto trained = Require(training::TrainBoostedTrees(
      rows, labels, {.rounds = kTrees, .learning_rate = 0.1, .max_depth = kDepth, .threads = 1}));
  torch::jit::Module module = modeling::MakeTreeModule(trained.ensemble);
  const at::NoGradGuard no_grad;
  at::Tensor batch = at::empty({kRows, kFields}, at::kDouble);
  std::copy(rows.values.begin(), rows.values.end(), batch.data_ptr<double>());
  const at::Tensor one = batch.narrow(0, 0, 1).contiguous();
  const std::vector<float> values(rows.values.begin(), rows.values.end());
  LibraryPrediction library(trained.json, values);

  at::Tensor margins;
  const auto score = [&](const at::Tensor& features) {
    margins = module.get_method("score")({features}).toTuple()->elements()[1].toTensor();
  };
  std::vector<double> from_matrix;
  std::vector<double> from_array;
  std::vector<double> ours;
  for (int round = 0; round < kRounds; ++round) {
    library.MakeMatrix();
    const auto timed = [](std::vector<double>& seconds, const auto& body) {
      const double start = Seconds(Time::kThread);
      body();
      seconds.push_back(Seconds(Time::kThread) - start);
    };
    timed(from_matrix, [&] { library.FromMatrix(); });
    timed(from_array, [&] { library.FromArray(kRows); });
    timed(ours, [&] { score(batch); });
  }
  double worst = 0;
  double largest = 0;
  for (std::int64_t row = 0; row < kRows; ++row) {
    const double margin = margins.data_ptr<double>()[row];
    worst = std::max(worst, std::abs(margin - library.margins()[row]));
    largest = std::max(largest, std::abs(margin));
  }
  const auto best = [](const std::vector<double>& seconds) {
    return *std::min_element(seconds.begin(), seconds.end());
  };
  const double theirs = std::min(best(from_matrix), best(from_array));
  Print({"trees_batch", 1e3 * best(ours), "ms",
         absl::StrCat("libxgboost ", 1e3 * best(from_matrix), " ms (matrix), ",
                      1e3 * best(from_array), " ms (array)"),
         theirs / best(ours), ">= 1"});
  Print(
      {"trees_margin_difference", worst, "", "of the largest margin", worst / largest, "<= 2e-6"});
  const std::vector<double> single =
      BestInTurns(Time::kThread, 200, {[&] { score(one); }, [&] { library.FromArray(1); }});
  Print({"trees_one_row", 1e3 * single[0], "ms",
         absl::StrCat("libxgboost ", 1e3 * single[1], " ms"), single[1] / single[0], "<= 0.2 ms"});
}

}  // namespace
}  // namespace clientele::bench

int main() { return clientele::bench::RunBenchmark("trees", clientele::bench::Run); }
