#ifndef CLIENTELE_COMMON_INFERENCE_TASKS_FLOAT_ROWS_H_
#define CLIENTELE_COMMON_INFERENCE_TASKS_FLOAT_ROWS_H_

// Output tensors of a model to rows of numbers.

#include <cstdint>
#include <vector>

#include <ATen/core/Tensor.h>

#include "absl/status/statusor.h"

namespace clientele::inference {

// The rows of a float32 [rows, width]. INTERNAL when it has another number of rows, or a number
// that is not finite.
absl::StatusOr<std::vector<std::vector<float>>> FloatRows(const at::Tensor& tensor,
                                                          std::int64_t rows);

// The numbers of a float32 [rows]; the same errors.
absl::StatusOr<std::vector<float>> FloatColumn(const at::Tensor& tensor, std::int64_t rows);

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_TASKS_FLOAT_ROWS_H_
