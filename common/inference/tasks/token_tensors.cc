#include "common/inference/tasks/token_tensors.h"

#include <algorithm>
#include <cstdint>

#include <ATen/ATen.h>

namespace clientele::inference {

TokenTensors PadRows(absl::Span<const TokenRow* const> rows) {
  std::int64_t longest = 1;
  for (const TokenRow* row : rows) longest = std::max(longest, row->length());
  const auto count = static_cast<std::int64_t>(rows.size());
  TokenTensors tensors = {at::zeros({count, longest}, at::kLong),
                          at::zeros({count, longest}, at::kLong),
                          at::zeros({count, longest}, at::kLong)};
  for (std::int64_t i = 0; i < count; ++i) {
    const TokenRow& row = *rows[i];
    std::copy(row.ids.begin(), row.ids.end(), tensors.ids.data_ptr<std::int64_t>() + i * longest);
    std::fill_n(tensors.mask.data_ptr<std::int64_t>() + i * longest, row.ids.size(), 1);
    std::copy(row.segments.begin(), row.segments.end(),
              tensors.segments.data_ptr<std::int64_t>() + i * longest);
  }
  return tensors;
}

}  // namespace clientele::inference
