// What recommend-service computes for one call and for a training, against the least that it has to
// do: reading the factors once, multiplying the matrices.
//
//   bench/recommend [selection|batch|fold-in|training|memory]   (default: all but memory)
#include <algorithm>
#include <cstdint>
#include <fstream>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <cblas.h>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "absl/types/span.h"

#include "common/inference/compute/compute_threads.h"
#include "common/topk/top_k.h"
#include "services/recommend-service/core/ranking/fold_in.h"
#include "services/recommend-service/core/ranking/item_selection.h"
#include "services/recommend-service/core/training/plain_model.h"
#include "services/recommend-service/training/als_factorizer.h"
#include "services/recommend-service/training/hybrid/past_view.h"
#include "tests/bench/models/benchmark.h"
#include "tests/bench/models/measure.h"
#include "tests/bench/recommend/shop_data.h"

namespace clientele::recommend {
namespace {

using bench::PlainRead;
using bench::Print;
using bench::RandomSet;
using bench::Time;

constexpr std::int64_t kItems = 1'000'000;
constexpr std::int64_t kDimensions = 64;
constexpr int kTop = 100;
constexpr std::int64_t kCustomersAtOnce = 64;

std::vector<float> RandomValues(std::size_t count, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::normal_distribution<float> normal(0, 0.3F);
  std::vector<float> values(count);
  for (float& value : values) value = normal(random);
  return values;
}

struct BigShop {
  explicit BigShop(std::int64_t items) {
    std::vector<std::string> ids;
    ids.reserve(static_cast<std::size_t>(items));
    PastView::Contents contents;
    for (std::int64_t i = 0; i < items; ++i) {
      ids.push_back(absl::StrFormat("i%07d", i));
      contents.items.push_back({ids.back(), "", "", true});
    }
    Factorization model;
    model.dimension = kDimensions;
    model.implicit_loss_weights.unobserved_weight = 0.2;
    model.item_factors = RandomValues(static_cast<std::size_t>(items * kDimensions), 3);
    model.item_biases = RandomValues(static_cast<std::size_t>(items), 4);
    contents.model = PlainModel(std::move(ids), model, {});
    past = std::make_unique<PastView>(std::move(contents));
  }
  const ServingView& view() const { return *past->view(); }

