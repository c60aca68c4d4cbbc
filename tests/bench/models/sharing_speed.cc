#include <atomic>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <ATen/ATen.h>

#include "absl/strings/str_format.h"

#include "common/inference/compute/core_budget.h"
#include "common/inference/compute/usable_cores.h"
#include "common/inference/torchscript/torchscript_runner.h"
#include "common/status/status_macros.h"
#include "tests/bench/models/measure.h"
#include "tests/bench/models/topics.h"

namespace clientele::bench {
namespace {

using inference::CoreBudget;
using inference::TorchScriptRunner;

constexpr int kCalls = 24;
constexpr int kSharingRounds = 7;

// So many calls from so many threads.
void Call(const TorchScriptRunner& runner, int callers, const std::vector<at::Tensor>& inputs) {
  std::atomic<int> next = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < callers; ++i) {
    threads.emplace_back([&] {
      while (next++ < kCalls) {
        if (!runner.Run("forward", inputs).ok()) std::abort();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace

absl::Status MeasureSharing(BenchModels& models) {
  CLIENTELE_ASSIGN_OR_RETURN(const auto dir, models.Encoder());
  CLIENTELE_ASSIGN_OR_RETURN(const auto bundle, inference::ModelBundle::OpenUnsigned(dir));
  const int cores = inference::UsableCores();
  const auto budget = std::make_shared<CoreBudget>(cores);
  CLIENTELE_ASSIGN_OR_RETURN(const auto unbounded,
                             TorchScriptRunner::Load(bundle, {.threads = cores}));
  CLIENTELE_ASSIGN_OR_RETURN(const auto wide,
                             TorchScriptRunner::Load(bundle, {.threads = cores, .cores = budget}));
  CLIENTELE_ASSIGN_OR_RETURN(const auto narrow,
                             TorchScriptRunner::Load(bundle, {.threads = 1, .cores = budget}));
  const at::Tensor ids = RandomIds(8, 32, 13);
  const std::vector<at::Tensor> inputs = {ids, at::ones_like(ids)};
  const int callers = 2 * cores;
  std::vector<double> cpu[3];
  const std::vector<double> wall =
      BestInTurns(Time::kWall, kSharingRounds,
                  {NotingCpu(cpu[0], [&] { Call(*unbounded, callers, inputs); }),
                   NotingCpu(cpu[1], [&] { Call(*wide, callers, inputs); }),
                   NotingCpu(cpu[2], [&] { Call(*narrow, callers, inputs); })});
  const auto spent = [&](int i) { return Median(cpu[i]) / kCalls * 1e3; };
  const auto rate = [&](int i) { return kCalls / wall[i]; };
  const std::string callers_and_cores = absl::StrFormat("_%d_callers_%d_cores", callers, cores);
  const std::string at_once =
      absl::StrFormat("%d threads each at once %.1f calls/s", cores, rate(0));
  Print({"sharing_one_thread_each" + callers_and_cores, rate(2), "calls/s", at_once,
         rate(2) / rate(0), ">= 1"});
  Print({"sharing_one_thread_each_cpu" + callers_and_cores, spent(2), "ms/call",
         absl::StrFormat("%d threads each at once %.1f ms/call", cores, spent(0)),
         spent(0) / spent(2)});
  Print({"sharing_all_threads_in_turn" + callers_and_cores, rate(1), "calls/s", at_once,
         rate(1) / rate(0)});
  return absl::OkStatus();
}

}  // namespace clientele::bench
