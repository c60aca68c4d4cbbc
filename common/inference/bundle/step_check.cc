#include "common/inference/bundle/step_check.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>

#include "absl/strings/str_cat.h"

#include "common/inference/bundle/generator_contract.h"
#include "common/inference/bundle/golden.h"
#include "common/status/status_macros.h"

namespace clientele::inference {
namespace {

constexpr double kTolerance = 1e-3;
// What lies beyond a row's positions, which must not matter.
constexpr double kFiller = 7.0;

absl::Status Rejected(absl::string_view what) {
  return absl::FailedPreconditionError(absl::StrCat("the generator ", what));
}

absl::StatusOr<std::vector<at::Tensor>> Run(const ModelRunner& runner, const char* method,
                                            std::vector<at::Tensor> inputs) {
  auto outputs = runner.Run(method, std::move(inputs), OutputPlace::kDevice);
  if (!outputs.ok()) {
    return Rejected(absl::StrCat("does not run in ", method, "(): ", outputs.status().message()));
  }
  return outputs;
}

// 1 where a row holds a token.
at::Tensor MaskOf(const at::Tensor& lengths, std::int64_t length) {
  return at::arange(length, at::kLong).unsqueeze(0).lt(lengths.unsqueeze(1)).to(at::kLong);
}

absl::Status CheckLogitsOf(const at::Tensor& logits, std::int64_t rows, std::int64_t vocabulary) {
  if (logits.scalar_type() != at::kFloat || logits.dim() != 2 || logits.size(0) != rows ||
      logits.size(1) != vocabulary) {
    return Rejected(absl::StrCat("must give float32 logits of [", rows, ", ", vocabulary, "]"));
  }
  if (!at::isfinite(logits).all().item<bool>()) return Rejected("gives logits that are not finite");
  return absl::OkStatus();
}

// `view` is the part of `pool` that the step saw, and `before` the pool as it was.
absl::Status CheckWritten(const at::Tensor& pool, const at::Tensor& before,
                          const at::Tensor& positions) {
  const at::Tensor changed = pool.ne(before).any(5).any(3);  // [L, 2, rows, positions]
  const std::int64_t rows = positions.size(0);
  at::Tensor own = at::zeros({changed.size(2), changed.size(3)}, changed.options());
  for (std::int64_t row = 0; row < rows; ++row) {
    own.select(0, row).select(0, positions[row].item<std::int64_t>()).fill_(true);
  }
  const at::Tensor wanted = own.expand_as(changed);
  if (changed.logical_and(wanted.logical_not()).any().item<bool>()) {
    return Rejected("writes to the cache beside each row's own position in step()");
  }
  if (wanted.logical_and(changed.logical_not()).any().item<bool>()) {
    return Rejected("does not write keys and values of every layer in place in step()");
  }
  return absl::OkStatus();
}

bool Differ(const at::Tensor& a, const at::Tensor& b, double tolerance) {
  const at::Tensor distance = (a - b).abs() / (1 + b.abs());
  return !(distance.max().item<float>() <= tolerance);
}

double ToleranceOf(const model::v1::Bundle& manifest, Precision precision) {
  return precision == Precision::kFloat16 || precision == Precision::kBfloat16
             ? GoldenTolerance(manifest.golden(), precision)
             : kTolerance;
}

// A copy of [L, 2, rows, H, T, D] with other numbers behind each row's length.
at::Tensor FillPadding(const at::Tensor& cross, const at::Tensor& lengths, double filler) {
  at::Tensor filled = cross.clone();
  for (std::int64_t row = 0; row < lengths.size(0); ++row) {
    const std::int64_t count = lengths[row].item<std::int64_t>();
    filled.select(2, row).narrow(3, count, cross.size(4) - count).fill_(filler);
  }
  return filled;
}

}  // namespace

absl::Status CheckPrefillAndStep(const ModelRunner& runner, const model::v1::Bundle& manifest,
                                 std::int64_t rows, std::int64_t length, Precision precision) {
  const c10::InferenceMode inference;
  CLIENTELE_ASSIGN_OR_RETURN(const GeneratorContract contract, ReadGeneratorContract(manifest));
  const bool encodes = contract.kind == GeneratorKind::kEncoderDecoder;
  // A decoder-only prompt leaves room for the token that is fed behind it.
  if (!encodes) length = std::min(length, contract.max_tokens - 1);
  if (length < 1 || contract.max_tokens < 2) return Rejected("must hold at least 2 positions");

  // Rows of length, length - 1, ... tokens.
  const at::Tensor lengths = (length - at::arange(rows, at::kLong)).clamp_min(1);
  const at::Tensor ids = ExampleInputs(manifest, rows, length)[0];
  const at::Tensor mask = MaskOf(lengths, length);
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<at::Tensor> prefilled,
                             Run(runner, "prefill", {ids, mask}));
  CLIENTELE_RETURN_IF_ERROR(CheckLogitsOf(prefilled[0], rows, contract.vocabulary));
  const at::Tensor& cache = prefilled[1];
  const std::int64_t held = encodes ? 1 : length;
  if (cache.size(2) != rows || cache.size(4) != held) {
    return Rejected("must give a cache of the prompt's positions in prefill()");
  }
  if (encodes && (prefilled[2].size(2) != rows || prefilled[2].size(4) != length ||
                  prefilled[3].size(0) != rows || prefilled[3].size(1) != length)) {
    return Rejected("must give the source's keys, values and mask in prefill()");
  }

