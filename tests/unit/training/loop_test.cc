#include "common/training/loop.h"

#include <cmath>
#include <filesystem>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/catch_with_torch.h"
//
#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <catch2/catch_approx.hpp>
#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/dropout.h>
#include <torch/nn/modules/linear.h>
#include <torch/optim/adam.h>
#include <torch/optim/sgd.h>

#include "common/training/checkpoint_folder.h"
#include "tests/support/temporary_folder.h"

namespace clientele::training {
namespace {

using Catch::Approx;

constexpr std::size_t kExamples = 50;

// Everything that has a state: normalization, dropout, and a part that few batches reach.
struct Net : torch::nn::Module {
  Net() {
    hidden = register_module("hidden", torch::nn::Linear(4, 8));
    norm = register_module("norm", torch::nn::BatchNorm1d(8));
    dropout = register_module("dropout", torch::nn::Dropout(0.3));
    out = register_module("out", torch::nn::Linear(8, 1));
    seldom = register_parameter("seldom", at::ones({1}));
  }
  at::Tensor Forward(const at::Tensor& x) {
    return out->forward(dropout->forward(at::relu(norm->forward(hidden->forward(x)))));
  }
  torch::nn::Linear hidden{nullptr}, out{nullptr};
  torch::nn::BatchNorm1d norm{nullptr};
  torch::nn::Dropout dropout{nullptr};
  at::Tensor seldom;
};

// One training from its start, as a process would have it.
struct Run {
  explicit Run(std::filesystem::path checkpoints = {}) : random(11) {
    net = std::make_shared<Net>();
    optimizer =
        std::make_unique<torch::optim::Adam>(net->parameters(), torch::optim::AdamOptions(0.05));
    options.epochs = 6;
    options.schedule = LearningRateSchedule::WarmUpCosine(3, 42, 0.1);
    options.max_gradient_norm = 0.5;
    options.early_stopping = EarlyStoppingOptions{.patience = 5};
    options.checkpoints = std::move(checkpoints);
    options.checkpoint_every = 1;
    at::Generator generator = TorchGenerator(3);
    x = at::randn({static_cast<std::int64_t>(kExamples), 4}, generator);
    y = at::matmul(x, at::ones({4, 1})).sin();
  }

  // Stops with CANCELLED after `stop_after` steps; negative: never.
  absl::StatusOr<LoopResult> Go(std::int64_t stop_after = -1) {
    auto order = BatchOrder::Create({.examples = kExamples, .batch_size = 8, .seed = 2});
    REQUIRE(order.ok());
    return RunLoop(options, StateOf(*net), *optimizer, *order, random,
                   {.loss = [&](const Batch& batch) { return Loss(batch); },
                    .validate = [&](std::int64_t) { return Validate(); },
                    .progress =
                        [&](const LoopProgress& progress) {
                          seen.push_back(progress);
                          return progress.step == stop_after ? absl::CancelledError("enough")
                                                             : absl::OkStatus();
                        }});
  }

  absl::StatusOr<at::Tensor> Loss(const Batch& batch) {
    std::vector<std::int64_t> rows(batch.examples.begin(), batch.examples.end());
    const at::Tensor index = at::tensor(rows, at::kLong);
    // Noise of the other generator too.
    const double noise = static_cast<double>(random.engine()() % 100) / 1000;
    at::Tensor loss =
        (net->Forward(x.index_select(0, index)) - y.index_select(0, index)).square().mean() *
        (1 + noise);
    if (batch.step % 5 == 0) loss = loss + net->seldom.square().sum();
    return loss;
  }

  absl::StatusOr<double> Validate() {
    const c10::NoGradGuard no_gradients;
    net->eval();
    const double error = (net->Forward(x) - y).square().mean().item<double>();
    net->train();
    return error;
  }