  std::unique_ptr<PastView> past;
};

// The whole pass for one customer: product, biases, rules, the best 100.
void MeasureSelection() {
  const BigShop shop(kItems);
  const ServingView& view = shop.view();
  const CustomerFactors customer{RandomValues(kDimensions, 5), 0.1F};
  std::vector<ItemHistory> bought(50);
  for (std::size_t i = 0; i < bought.size(); ++i) {
    bought[i].item_id = absl::StrFormat("i%07d", i * 997);
    bought[i].purchases = 1;
  }
  const ResolvedHistory history(view.model.get(), bought, {}, absl::UnixEpoch());
  const ItemFilter everything;
  const WantedItems wanted(view, {}, everything, absl::UnixEpoch());
  const LeftOut left_out(view, history, {}, absl::UnixEpoch());
  const absl::Span<const float> factors = view.model->model->item_factors();
  volatile float sink = 0;
  const std::vector<double> best = bench::BestInTurns(
      Time::kThread, 20,
      {[&] { sink = PlainRead(factors); },
       [&] {
         const auto top = SelectByFactors(view, wanted, left_out, customer, kTop);
         sink = static_cast<float>(top.front().score);
       }});
  Print({"recommend.select_100_of_1000000x64", 1e3 * best[1], "ms",
         absl::StrCat("a plain read of the factors: ", 1e3 * best[0], " ms"), best[0] / best[1],
         ">= 0.7"});
}

// Many customers at once, as an audience or an evaluation asks.
void MeasureBatch() {
  const std::vector<float> factors =
      RandomValues(static_cast<std::size_t>(kItems * kDimensions), 3);
  const std::vector<float> customers =
      RandomValues(static_cast<std::size_t>(kCustomersAtOnce * kDimensions), 5);
  // The product alone, in pieces that fit the cache, as it would be computed for anything.
  constexpr std::int64_t kPiece = 4096;
  std::vector<float> products(static_cast<std::size_t>(kCustomersAtOnce * kPiece));
  volatile float sink = 0;
  const auto multiply = [&] {
    for (std::int64_t first = 0; first < kItems; first += kPiece) {
      const auto rows = static_cast<int>(std::min(kPiece, kItems - first));
      cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, static_cast<int>(kCustomersAtOnce), rows,
                  static_cast<int>(kDimensions), 1.0F, customers.data(),
                  static_cast<int>(kDimensions), factors.data() + first * kDimensions,
                  static_cast<int>(kDimensions), 0.0F, products.data(), rows);
      sink = products[0];
    }
  };
  const auto select = [&] {
    const auto top = topk::TopK(factors, kItems, kDimensions, customers, kCustomersAtOnce, kTop);
    sink = top.front().front().score;
  };
  const std::vector<double> best = bench::BestInTurns(Time::kThread, 8, {multiply, select});
  Print({"recommend.select_100_of_1000000x64_for_64", 1e3 * best[1], "ms",
         absl::StrCat("the product alone: ", 1e3 * best[0], " ms"), best[0] / best[1], ">= 0.8"});
}

void MeasureFoldIn() {
  const BigShop shop(20'000);
  std::vector<ObservedPreference> observed(50);
  for (std::size_t i = 0; i < observed.size(); ++i) {
    observed[i] = {static_cast<std::int64_t>(i * 397), 1};
  }
  volatile float sink = 0;
  const std::vector<double> best =
      bench::BestInTurns(Time::kThread, 200, {[&] {
                           const auto solution = shop.view().model->fold_in.Solve(observed);
                           bench::Require(solution.status());
                           sink = solution->customer().bias;
                         }});
  Print({"recommend.fold_in_50_of_rank_64", 1e3 * best[0], "ms", "", best[0] / 1e-3, "<= 1"});
}

void Train(const TrainingSet& set, int threads, int epochs) {
  const AlsFactorizer factorizer({.evaluate = false, .threads = threads});
  const auto trained = factorizer.Train(set, {.factors = 32, .epochs = epochs, .seed = 1},
                                        [](int, int) { return absl::OkStatus(); });
  bench::Require(trained.status());
}

void MeasureTraining() {
  constexpr int kEpochs = 3;
  const TrainingSet set = RandomSet(10'000, 5'000, 100);
  const std::vector<double> best = bench::BestInTurns(
      Time::kWall, 3, {[&] { Train(set, 1, kEpochs); }, [&] { Train(set, 2, kEpochs); }});
  const double ratings = kEpochs * static_cast<double>(set.examples.size());
  Print({"recommend.training_ratings_per_core", ratings / best[0], "ratings/s",
         absl::StrCat("two threads: ", ratings / best[1], " ratings/s"), best[0] / best[1],
         ">= 1.7 with two threads"});
}

// The most that the process has held, in GB.
double PeakGigabytes() {
  std::ifstream status("/proc/self/status");
  std::string line;
  while (std::getline(status, line)) {
    absl::string_view rest = line;
    if (!absl::ConsumePrefix(&rest, "VmHWM:")) continue;
    double kilobytes = 0;
    if (absl::SimpleAtod(
            std::vector<std::string>(absl::StrSplit(rest, ' ', absl::SkipWhitespace())).front(),
            &kilobytes)) {
      return kilobytes / 1e6;
    }
  }
  return 0;
}

void MeasureMemory() {
  const TrainingSet set = RandomSet(200'000, 20'000, 55);
  const double before = PeakGigabytes();
  Train(set, 2, 1);
  Print({"recommend.training_memory_of_10000000", PeakGigabytes(), "GB",
         absl::StrCat(set.examples.size(), " examples alone: ", before, " GB"), PeakGigabytes() / 4,
         "<= 1 of 4 GB"});
}

void Run(const std::string& only) {
  inference::UseThreads(1);
  const auto wants = [&](const char* name) { return only.empty() || only == name; };
  if (wants("selection")) MeasureSelection();
  if (wants("batch")) MeasureBatch();
  if (wants("fold-in")) MeasureFoldIn();
  if (wants("training")) MeasureTraining();
  if (only == "memory") MeasureMemory();
}

}  // namespace
}  // namespace clientele::recommend

int main(int argc, char** argv) {
  return clientele::bench::RunBenchmark(
      "recommend", [&] { clientele::recommend::Run(argc > 1 ? argv[1] : ""); });
}