  const at::Tensor positions = encodes ? at::ones({rows}, at::kLong) : lengths;
  const at::Tensor fed = ids.select(1, 0).contiguous();
  const std::int64_t seen = std::min(held + 2, contract.max_tokens);
  const auto step = [&](double filler) -> absl::StatusOr<at::Tensor> {
    at::Tensor pool =
        at::full({contract.layers, 2, rows + 1, contract.heads, held + 3, contract.width}, filler,
                 cache.options());
    for (std::int64_t row = 0; row < rows; ++row) {
      const std::int64_t count = positions[row].item<std::int64_t>();
      pool.select(2, row).narrow(3, 0, count).copy_(cache.select(2, row).narrow(3, 0, count));
    }
    const at::Tensor before = pool.clone();
    std::vector<at::Tensor> inputs = {fed, positions, pool.narrow(2, 0, rows).narrow(4, 0, seen)};
    if (encodes) {
      inputs.push_back(FillPadding(prefilled[2], lengths, filler));
      inputs.push_back(prefilled[3]);
    }
    CLIENTELE_ASSIGN_OR_RETURN(std::vector<at::Tensor> stepped,
                               Run(runner, "step", std::move(inputs)));
    if (stepped.size() != 1) return Rejected("must give one tensor, the logits, in step()");
    CLIENTELE_RETURN_IF_ERROR(CheckLogitsOf(stepped[0], rows, contract.vocabulary));
    CLIENTELE_RETURN_IF_ERROR(CheckWritten(pool, before, positions));
    return std::move(stepped[0]);
  };
  CLIENTELE_ASSIGN_OR_RETURN(const at::Tensor stepped, step(kFiller));
  if (encodes) {
    CLIENTELE_ASSIGN_OR_RETURN(const at::Tensor again, step(-kFiller));
    if (Differ(stepped, again, ToleranceOf(manifest, precision))) {
      return Rejected("looks at padding, or beyond a row's positions, in step()");
    }
    return absl::OkStatus();
  }

  const at::Tensor longer = at::zeros({rows, length + 1}, at::kLong);
  longer.narrow(1, 0, length).copy_(ids);
  longer.scatter_(1, lengths.unsqueeze(1), fed.unsqueeze(1));
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<at::Tensor> together,
                             Run(runner, "prefill", {longer, MaskOf(lengths + 1, length + 1)}));
  if (Differ(stepped, together[0], ToleranceOf(manifest, precision))) {
    return Rejected("gives other logits in step() than in a prefill() of the same tokens");
  }
  return absl::OkStatus();
}

}  // namespace clientele::inference
