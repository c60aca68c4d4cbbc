#include <algorithm>
#include <utility>

#include <ATen/ATen.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "common/inference/bundle/golden.h"
#include "common/inference/bundle/step_check.h"
#include "common/inference/torchscript/kernels/packed_linear.h"
#include "common/status/status_macros.h"
#include "tests/gpu/check.h"
#include "tests/gpu/families.h"

namespace clientele::gpu {
namespace {

using inference::Precision;

// Of outputs that the published implementation gave: what its own float32 is worth.
constexpr double kGoldenTolerance = 1e-3;

double ToleranceOf(const Family& family, const Example& example, Precision precision) {
  const double allowed = inference::GoldenTolerance(family.manifest.golden(), precision);
  return precision == Precision::kFloat32 && example.origin == "golden" ? kGoldenTolerance
                                                                        : allowed;
}

// The largest |a-b| / (1 + |b|) of all outputs.
absl::StatusOr<double> DistanceOf(const inference::ModelRunner& runner, const Example& example) {
  CLIENTELE_ASSIGN_OR_RETURN(const std::vector<at::Tensor> outputs,
                             runner.Run(example.method, example.inputs));
  if (outputs.size() != example.outputs.size()) {
    return absl::InternalError("the model gives another number of outputs");
  }
  double largest = 0;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    if (!example.outputs[i].defined()) continue;
    if (outputs[i].sizes() != example.outputs[i].sizes()) {
      return absl::InternalError(absl::StrCat("output ", i, " has another shape"));
    }
    largest = std::max(largest, inference::LargestDistance(outputs[i], example.outputs[i]));
  }
  return largest;
}

absl::Status CheckFamily(Check& check, const Family& family, Precision precision) {
  const std::string what = absl::StrCat(family.name, "_", inference::PrecisionName(precision));
  CLIENTELE_ASSIGN_OR_RETURN(const auto runner,
                             family.load({.device = check.device_name(), .precision = precision}));
  // Of several examples of one origin, the worst.
  for (const char* origin : {"golden", "bundle", "cpu"}) {
    double largest = -1;
    double tolerance = 0;
    for (const Example& example : family.examples) {
      if (example.origin != origin) continue;
      CLIENTELE_ASSIGN_OR_RETURN(const double distance, DistanceOf(*runner, example));
      largest = std::max(largest, distance);
      tolerance = ToleranceOf(family, example, precision);
    }
    if (largest < 0) continue;
    check.report->Add({.name = absl::StrCat("parity_", what, "_", origin),
                       .value = largest,
                       .unit = "of 1 + |expected|",
                       .target = absl::StrFormat("<= %g", tolerance),
                       .held = largest <= tolerance});
  }
  if (family.manifest.task() != model::v1::TASK_TEXT_GENERATOR) return absl::OkStatus();
  const absl::Status steps =
      inference::CheckPrefillAndStep(*runner, family.manifest, 3, 6, precision);
  check.report->Expect(absl::StrCat("parity_", what, "_steps"), steps.ok(), steps.message());
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
