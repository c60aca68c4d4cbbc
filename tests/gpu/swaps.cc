#include <map>
#include <string>
#include <vector>

#include <ATen/ATen.h>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

#include "common/inference/bundle/golden.h"
#include "common/inference/model_runner.h"
#include "common/status/status_macros.h"
#include "tests/gpu/callers.h"
#include "tests/gpu/check.h"
#include "tests/gpu/device_memory.h"

namespace clientele::gpu {
namespace {

constexpr int kVersions = 3;
constexpr int kCallers = 4;
constexpr int kSwaps = 30;
// How far results of one version may be from each other, and less than two versions are apart.
constexpr double kSameVectors = 1e-3;

absl::StatusOr<at::Tensor> Encode(const inference::LoadedModel& model, const at::Tensor& ids) {
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<at::Tensor> outputs,
                             model.runner().Run("forward", {ids, at::ones_like(ids)}));
  return outputs[0];
}

bool Same(const at::Tensor& a, const at::Tensor& b) {
  return a.sizes() == b.sizes() && inference::LargestDistance(a, b) < kSameVectors;
}

// What each version gives for `ids`.
absl::StatusOr<std::map<std::string, at::Tensor>> Expected(Check& check, EncoderHandle& handle,
                                                           const at::Tensor& ids) {
  std::map<std::string, at::Tensor> expected;
  for (int version = 1; version <= kVersions; ++version) {
    check.models->PinEncoder(version);
    CLIENTELE_RETURN_IF_ERROR(handle.Refresh());
    CLIENTELE_ASSIGN_OR_RETURN(expected[absl::StrCat(version)], Encode(*handle.Current(), ids));
  }
  return expected;
}

}  // namespace

absl::Status CheckSwaps(Check& check) {
  for (int version = 1; version <= kVersions; ++version) {
    CLIENTELE_RETURN_IF_ERROR(check.models->WriteEncoder(version));
  }
  CLIENTELE_ASSIGN_OR_RETURN(const auto handle, check.models->ServeEncoder());
  const at::Tensor ids = check.models->Ids(4, 16, 3);
  CLIENTELE_ASSIGN_OR_RETURN(const auto expected, Expected(check, *handle, ids));
  check.report->Expect("swaps_versions_differ", !Same(expected.at("1"), expected.at("2")));

  Callers callers(kCallers, [&](int) {
    const auto model = handle->Current();
    const auto vectors = Encode(*model, ids);
    return vectors.ok() && Same(*vectors, expected.at(model->manifest().version()));
  });
  callers.Await(kCallers);
  const auto before = MemoryOf(check.device);
  const absl::Time start = absl::Now();
  int swaps = 0;
  for (; swaps < kSwaps && check.HasTime(); ++swaps) {
    check.models->PinEncoder(1 + swaps % kVersions);
    CLIENTELE_RETURN_IF_ERROR(handle->Refresh());
    callers.Await(1);
  }
  const double seconds = absl::ToDoubleSeconds(absl::Now() - start);
  callers.Stop();
  const auto after = MemoryOf(check.device);
  check.report->Add({.name = "swaps_under_load",
                     .value = swaps / seconds,
                     .unit = "swaps/s",
                     .vs = absl::StrCat(swaps, " swaps under ", callers.calls(), " calls of ",
                                        kCallers, " callers")});
  check.report->Add({.name = "swaps_failed_or_mixed_calls",
                     .value = static_cast<double>(callers.failed()),
                     .unit = "calls",
                     .target = "0",
                     .held = callers.failed() == 0});
  if (before && after) {
    const std::int64_t grown = after->in_use - before->in_use;
    check.report->Add({.name = "swaps_memory_grown",
                       .value = static_cast<double>(grown) / 1e6,
                       .unit = "MB",
                       .vs = absl::StrCat("in use before ", before->in_use / 1'000'000, " MB"),
                       .target = absl::StrCat("<= ", kMostLeft / 1'000'000),
                       .held = grown <= kMostLeft});
  }
  return absl::OkStatus();
}

}  // namespace clientele::gpu
