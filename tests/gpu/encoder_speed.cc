#include <cstdlib>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/jit/api/module.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "common/inference/torchscript/torchscript_runner.h"
#include "common/status/status_macros.h"
#include "tests/bench/models/measure.h"
#include "tests/gpu/check.h"
#include "tests/gpu/plain_module.h"

namespace clientele::gpu {
namespace {

using inference::Precision;
using inference::TorchScriptRunner;

// BERT of its published size, and a tiny one for a CPU.
constexpr char kEncoderConfig[] =
    R"({"model_type": "bert", "hidden_size": 768, "num_hidden_layers": 12,
    "num_attention_heads": 12, "intermediate_size": 3072, "vocab_size": 30522})";
constexpr char kSmallEncoderConfig[] = R"({"model_type": "bert", "hidden_size": 128,
    "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 512,
    "vocab_size": 30522})";
constexpr std::int64_t kEncoderVocabulary = 30'522;
constexpr int kRounds = 10;

struct Size {
  std::int64_t rows;
  std::int64_t length;
};

// The module as libtorch runs it, from the CPU and back.
class PlainEncoder {
 public:
  PlainEncoder(const torch::jit::Module& module, c10::Device device, Precision precision)
      : module_(PlainModule(module, device, precision)), device_(device) {}
  at::Tensor Run(const at::Tensor& ids, const at::Tensor& mask) {
    const c10::InferenceMode inference;
    return module_.forward({ids.to(device_), mask.to(device_)}).toTensor().to(at::kCPU);
  }

 private:
  torch::jit::Module module_;
  const c10::Device device_;
};

double SecondsOf(const std::function<void()>& body) {
  const double start = bench::Seconds(bench::Time::kWall);
  body();
  return bench::Seconds(bench::Time::kWall) - start;
}

// Ours and libtorch's in turns, and two callers of ours beside one.
absl::Status MeasureSize(Check& check, const modeling::BuiltModel& built, Precision precision,
                         Size size) {
  CLIENTELE_ASSIGN_OR_RETURN(
      const auto runner,
      TorchScriptRunner::FromModule(built.module, built.manifest,
                                    {.device = check.device_name(), .precision = precision}));
  const at::Tensor ids = at::randint(0, kEncoderVocabulary, {size.rows, size.length}, at::kLong);
  const at::Tensor mask = at::ones_like(ids);
  absl::Status failed;
  const auto ours = [&] { failed.Update(runner->Run("forward", {ids, mask}).status()); };
  const std::string what =
      absl::StrFormat("%s_%dx%d", inference::PrecisionName(precision), size.rows, size.length);
  // Kernels are chosen, and fused ones compiled, in the first calls of a shape.
  const double first = SecondsOf(ours) + SecondsOf(ours);
  CLIENTELE_RETURN_IF_ERROR(failed);

  bench::Bodies bodies = {ours};
  std::unique_ptr<PlainEncoder> plain;
  std::string missing;
  try {
    plain = std::make_unique<PlainEncoder>(built.module, check.device, precision);
    for (int i = 0; i < 2; ++i) plain->Run(ids, mask);
    bodies.emplace_back([&] { plain->Run(ids, mask); });
  } catch (const std::exception&) {
    missing = "libtorch does not run the plain module so";
  }
  const std::vector<double> best = bench::BestInTurns(bench::Time::kWall, kRounds, bodies);
  CLIENTELE_RETURN_IF_ERROR(failed);
  check.report->Add(
      {.name = "encoder_" + what,
       .value = best[0] * 1e3,
       .unit = "ms",
       .vs = plain == nullptr ? missing : absl::StrFormat("plain module %.2f ms", best[1] * 1e3),
       .ratio = plain == nullptr ? 0 : best[1] / best[0]});
  check.report->Add({.name = absl::StrCat("encoder_", what, "_tokens"),
                     .value = static_cast<double>(size.rows * size.length) / best[0],
                     .unit = "tokens/s"});
  check.report->Add(
      {.name = absl::StrCat("encoder_", what, "_first_two_calls"), .value = first, .unit = "s"});

  // Calls of one runner share the device's default stream: what two callers gain is what copies
  // and launches leave idle.
  const auto calls = [&] {
    for (int i = 0; i < 4; ++i) {
      if (!runner->Run("forward", {ids, mask}).ok()) std::abort();
    }
  };
  const std::vector<double> both = bench::BestInTurns(bench::Time::kWall, 3,
                                                      {[&] {
                                                         calls();
                                                         calls();
                                                       },
                                                       [&] {
                                                         std::thread other(calls);
                                                         calls();
                                                         other.join();
                                                       }});
  check.report->Add({.name = absl::StrCat("encoder_", what, "_two_callers"),
                     .value = 8.0 * static_cast<double>(size.rows * size.length) / both[1],
                     .unit = "tokens/s",
                     .vs = "one caller",
                     .ratio = both[0] / both[1]});
  return absl::OkStatus();
}

}  // namespace

absl::Status MeasureEncoder(Check& check) {
  CLIENTELE_ASSIGN_OR_RETURN(
      const modeling::BuiltModel built,
      BuildRandom("bert", check.small ? kSmallEncoderConfig : kEncoderConfig, 7));
  const std::vector<Size> sizes =
      check.small ? std::vector<Size>{{4, 32}, {16, 32}} : std::vector<Size>{{32, 128}, {256, 128}};
  for (const Precision precision : PrecisionsOf(check)) {
    for (const Size size : sizes) {
      if (!check.HasTime()) return absl::OkStatus();
      CLIENTELE_RETURN_IF_ERROR(MeasureSize(check, built, precision, size));
    }
  }
  return absl::OkStatus();
}

}  // namespace clientele::gpu
