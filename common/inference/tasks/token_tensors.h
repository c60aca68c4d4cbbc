#ifndef CLIENTELE_COMMON_INFERENCE_TASKS_TOKEN_TENSORS_H_
#define CLIENTELE_COMMON_INFERENCE_TASKS_TOKEN_TENSORS_H_

// Rows of tokens to the tensors that text models take.

#include <ATen/core/Tensor.h>

#include "absl/types/span.h"

#include "common/inference/tasks/token_row.h"

namespace clientele::inference {

// int64 [B, T] each, T the longest row and at least 1; zeros behind a row's end.
struct TokenTensors {
  at::Tensor ids;
  at::Tensor mask;  // 1 for a token
  at::Tensor segments;
};

// Pure. Throws what torch throws for want of memory.
TokenTensors PadRows(absl::Span<const TokenRow* const> rows);

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_TASKS_TOKEN_TENSORS_H_