  RandomSource random;
  std::shared_ptr<Net> net;
  std::unique_ptr<torch::optim::Adam> optimizer;
  LoopOptions options;
  at::Tensor x, y;
  std::vector<LoopProgress> seen;
};

void CheckSameBits(const Net& a, const Net& b) {
  const auto left = StateOf(a);
  const auto right = StateOf(b);
  REQUIRE(left.size() == right.size());
  for (std::size_t i = 0; i < left.size(); ++i) {
    INFO(left[i].name);
    CHECK(at::equal(left[i].tensor, right[i].tensor));
  }
}

TEST_CASE("a run that was cut ends with the bits of one that was not") {
  Run whole;
  const auto expected = whole.Go();
  REQUIRE(expected.ok());
  REQUIRE(expected->steps == 42);
  // In the middle of an epoch, at its end, at the first step, and before the last.
  for (const std::int64_t cut : {10, 14, 1, 41}) {
    INFO(cut);
    testing::TemporaryFolder folder;
    {
      Run first(folder.path());
      REQUIRE(absl::IsCancelled(first.Go(cut).status()));
    }
    Run second(folder.path());
    at::rand({17});  // what another program would have drawn
    const auto resumed = second.Go();
    INFO(resumed.status());
    REQUIRE(resumed.ok());
    CHECK(resumed->resumed);
    CHECK(second.seen.front().step == cut + 1);
    CHECK(resumed->steps == expected->steps);
    CHECK((resumed->epochs == expected->epochs));
    CHECK(resumed->best == expected->best);
    CheckSameBits(*second.net, *whole.net);
  }
}

TEST_CASE("a checkpoint from before the cut repeats the steps since") {
  Run whole;
  REQUIRE(whole.Go().ok());
  testing::TemporaryFolder folder;
  {
    Run first(folder.path());
    first.options.checkpoint_every = 9;
    REQUIRE(absl::IsCancelled(first.Go(16).status()));
  }
  Run second(folder.path());
  REQUIRE(second.Go().ok());
  CHECK(second.seen.front().step == 10);
  CheckSameBits(*second.net, *whole.net);
}

TEST_CASE("a finished run is not done again") {
  testing::TemporaryFolder folder;
  Run first(folder.path());
  first.options.checkpoint_every = 0;
  const auto result = first.Go();
  REQUIRE(result.ok());
  Run second(folder.path());
  const auto again = second.Go();
  REQUIRE(again.ok());
  CHECK(second.seen.empty());
  CHECK((again->epochs == result->epochs));
  CheckSameBits(*second.net, *first.net);
}

TEST_CASE("training lowers the loss, and the module ends as it was best") {
  Run run;
  run.options.epochs = 20;
  run.options.schedule = {};
  const auto result = run.Go();
  REQUIRE(result.ok());
  CHECK(result->epochs.back().mean_loss < 0.7 * result->epochs.front().mean_loss);
  REQUIRE(result->best.has_value());
  for (const EpochRecord& epoch : result->epochs) CHECK(*epoch.validation >= result->best->value);
  CHECK(*run.Validate() == result->best->value);
}

TEST_CASE("a training that no longer gets better is stopped") {
  Run run;
  run.options.epochs = 50;
  run.options.early_stopping = EarlyStoppingOptions{.patience = 2, .min_delta = 1e9};
  const auto result = run.Go();
  REQUIRE(result.ok());
  CHECK(result->epochs.size() == 3);
  CHECK(result->best->at == 0);
}

TEST_CASE("progress counts steps and epochs") {
  Run run;
  REQUIRE(run.Go().ok());
  REQUIRE(run.seen.size() == 42);
  CHECK(run.seen[6].epoch == 0);
  CHECK(run.seen[7].epoch == 1);
  CHECK(run.seen[7].step == 8);
  CHECK(run.seen[7].steps == 42);
  CHECK(run.seen[7].epochs == 6);
  CHECK(run.seen[7].mean_loss > 0);
}

TEST_CASE("a checkpoint of another training is refused") {
  testing::TemporaryFolder folder;
  {
    Run first(folder.path());
    REQUIRE(absl::IsCancelled(first.Go(3).status()));
  }
  Run second(folder.path());
  SECTION("other data") { second.options.fingerprint = "other"; }
  SECTION("other epochs") { second.options.epochs = 7; }
  SECTION("another module") { second.net->register_buffer("more", at::zeros({1})); }
  CHECK(absl::IsFailedPrecondition(second.Go().status()));
}

TEST_CASE("a damaged checkpoint is refused, and cleared the training starts anew") {
  testing::TemporaryFolder folder;
  {
    Run first(folder.path());
    REQUIRE(absl::IsCancelled(first.Go(3).status()));
  }
  std::filesystem::resize_file(folder.path() / "3" / "module.pt", 100);
  Run second(folder.path());
  CHECK(absl::IsDataLoss(second.Go().status()));
  REQUIRE(CheckpointFolder(folder.path()).Clear().ok());
  Run third(folder.path());
  const auto result = third.Go();
  REQUIRE(result.ok());
  CHECK_FALSE(result->resumed);
}

TEST_CASE("files that are whole but make no sense are refused") {
  testing::TemporaryFolder folder;
  {
    Run first(folder.path());
    REQUIRE(absl::IsCancelled(first.Go(3).status()));
  }
  const CheckpointFolder checkpoints(folder.path());
  const auto files = checkpoints.ReadNewest();
  REQUIRE((files.ok() && files->has_value()));
  CheckpointFiles changed = **files;
  SECTION("no position") { changed.erase("position.json"); }
  SECTION("no JSON") { changed["position.json"] = "{"; }
  SECTION("no optimizer") { changed["optimizer.pt"] = "x"; }
  SECTION("no generator") { changed["torch-generator.bin"] = "x"; }
  REQUIRE(checkpoints.Write(4, changed).ok());
  Run second(folder.path());
  CHECK(absl::IsDataLoss(second.Go().status()));
}

TEST_CASE("gradients are clipped to their norm together") {
  // One step of gradient descent at rate 1: the step is the gradient.
  const auto step = [](double max_norm) {
    at::Tensor a = at::zeros({1}).requires_grad_(true);
    at::Tensor b = at::zeros({1}).requires_grad_(true);
    torch::optim::SGD optimizer(std::vector<at::Tensor>{a, b}, torch::optim::SGDOptions(1.0));
    auto order = BatchOrder::Create({.examples = 1});
    RandomSource random(1);
    REQUIRE(RunLoop({.max_gradient_norm = max_norm}, {{"a", a}, {"b", b}}, optimizer, *order,
                    random, {.loss = [&](const Batch&) -> absl::StatusOr<at::Tensor> {
                      return (a * -3 + b * -4).sum();
                    }})
                .ok());
    return std::pair(a.item<double>(), b.item<double>());
  };
  CHECK(step(0) == std::pair(3.0, 4.0));
  CHECK(step(10) == std::pair(3.0, 4.0));
  CHECK(step(1).first == Approx(0.6));
  CHECK(step(1).second == Approx(0.8));
}

TEST_CASE("the schedule scales each group's own rate") {
  at::Tensor a = at::zeros({1}).requires_grad_(true);
  torch::optim::SGD optimizer(std::vector<at::Tensor>{a}, torch::optim::SGDOptions(0.5));
  auto order = BatchOrder::Create({.examples = 4, .batch_size = 1});
  RandomSource random(1);
  LoopOptions options{.schedule = LearningRateSchedule::WarmUpLinear(0, 5)};
  REQUIRE(RunLoop(options, {{"a", a}}, optimizer, *order, random,
                  {.loss = [&](const Batch&) -> absl::StatusOr<at::Tensor> { return -a.sum(); }})
              .ok());
  CHECK(a.item<double>() == Approx(0.5 * (1 + 0.75 + 0.5 + 0.25)));
}

TEST_CASE("a loss or a gradient that is no longer finite ends the training") {
  for (const bool in_loss : {true, false}) {
    at::Tensor a = at::zeros({1}).requires_grad_(true);
    torch::optim::SGD optimizer(std::vector<at::Tensor>{a}, torch::optim::SGDOptions(0.1));
    auto order = BatchOrder::Create({.examples = 1});
    RandomSource random(1);
    const auto result = RunLoop({}, {{"a", a}}, optimizer, *order, random,
                                {.loss = [&](const Batch&) -> absl::StatusOr<at::Tensor> {
                                  // The root of zero has an infinite slope.
                                  return in_loss ? (a + std::nan("")).sum() : a.sqrt().sum();
                                }});
    CHECK(absl::IsOutOfRange(result.status()));
    CHECK(a.item<double>() == 0);
  }
}

TEST_CASE("errors of the callbacks and exceptions of torch end the training") {
  at::Tensor a = at::zeros({1}).requires_grad_(true);
  torch::optim::SGD optimizer(std::vector<at::Tensor>{a}, torch::optim::SGDOptions(0.1));
  auto order = BatchOrder::Create({.examples = 1});
  RandomSource random(1);
  const auto with = [&](LoopCallbacks callbacks, LoopOptions options = {}) {
    return RunLoop(options, {{"a", a}}, optimizer, *order, random, callbacks).status();
  };
  CHECK(absl::IsAborted(with({.loss = [](const Batch&) -> absl::StatusOr<at::Tensor> {
    return absl::AbortedError("no");
  }})));
  CHECK(absl::IsInternal(with({.loss = [&](const Batch&) -> absl::StatusOr<at::Tensor> {
    return at::matmul(a, at::zeros({3, 3})).sum();
  }})));
  const auto loss = [&](const Batch&) -> absl::StatusOr<at::Tensor> { return a.sum(); };
  CHECK(absl::IsInvalidArgument(with({})));
  CHECK(absl::IsInvalidArgument(with({.loss = loss}, {.epochs = 0})));
  CHECK(absl::IsInvalidArgument(with({.loss = loss}, {.early_stopping = EarlyStoppingOptions{}})));
}

}  // namespace
}  // namespace clientele::training
