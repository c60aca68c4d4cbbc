#include "common/inference/tasks/float_rows.h"

#include <algorithm>
#include <cmath>

#include "common/status/status_macros.h"

namespace clientele::inference {
namespace {

// `tensor` is contiguous.
absl::Status Check(const at::Tensor& tensor, std::int64_t axes, std::int64_t rows) {
  if (tensor.dim() != axes || tensor.size(0) != rows || tensor.scalar_type() != at::kFloat) {
    return absl::InternalError("the model gave another number of rows than it was given");
  }
  const float* const values = tensor.data_ptr<float>();
  if (!std::all_of(values, values + tensor.numel(), [](float v) { return std::isfinite(v); })) {
    return absl::InternalError("the model gave a value that is not finite");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<std::vector<float>>> FloatRows(const at::Tensor& tensor,
                                                          std::int64_t rows) {
  const at::Tensor matrix = tensor.contiguous();
  CLIENTELE_RETURN_IF_ERROR(Check(matrix, 2, rows));
  const std::int64_t width = matrix.size(1);
  const float* const values = matrix.data_ptr<float>();
  std::vector<std::vector<float>> vectors;
  vectors.reserve(static_cast<std::size_t>(rows));
  for (std::int64_t i = 0; i < rows; ++i) {
    vectors.emplace_back(values + i * width, values + (i + 1) * width);
  }
  return vectors;
}

absl::StatusOr<std::vector<float>> FloatColumn(const at::Tensor& tensor, std::int64_t rows) {
  const at::Tensor column = tensor.contiguous();
  CLIENTELE_RETURN_IF_ERROR(Check(column, 1, rows));
  const float* const values = column.data_ptr<float>();
  return std::vector<float>(values, values + rows);
}

}  // namespace clientele::inference
