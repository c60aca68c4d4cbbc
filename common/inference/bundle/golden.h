#ifndef CLIENTELE_COMMON_INFERENCE_BUNDLE_GOLDEN_H_
#define CLIENTELE_COMMON_INFERENCE_BUNDLE_GOLDEN_H_

// Golden examples: inputs with the outputs they gave when the bundle was made.
// Pure functions, thread-safe.

#include <cstdint>
#include <vector>

#include <ATen/core/Tensor.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "clientele/model/v1/bundle.pb.h"

#include "common/inference/bundle/precision.h"
#include "common/inference/model_runner.h"

namespace clientele::inference {

// Values that a manifest may hold in all its golden tensors together.
inline constexpr std::int64_t kMaxGoldenValues = 1'000'000;

// A tensor written out, row-major; float32, int64, bool and uint8 only.
absl::StatusOr<model::v1::TensorValue> ToTensorValue(const at::Tensor& tensor);
// The tensor of a value; its spec gives the dtype. INVALID_ARGUMENT when shape and
// number of values differ.
absl::StatusOr<at::Tensor> FromTensorValue(const model::v1::TensorValue& value,
                                           model::v1::DataType dtype);

// The largest |a-b| / (1 + |b|) of two tensors of one shape on the CPU; infinite where a number is
// finite in one of them alone.
double LargestDistance(const at::Tensor& actual, const at::Tensor& expected);
// What that distance may be when the model computes in `precision`: what the manifest says, else
// 0.1 in int8, 0.05 in bf16 and 0.01 in fp16.
double GoldenTolerance(const model::v1::Golden& golden, Precision precision);

// Runs golden.inputs and compares, with the tolerance of the precision that `runner` computes
// in: OK, or FAILED_PRECONDITION with the largest |a-b| / (1 + |b|). A manifest without golden
// examples is FAILED_PRECONDITION too.
absl::Status ReplayGolden(const ModelRunner& runner, const model::v1::Bundle& manifest,
                          Precision precision = Precision::kFloat32);

// Pixels on the dynamic axes of an example image.
inline constexpr std::int64_t kExampleImageSide = 32;

// Inputs that fit the manifest's specs, for warming and for golden examples.
// `rows` stands for a first dynamic axis, `length` for the others; ids and floats come
// from a fixed sequence (the first id is the largest there is), masks are ones.
std::vector<at::Tensor> ExampleInputs(const model::v1::Bundle& manifest, std::int64_t rows,
                                      std::int64_t length);

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_BUNDLE_GOLDEN_H_
