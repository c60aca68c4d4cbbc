#include "common/inference/bundle/golden.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <ATen/ATen.h>

#include "absl/strings/str_cat.h"

#include "common/inference/bundle/manifest.h"
#include "common/inference/bundle/tensor_spec.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::inference {
namespace {

// |a-b| / (1 + |b|); anything not finite on one side only is infinitely far.
double Distance(double actual, double expected) {
  if (actual == expected || (std::isnan(actual) && std::isnan(expected))) return 0;
  if (!std::isfinite(actual) || !std::isfinite(expected)) {
    return std::numeric_limits<double>::infinity();
  }
  return std::abs(actual - expected) / (1 + std::abs(expected));
}

constexpr double kInt8Tolerance = 0.1;
constexpr double kBfloat16Tolerance = 0.05;
constexpr double kFloat16Tolerance = 0.01;

}  // namespace

double LargestDistance(const at::Tensor& actual, const at::Tensor& expected) {
  const at::Tensor a = actual.to(at::kDouble).contiguous();
  const at::Tensor b = expected.to(at::kDouble).contiguous();
  double largest = 0;
  for (std::int64_t i = 0; i < a.numel(); ++i) {
    largest = std::max(largest, Distance(a.data_ptr<double>()[i], b.data_ptr<double>()[i]));
  }
  return largest;
}

double GoldenTolerance(const model::v1::Golden& golden, Precision precision) {
  switch (precision) {
    case Precision::kInt8:
      return golden.int8_tolerance() > 0 ? golden.int8_tolerance() : kInt8Tolerance;
    case Precision::kBfloat16:
      return golden.bfloat16_tolerance() > 0 ? golden.bfloat16_tolerance() : kBfloat16Tolerance;
    case Precision::kFloat16:
      return golden.float16_tolerance() > 0 ? golden.float16_tolerance() : kFloat16Tolerance;
    default:
      return golden.tolerance();
  }
}

absl::StatusOr<model::v1::TensorValue> ToTensorValue(const at::Tensor& tensor) {
  if (!tensor.defined() || !FromScalarType(tensor.scalar_type())) {
    return absl::InvalidArgumentError(
        "a golden tensor must be of type float32, int64, bool or uint8");
  }
  model::v1::TensorValue value;
  for (const std::int64_t axis : tensor.sizes()) value.add_shape(axis);
  const at::Tensor cpu = tensor.detach().to(at::kCPU);
  if (cpu.scalar_type() == at::kFloat) {
    const at::Tensor data = cpu.contiguous();
    value.mutable_floats()->Add(data.data_ptr<float>(), data.data_ptr<float>() + data.numel());
  } else {
    const at::Tensor data = cpu.to(at::kLong).contiguous();
    value.mutable_ints()->Add(data.data_ptr<std::int64_t>(),
                              data.data_ptr<std::int64_t>() + data.numel());
  }
  return value;
}

absl::StatusOr<at::Tensor> FromTensorValue(const model::v1::TensorValue& value,
                                           model::v1::DataType dtype) {
  const auto type = ToScalarType(dtype);
  if (!type) return absl::InvalidArgumentError("a golden tensor's spec has no element type");
  std::int64_t count = 1;
  for (const std::int64_t axis : value.shape()) {
    if (axis < 0 || axis > kMaxGoldenValues) {
      return absl::InvalidArgumentError("a golden tensor's shape is out of range");
    }
    count *= axis;
    if (count > kMaxGoldenValues) {
      return absl::InvalidArgumentError("a golden tensor is too large");
    }
  }
  const bool is_float = *type == at::kFloat;
  if (count != (is_float ? value.floats_size() : value.ints_size()) ||
      (is_float ? value.ints_size() : value.floats_size()) != 0) {
    return absl::InvalidArgumentError("a golden tensor's values do not fill its shape");
  }
  const std::vector<std::int64_t> shape(value.shape().begin(), value.shape().end());
  at::Tensor tensor = at::empty(shape, is_float ? at::kFloat : at::kLong);
  if (is_float) {
    std::copy(value.floats().begin(), value.floats().end(), tensor.data_ptr<float>());
  } else {
    std::copy(value.ints().begin(), value.ints().end(), tensor.data_ptr<std::int64_t>());
  }
  return tensor.to(*type);
}

