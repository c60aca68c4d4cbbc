#ifndef CLIENTELE_COMMON_MODELING_CHECKPOINT_TENSOR_BYTES_H_
#define CLIENTELE_COMMON_MODELING_CHECKPOINT_TENSOR_BYTES_H_

#include <optional>

#include <ATen/core/Tensor.h>

#include "common/modeling/checkpoint/safetensors.h"

namespace clientele::modeling {

// torch's element type of a safetensors one, and back; nullopt where the other side has none.
at::ScalarType ToScalarType(ElementType type);
std::optional<ElementType> ToElementType(at::ScalarType type);

// A copy of the view's data with its own type and shape.
at::Tensor ToTensor(const TensorView& view);
// A view of a contiguous CPU tensor's data, borrowed from it.
std::optional<TensorView> ViewOf(const at::Tensor& tensor);

}  // namespace clientele::modeling

#endif  // CLIENTELE_COMMON_MODELING_CHECKPOINT_TENSOR_BYTES_H_
