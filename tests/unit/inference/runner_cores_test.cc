// TorchScriptRunner on a budget of cores.

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/csrc/jit/api/module.h>

#include "common/inference/compute/core_budget.h"
#include "common/inference/torchscript/torchscript_runner.h"
#include "tests/support/catch_with_torch.h"
#include "tests/unit/inference/tiny_models.h"

namespace clientele::inference {
namespace {

constexpr char kSum[] = R"(
def forward(self, features):
    assert features[0, 0] >= 0.0
    return features.sum(1)
)";

std::unique_ptr<TorchScriptRunner> Ranker(std::shared_ptr<CoreBudget> cores, int threads) {
  return TorchScriptRunner::FromModule(testing::TinyModule(kSum), testing::TinyRankerManifest(),
                                       {.threads = threads, .cores = std::move(cores)})
      .value();
}

}  // namespace

TEST_CASE("a model computes only when its cores are free") {
  const auto cores = std::make_shared<CoreBudget>(2);
  const auto runner = Ranker(cores, 2);
  std::atomic<bool> ran = false;
  std::thread caller;
  {
    const CoreLease other(*cores, 1);
    caller = std::thread([&] { ran = runner->Run("forward", {at::ones({1, 2})}).ok(); });
    while (cores->stats().waiting == 0) std::this_thread::yield();
    CHECK_FALSE(ran);
  }
  caller.join();
  CHECK(ran);
  CHECK(cores->stats().calls == 2);
  CHECK(cores->stats().busy == 0);
}

TEST_CASE("cores are given back when a model fails, and not taken for wrong inputs") {
  const auto cores = std::make_shared<CoreBudget>(1);
  const auto runner = Ranker(cores, 1);
  CHECK(absl::IsInternal(runner->Run("forward", {-at::ones({1, 2})}).status()));
  CHECK(absl::IsInvalidArgument(runner->Run("forward", {at::ones({1, 3})}).status()));
  CHECK(runner->Run("forward", {at::ones({1, 2})}).ok());
  CHECK(cores->stats().busy == 0);
  CHECK(cores->stats().calls == 2);
}

TEST_CASE("a call has its model's threads, whichever thread it comes from") {
  const auto cores = std::make_shared<CoreBudget>(3);
  const auto three = Ranker(cores, 3);
  const auto one = Ranker(cores, 1);
  const auto threads_after = [](const TorchScriptRunner& runner) {
    if (!runner.Run("forward", {at::ones({1, 2})}).ok()) return 0;
    return at::get_num_threads();
  };
  std::vector<int> threads;
  std::thread([&] {
    // Each in a thread that is new to torch; the first one is asked last.
    if (!three->Run("forward", {at::ones({1, 2})}).ok()) return;
    std::thread([&] { threads.push_back(threads_after(*one)); }).join();
    threads.push_back(at::get_num_threads());
    threads.push_back(threads_after(*one));
    threads.push_back(threads_after(*three));
  }).join();
  CHECK(threads == std::vector<int>{1, 3, 1, 3});
}

}  // namespace clientele::inference
