#ifndef CLIENTELE_COMMON_INFERENCE_TORCHSCRIPT_PACKED_OPERATORS_H_
#define CLIENTELE_COMMON_INFERENCE_TORCHSCRIPT_PACKED_OPERATORS_H_

// The kernels as operators of torch, which graph_packing.h puts in the place of torch's own:
//
//   clientele::packed_linear(x, layer)       activation(linear(x, weight, bias))
//   clientele::packed_embedding(layer, ids)  embedding(weight, ids)
//   clientele::attention(q, k, v, bias, scale)
//                       matmul(softmax(matmul(q, k) * scale + bias, -1), v), four axes each
//   clientele::write_positions(cache, rows, positions, values)
//                       cache[rows, :, positions] = values, in place
//
// For float32 tensors on the CPU; attention and write_positions compute others with torch's
// operators. They are registered when the program starts. Thread-safe.

#include <memory>

#include <ATen/core/ivalue.h>

#include "common/inference/torchscript/kernels/packed_linear.h"

namespace clientele::inference {

// A layer as a constant of a graph. No script can make one.
c10::IValue AsConstant(std::shared_ptr<const PackedLinear> layer);

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_TORCHSCRIPT_PACKED_OPERATORS_H_
