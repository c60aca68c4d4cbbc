#ifndef CLIENTELE_TOOLS_CLIENTELE_MODELS_RUN_RUN_INPUTS_H_
#define CLIENTELE_TOOLS_CLIENTELE_MODELS_RUN_RUN_INPUTS_H_

#include <vector>

#include <ATen/core/Tensor.h>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "clientele/model/v1/bundle.pb.h"

#include "common/modeling/checkpoint/safetensors.h"

namespace clientele::models {

// The inputs of a method in its order, out of named tensors: copies, checked against the manifest
// so that the module can take them. Narrower whole numbers become int64; absent masks are ones,
// absent segments zeros. INVALID_ARGUMENT names `file` and the tensor: missing, of another type,
// rank or size, ids beyond the vocabulary, a mask that is not of 0 and 1, rows that differ.
absl::StatusOr<std::vector<at::Tensor>> ReadRunInputs(const modeling::TensorViews& tensors,
                                                      absl::string_view file,
                                                      const model::v1::Method& method,
                                                      const model::v1::Bundle& manifest);

}  // namespace clientele::models

#endif  // CLIENTELE_TOOLS_CLIENTELE_MODELS_RUN_RUN_INPUTS_H_
