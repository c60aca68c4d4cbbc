#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <thread>
#include <vector>

#include <ATen/ATen.h>
#include <torch/csrc/jit/api/module.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "common/inference/generation/text_generator.h"
#include "common/inference/torchscript/torchscript_runner.h"
#include "common/status/status_macros.h"
#include "tests/gpu/check.h"
#include "tests/gpu/device_memory.h"

namespace clientele::gpu {
namespace {

using inference::TextGenerator;

// Less than all callers need together.
std::int64_t MaxCacheBytes(const Check& check) { return (check.small ? 1 : 8) << 20; }
constexpr int kCallers = 24;
constexpr std::int64_t kPrompt = 48;
constexpr std::int64_t kHeldTokens = 48;

double Megabytes(std::int64_t bytes) { return static_cast<double>(bytes) / 1e6; }

// More callers than the cache has room for; the most that the cache had at one time.
absl::StatusOr<std::int64_t> Generate(Check& check, GeneratorHandle& handle) {
  CLIENTELE_ASSIGN_OR_RETURN(
      const auto generator,
      TextGenerator::Create(
          {.loop = {.max_rows = kCallers, .max_cache_bytes = MaxCacheBytes(check)}}));
  std::vector<absl::Status> results(kCallers);
  std::atomic<int> running = kCallers;
  std::vector<std::thread> callers;
  for (int i = 0; i < kCallers; ++i) {
    callers.emplace_back([&, i] {
      results[i] =
          generator
              ->Generate(RequestContext(), handle.Current(), check.models->Prompt(kPrompt, i),
                         {.decoding = {.max_new_tokens = kHeldTokens},
                          .end_ids = std::vector<std::int64_t>()})
              .status();
      --running;
    });
  }
  std::int64_t most = 0;
  while (running > 0) {
    most = std::max(most, static_cast<std::int64_t>(generator->stats().cache_bytes));
    std::this_thread::sleep_for(std::chrono::microseconds(200));
  }
  for (std::thread& caller : callers) caller.join();
  for (const absl::Status& result : results) CLIENTELE_RETURN_IF_ERROR(result);
  return most;
}

// A runner on a GPU has weights of its own: the module that it was given stays where it is.
absl::Status CheckCallersModule(Check& check) {
  CLIENTELE_ASSIGN_OR_RETURN(
      const modeling::BuiltModel built,
      BuildRandom("bert", R"({"model_type": "bert", "num_hidden_layers": 1, "hidden_size": 16,
                              "num_attention_heads": 2, "intermediate_size": 32,
                              "vocab_size": 50})",
                  1));
  CLIENTELE_RETURN_IF_ERROR(inference::TorchScriptRunner::FromModule(
                                built.module, built.manifest, {.device = check.device_name()})
                                .status());
  bool on_cpu = true;
  for (const at::Tensor& tensor : built.module.buffers()) on_cpu &= tensor.device().is_cpu();
  check.report->Expect("memory_callers_module_stays_on_cpu", on_cpu);
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckMemory(Check& check) {
  CLIENTELE_RETURN_IF_ERROR(CheckCallersModule(check));
  // The first use of everything, which stays.
  {
    CLIENTELE_ASSIGN_OR_RETURN(auto handle, check.models->ServeGenerator());
    CLIENTELE_RETURN_IF_ERROR(Generate(check, *handle).status());
  }
  EmptyCache(check.device);
  const auto before = MemoryOf(check.device);
  CLIENTELE_ASSIGN_OR_RETURN(auto handle, check.models->ServeGenerator());
  const auto loaded = MemoryOf(check.device);
  ResetPeak(check.device);
  CLIENTELE_ASSIGN_OR_RETURN(const std::int64_t cache, Generate(check, *handle));
  check.report->Add({.name = "memory_cache_at_most",
                     .value = Megabytes(cache),
                     .unit = "MB",
                     .vs = absl::StrFormat("%d callers", kCallers),
                     .target = absl::StrFormat("0 < x <= %.1f", Megabytes(MaxCacheBytes(check))),
                     .held = cache > 0 && cache <= MaxCacheBytes(check)});
  const auto peak = MemoryOf(check.device);
  handle.reset();
  EmptyCache(check.device);
  const auto after = MemoryOf(check.device);
  if (!before || !loaded || !peak || !after) {
    check.report->Add({.name = "memory_of_the_device",
                       .unit = "not told by this version of torch (2.9 and later do)"});
    return absl::OkStatus();
  }
  check.report->Add({.name = "memory_of_the_model",
                     .value = Megabytes(loaded->in_use - before->in_use),
                     .unit = "MB",
                     .vs = absl::StrFormat("reserved %.1f MB more",
                                           Megabytes(loaded->reserved - before->reserved))});
  check.report->Add({.name = "memory_of_generating_at_most",
                     .value = Megabytes(peak->peak - loaded->in_use),
                     .unit = "MB",
                     .vs = absl::StrFormat("cache %.1f MB", Megabytes(cache))});
  const std::int64_t left = after->in_use - before->in_use;
  check.report->Add({.name = "memory_left_after_the_model",
                     .value = Megabytes(left),
                     .unit = "MB",
                     .target = absl::StrFormat("<= %.1f", Megabytes(kMostLeft)),
                     .held = left <= kMostLeft});
  return absl::OkStatus();
}

}  // namespace clientele::gpu
