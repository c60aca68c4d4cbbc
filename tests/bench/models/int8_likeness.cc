#include <algorithm>
#include <exception>
#include <memory>
#include <vector>

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/serialization/import.h>

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

constexpr std::int64_t kRows = 32;
constexpr std::int64_t kLength = 32;
// Ids from here on are loud.
constexpr std::int64_t kFirstLoudId = 30'000;

// The least cosine of a row in one matrix and that row in the other.
double LeastCosine(const at::Tensor& a, const at::Tensor& b) {
  const at::Tensor x = a.to(at::kDouble);
  const at::Tensor y = b.to(at::kDouble);
  return at::min((x * y).sum(1) / (x.norm(2, 1) * y.norm(2, 1))).item<double>();
}

struct Pair {
  std::unique_ptr<TorchScriptRunner> fp32;
  std::unique_ptr<TorchScriptRunner> other;
};

absl::StatusOr<Pair> Load(const torch::jit::Module& module, const model::v1::Bundle& manifest,
                          Precision precision) {
  Pair pair;
  CLIENTELE_ASSIGN_OR_RETURN(pair.fp32, TorchScriptRunner::FromModule(module, manifest));
  CLIENTELE_ASSIGN_OR_RETURN(
      pair.other, TorchScriptRunner::FromModule(module, manifest, {.precision = precision}));
  return pair;
}

absl::Status Compare(const Pair& pair, const std::string& name, const std::string& vs,
                     const at::Tensor& ids, const std::string& target) {
  const at::Tensor mask = at::ones_like(ids);
  CLIENTELE_ASSIGN_OR_RETURN(const auto exact, pair.fp32->Run("forward", {ids, mask}));
  CLIENTELE_ASSIGN_OR_RETURN(const auto rounded, pair.other->Run("forward", {ids, mask}));
  const double cosine = LeastCosine(exact[0], rounded[0]);
  Print({name + "_least_cosine", cosine, "cosine", vs, cosine, target});
  // What all rows share says little about one of them: random weights give much of that.
  const c10::InferenceMode inference;
  const at::Tensor mean = exact[0].mean(0, true);
  const double centered = LeastCosine(exact[0] - mean, rounded[0] - mean);
  Print({name + "_least_cosine_without_mean", centered, "cosine", vs, centered});
  return absl::OkStatus();
}

absl::Status MeasurePrecision(const torch::jit::Module& plain, const model::v1::Bundle& manifest,
                              const torch::jit::Module& loud,
                              const model::v1::Bundle& loud_manifest, Precision precision,
                              const std::string& name, const std::string& target) {
  const at::Tensor ids = RandomIds(kRows, kLength, 21).remainder(kFirstLoudId - 5) + 5;
  {
    CLIENTELE_ASSIGN_OR_RETURN(const Pair pair, Load(plain, manifest, precision));
    CLIENTELE_RETURN_IF_ERROR(
        Compare(pair, name, absl::StrFormat("fp32, %d rows", kRows), ids, target));
  }
  CLIENTELE_ASSIGN_OR_RETURN(const Pair pair, Load(loud, loud_manifest, precision));
  at::Tensor with_loud = ids.clone();
  with_loud.select(0, 3).fill_(kFirstLoudId + 7);
  with_loud.select(0, 9).narrow(0, 5, 3).fill_(kFirstLoudId + 11);
  // How loud: the hidden states, as `reference` gives them.
  CLIENTELE_ASSIGN_OR_RETURN(
      const auto hidden,
      pair.fp32->Run("reference", {with_loud, at::ones_like(ids), at::zeros_like(ids)}));
  const at::Tensor sizes = hidden[0].abs().amax({1, 2});
  const double loudness =
      sizes[3].item<double>() / std::max(1e-30, at::median(sizes).item<double>());
  return Compare(pair, name + "_beside_loud_row",
                 absl::StrFormat("fp32, row 3 is %.0f times the median row", loudness), with_loud,
                 target);
}

}  // namespace

absl::Status MeasureLikeness(BenchModels& models) {
  UseThreads(ThreadCounts().back());
  CLIENTELE_ASSIGN_OR_RETURN(const auto dir, models.Encoder());
  CLIENTELE_ASSIGN_OR_RETURN(const auto loud_dir, models.LoudEncoder());
  CLIENTELE_ASSIGN_OR_RETURN(const auto bundle, inference::ModelBundle::OpenUnsigned(dir));
  CLIENTELE_ASSIGN_OR_RETURN(const auto loud_bundle,
                             inference::ModelBundle::OpenUnsigned(loud_dir));
  torch::jit::Module plain;
  torch::jit::Module loud;
  try {
    plain = torch::jit::load((dir / "model.pt").string());
    loud = torch::jit::load((loud_dir / "model.pt").string());
    // Layer norms with epsilon 1 divide what is small by about 1: sizes stay what they are.
    for (const char* table : {"tokens", "places", "segments"})
      loud.attr(table).toTensor().mul_(0.05);
    at::Tensor tokens = loud.attr("tokens").toTensor();
    tokens.narrow(0, kFirstLoudId, kVocabulary - kFirstLoudId).mul_(20'000);
  } catch (const std::exception&) {
    return absl::InternalError("the modules cannot be loaded");
  }
  CLIENTELE_RETURN_IF_ERROR(MeasurePrecision(plain, bundle.manifest(), loud, loud_bundle.manifest(),
                                             Precision::kInt8, "int8", ">= 0.999"));
  if (!PackedLinear::Supports(Precision::kBfloat16)) return absl::OkStatus();
  return MeasurePrecision(plain, bundle.manifest(), loud, loud_bundle.manifest(),
                          Precision::kBfloat16, "bf16", "");
}

}  // namespace clientele::bench
