#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <ATen/ATen.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "common/inference/bundle/golden.h"
#include "common/inference/bundle/step_check.h"
#include "common/inference/torchscript/kernels/packed_linear.h"
#include "common/status/status_macros.h"
#include "tests/gpu/check.h"
#include "tests/gpu/families.h"
#include "tests/gpu/rounded_model.h"

namespace clientele::gpu {
namespace {

using inference::Precision;

// Of outputs that the published implementation gave: what its own float32 is worth.
constexpr double kGoldenTolerance = 1e-3;

// The largest distance of all outputs. Published outputs are held to the size of the largest of
// them, since those of small random models may reach thousands; those of a bundle each to its own,
// as the bundle is when it is loaded.
absl::StatusOr<double> DistanceOf(const std::vector<at::Tensor>& outputs, const Example& example) {
  if (outputs.size() != example.outputs.size()) {
    return absl::InternalError("the model gives another number of outputs");
  }
  double largest = 0;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const at::Tensor& expected = example.outputs[i];
    if (!expected.defined()) continue;
    if (outputs[i].sizes() != expected.sizes()) {
      return absl::InternalError(absl::StrCat("output ", i, " has another shape"));
    }
    if (example.origin == "golden") {
      const double scale = std::max(1e-9, expected.abs().max().item<double>());
      largest = std::max(largest, inference::LargestDistance(outputs[i] / scale, expected / scale));
    } else {
      largest = std::max(largest, inference::LargestDistance(outputs[i], expected));
    }
  }
  return largest;
}

// The most that a half precision costs the examples of one origin on the CPU; nullopt: unknown.
std::optional<double> CostOfHalf(const Family& family, absl::string_view origin) {
  const auto module = family.module();
  if (!module.ok()) return std::nullopt;
  const auto rounded = RoundedOnCpu(*module);
  if (!rounded.ok()) return std::nullopt;
  double largest = 0;
  for (const Example& example : family.examples) {
    if (example.origin != origin) continue;
    const auto outputs = RunOnCpu(*rounded, example);
    if (!outputs.ok()) return std::nullopt;
    const auto distance = DistanceOf(*outputs, example);
    if (!distance.ok()) return std::nullopt;
    largest = std::max(largest, *distance);
  }
  return largest;
}

// Whether a model stands a half precision at all is no question of the device: where rounding alone
// costs it much on the CPU too, twice that cost is allowed.
void AddDistance(Check& check, const Family& family, Precision precision, absl::string_view origin,
                 double distance) {
  const bool exact = precision == Precision::kFloat32;
  double allowed = exact && origin == "golden"
                       ? kGoldenTolerance
                       : inference::GoldenTolerance(family.manifest.golden(), precision);
  Finding finding = {.name = absl::StrCat("parity_", family.name, "_",
                                          inference::PrecisionName(precision), "_", origin),
                     .value = distance,
                     .unit = origin == "golden" ? "of the largest" : "of 1 + |expected|"};
  const std::optional<double> cost = exact ? std::nullopt : CostOfHalf(family, origin);
  if (cost) {
    finding.vs = absl::StrFormat("rounded to bf16 on the CPU %.2g", *cost);
    allowed = std::max(allowed, 2 * *cost);
  }
  finding.target = absl::StrFormat("<= %.2g", allowed);
  finding.held = distance <= allowed;
  check.report->Add(std::move(finding));
}

absl::Status CheckFamily(Check& check, const Family& family, Precision precision) {
  CLIENTELE_ASSIGN_OR_RETURN(const auto runner,
                             family.load({.device = check.device_name(), .precision = precision}));
  // Of several examples of one origin, the worst.
  for (const char* origin : {"golden", "bundle", "cpu"}) {
    std::optional<double> largest;
    for (const Example& example : family.examples) {
      if (example.origin != origin) continue;
      CLIENTELE_ASSIGN_OR_RETURN(const std::vector<at::Tensor> outputs,
                                 runner->Run(example.method, example.inputs));
      CLIENTELE_ASSIGN_OR_RETURN(const double distance, DistanceOf(outputs, example));
      largest = std::max(largest.value_or(0), distance);
    }
    if (largest) AddDistance(check, family, precision, origin, *largest);
  }
  if (family.manifest.task() != model::v1::TASK_TEXT_GENERATOR) return absl::OkStatus();
  const absl::Status steps =
      inference::CheckPrefillAndStep(*runner, family.manifest, 3, 6, precision);
  check.report->Expect(
      absl::StrCat("parity_", family.name, "_", inference::PrecisionName(precision), "_steps"),
      steps.ok(), steps.message());
  return absl::OkStatus();
}

}  // namespace

std::vector<Precision> PrecisionsOf(const Check& check) {
  if (check.on_gpu()) return {Precision::kFloat32, Precision::kFloat16, Precision::kBfloat16};
  std::vector<Precision> precisions = {Precision::kFloat32};
  if (inference::PackedLinear::Supports(Precision::kBfloat16)) {
    precisions.push_back(Precision::kBfloat16);
  }
  return precisions;
}

absl::Status CheckParity(Check& check) {
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<Family> families, AllFamilies(check));
  for (const Family& family : families) {
    for (const Precision precision : PrecisionsOf(check)) {
      const absl::Status status = CheckFamily(check, family, precision);
      if (!status.ok()) {
        check.report->Fail(
            absl::StrCat("parity_", family.name, "_", inference::PrecisionName(precision)), status);
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace clientele::gpu
