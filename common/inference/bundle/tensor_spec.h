#ifndef CLIENTELE_COMMON_INFERENCE_BUNDLE_TENSOR_SPEC_H_
#define CLIENTELE_COMMON_INFERENCE_BUNDLE_TENSOR_SPEC_H_

// Tensors against the manifest's specs. Pure functions, thread-safe.

#include <cstdint>
#include <optional>
#include <vector>

#include <ATen/core/Tensor.h>

#include "absl/status/status.h"
#include "clientele/model/v1/bundle.pb.h"

namespace clientele::inference {

// The element type, or nullopt for one that bundles do not use.
std::optional<at::ScalarType> ToScalarType(model::v1::DataType dtype);
std::optional<model::v1::DataType> FromScalarType(at::ScalarType type);

// Ids of a text task are in [0, bound); nullopt where the manifest bounds none.
std::optional<std::int64_t> IdBound(const model::v1::Bundle& manifest);

// INVALID_ARGUMENT unless the tensors fit Bundle.inputs: number, dtype, fixed axes,
// one number of rows within limits.max_batch_rows and, for text tasks, equal shapes of
// ids and mask, at most limits.max_tokens tokens, ids inside IdBound().
absl::Status CheckInputs(const model::v1::Bundle& manifest, const std::vector<at::Tensor>& inputs);

// INTERNAL unless the tensors fit Bundle.outputs.
absl::Status CheckOutputs(const model::v1::Bundle& manifest,
                          const std::vector<at::Tensor>& outputs);

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_BUNDLE_TENSOR_SPEC_H_
