#include <algorithm>
#include <exception>
#include <memory>
#include <string>
#include <vector>

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/serialization/import.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "common/inference/torchscript/kernels/packed_linear.h"
#include "common/inference/torchscript/torchscript_runner.h"
#include "common/status/status_macros.h"
#include "tests/bench/models/machine.h"
#include "tests/bench/models/measure.h"
#include "tests/bench/models/topics.h"

namespace clientele::bench {
namespace {

using inference::PackedLinear;
using inference::Precision;
using inference::TorchScriptRunner;

struct Size {
  std::int64_t rows;
  std::int64_t length;
  int rounds;
  const char* plain_target;
  const char* int8_target;
};

constexpr Size kSizes[] = {
    {1, 32, 60, ">= 1.15", ">= 2"},
    {32, 32, 7, ">= 1", ">= 1.7"},
    {32, 128, 5, ">= 1.15", ">= 2"},
};

struct Contestants {
  torch::jit::Module plain;
  std::unique_ptr<TorchScriptRunner> fp32;
  std::unique_ptr<TorchScriptRunner> int8;
  std::unique_ptr<TorchScriptRunner> bf16;  // null where the processor has no such instructions
};

absl::StatusOr<Contestants> LoadAll(const std::filesystem::path& dir) {
  Contestants all;
  try {
    all.plain = torch::jit::load((dir / "model.pt").string());
    all.plain.eval();
  } catch (const std::exception&) {
    return absl::InternalError("the plain module cannot be loaded");
  }
  CLIENTELE_ASSIGN_OR_RETURN(const auto bundle, inference::ModelBundle::OpenUnsigned(dir));
  CLIENTELE_ASSIGN_OR_RETURN(all.fp32, TorchScriptRunner::Load(bundle, {}));
  CLIENTELE_ASSIGN_OR_RETURN(all.int8,
                             TorchScriptRunner::Load(bundle, {.precision = Precision::kInt8}));
  if (PackedLinear::Supports(Precision::kBfloat16)) {
    CLIENTELE_ASSIGN_OR_RETURN(
        all.bf16, TorchScriptRunner::Load(bundle, {.precision = Precision::kBfloat16}));
  }
  return all;
}

void MeasureSize(Contestants& all, const Size& size, int threads) {
  const at::Tensor ids = RandomIds(size.rows, size.length, 11);
  const at::Tensor mask = at::ones_like(ids);
  SquareProduct product;
  const auto run = [&](const TorchScriptRunner& runner) {
    if (!runner.Run("forward", {ids, mask}).ok()) std::abort();
  };
  Bodies bodies = {
      [&] {
        const c10::InferenceMode inference;
        all.plain.forward({ids, mask});
      },
      [&] { run(*all.fp32); },
      [&] { run(*all.int8); },
      [&] { product.Run(); },
  };
  if (all.bf16 != nullptr) bodies.emplace_back([&] { run(*all.bf16); });
  const std::vector<double> best = BestInTurns(TimeOf(threads), size.rounds, bodies);

  const double plain = best[0];
  const double fp32 = best[1];
  const double int8 = best[2];
  const double gemm_rate = product.operations() / best[3];
  const double operations = EncoderOperations(size.rows, size.length);
  const std::string what = absl::StrFormat("%dx%d_%dt", size.rows, size.length, threads);
  const std::string rate = absl::StrFormat("sgemm 1024^3 %.1f GFLOP/s", gemm_rate / 1e9);
  const bool arithmetic = size.rows == 32 && size.length == 32;
  Print({"encoder_fp32_" + what, fp32 * 1e3, "ms",
         absl::StrFormat("plain module %.2f ms", plain * 1e3), plain / fp32, size.plain_target});
  Print({"encoder_plain_rate_" + what, operations / plain / 1e9, "GFLOP/s", rate,
         operations / plain / gemm_rate});
  Print({"encoder_fp32_rate_" + what, operations / fp32 / 1e9, "GFLOP/s", rate,
         operations / fp32 / gemm_rate, arithmetic ? ">= 0.9" : ""});
  Print({"encoder_int8_" + what, int8 * 1e3, "ms", absl::StrFormat("fp32 %.2f ms", fp32 * 1e3),
         fp32 / int8, size.int8_target});
  Print({"encoder_int8_rate_" + what, operations / int8 / 1e9, "GFLOP/s", rate,
         operations / int8 / gemm_rate});
  if (all.bf16 == nullptr) return;
  Print({"encoder_bf16_" + what, best[4] * 1e3, "ms", absl::StrFormat("fp32 %.2f ms", fp32 * 1e3),
         fp32 / best[4]});
}

}  // namespace

absl::Status MeasureEncoder(BenchModels& models) {
  CLIENTELE_ASSIGN_OR_RETURN(const auto dir, models.Encoder());
  CLIENTELE_ASSIGN_OR_RETURN(Contestants all, LoadAll(dir));
  for (const int threads : ThreadCounts()) {
    UseThreads(threads);
    for (const Size& size : kSizes) MeasureSize(all, size, threads);
  }
  return absl::OkStatus();
}

}  // namespace clientele::bench