absl::Status ReplayGolden(const ModelRunner& runner, const model::v1::Bundle& manifest,
                          Precision precision) {
  const model::v1::Golden& golden = manifest.golden();
  if (golden.inputs_size() == 0 || golden.inputs_size() != manifest.inputs_size() ||
      golden.outputs_size() != manifest.outputs_size()) {
    return absl::FailedPreconditionError("the bundle has no golden examples to replay");
  }
  std::vector<at::Tensor> inputs;
  for (int i = 0; i < golden.inputs_size(); ++i) {
    CLIENTELE_ASSIGN_OR_RETURN(at::Tensor input,
                               FromTensorValue(golden.inputs(i), manifest.inputs(i).dtype()));
    inputs.push_back(std::move(input));
  }
  auto outputs = runner.Run(PrimaryMethod(manifest.task()), std::move(inputs));
  if (!outputs.ok()) {
    return absl::FailedPreconditionError(
        absl::StrCat("the golden examples do not run: ", outputs.status().message()));
  }
  for (int i = 0; i < golden.outputs_size(); ++i) {
    CLIENTELE_ASSIGN_OR_RETURN(const at::Tensor expected,
                               FromTensorValue(golden.outputs(i), manifest.outputs(i).dtype()));
    const at::Tensor& actual = (*outputs)[i];
    if (actual.sizes() != expected.sizes()) {
      return absl::FailedPreconditionError(
          absl::StrCat("golden output ", i, " has another shape than when the bundle was made"));
    }
    const double distance = LargestDistance(actual, expected);
    const double tolerance = GoldenTolerance(golden, precision);
    if (!(distance <= tolerance)) {
      return absl::FailedPreconditionError(absl::StrCat(
          "golden output ", i, " is off by ", distance, " in ", PrecisionName(precision),
          ", more than the tolerance ", tolerance,
          precision == Precision::kFloat32
              ? ": the model computes something else on this machine"
              : ": use another precision, or allow more in the manifest's golden examples"));
    }
  }
  return absl::OkStatus();
}

std::vector<at::Tensor> ExampleInputs(const model::v1::Bundle& manifest, std::int64_t rows,
                                      std::int64_t length) {
  std::vector<at::Tensor> inputs;
  for (const model::v1::TensorSpec& spec : manifest.inputs()) {
    std::vector<std::int64_t> shape;
    std::int64_t count = 1;
    for (const std::int64_t axis : spec.shape()) {
      shape.push_back(axis != -1 ? axis : (shape.empty() ? rows : length));
      count *= shape.back();
    }
    const at::Tensor sequence = at::arange(count, at::kLong);
    const bool is_mask = spec.name().find("mask") != std::string::npos ||
                         spec.name().find("present") != std::string::npos;
    if (spec.name() == "segments") {
      inputs.push_back((sequence % 2).reshape(shape));
    } else if (is_mask) {
      inputs.push_back(at::ones(shape, *ToScalarType(spec.dtype())));
    } else if (spec.dtype() == model::v1::DATA_TYPE_FLOAT32) {
      // In [0, 1), as pixels are; 37 and 101 have no common factor.
      inputs.push_back(((sequence * 37) % 101).to(at::kFloat).div(101.0).reshape(shape));
    } else if (spec.dtype() == model::v1::DATA_TYPE_INT64) {
      const std::int64_t ids = std::max<std::int64_t>(1, IdBound(manifest).value_or(2) - 1);
      at::Tensor values = (sequence * 7919) % ids + 1;
      if (count > 0) values[0].fill_(ids);  // a table that is too small fails here, not later
      inputs.push_back(values.reshape(shape));
    } else {
      inputs.push_back((sequence % 2).to(*ToScalarType(spec.dtype())).reshape(shape));
    }
  }
  return inputs;
}

}  // namespace clientele::inference
