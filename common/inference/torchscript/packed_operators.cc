#include "common/inference/torchscript/packed_operators.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/TensorIndexing.h>
#include <torch/custom_class.h>
#include <torch/library.h>

#include "common/inference/torchscript/kernels/attention.h"

namespace clientele::inference {
namespace {

// A packed layer as a constant of a graph. No script can make one.
struct PackedLayer : torch::CustomClassHolder {
  explicit PackedLayer(std::shared_ptr<const PackedLinear> given) : linear(std::move(given)) {}
  std::shared_ptr<const PackedLinear> linear;
};

at::Tensor RunPackedLinear(const at::Tensor& x, const c10::intrusive_ptr<PackedLayer>& layer) {
  // OpenMP's number of threads is the calling thread's own; this sets it to torch's.
  at::internal::lazy_init_num_threads();
  const PackedLinear& linear = *layer->linear;
  TORCH_CHECK(x.dim() >= 1 && x.size(-1) == linear.inputs() && x.scalar_type() == at::kFloat &&
              x.device().is_cpu());
  const at::Tensor input = x.contiguous();
  std::vector<std::int64_t> shape = x.sizes().vec();
  shape.back() = linear.outputs();
  at::Tensor output = at::empty(shape, x.options());
  TORCH_CHECK(linear.Run(input.data_ptr<float>(), input.numel() / linear.inputs(),
                         output.data_ptr<float>()));
  return output;
}

at::Tensor PlainAttention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                          const at::Tensor& bias, double scale) {
  return at::matmul(at::softmax(at::matmul(q, k) * scale + bias, -1), v);
}

// q [B, H, T, D], k [B, H, D, S], v [B, H, S, D], bias broadcast to [B, H, T, S].
at::Tensor RunAttention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                        const at::Tensor& bias, double scale) {
  const auto fits = [](const at::Tensor& t) {
    return t.dim() == 4 && t.scalar_type() == at::kFloat && t.device().is_cpu();
  };
  // Anything that the kernel does not read is computed by torch's operators, with their errors.
  const bool simple = fits(q) && fits(k) && fits(v) && fits(bias) && q.numel() > 0 &&
                      k.numel() > 0 && k.size(0) == q.size(0) && v.size(0) == q.size(0) &&
                      k.size(1) == q.size(1) && v.size(1) == q.size(1) && k.size(2) == q.size(3) &&
                      v.size(3) == q.size(3) && k.size(3) == v.size(2) && q.stride(3) == 1 &&
                      k.stride(2) == 1 && v.stride(3) == 1 && q.stride(2) >= q.size(3) &&
                      k.stride(3) >= q.size(3) && v.stride(2) >= q.size(3);
  at::internal::lazy_init_num_threads();
  if (!simple) return PlainAttention(q, k, v, bias, scale);
  const at::Tensor wide = bias.expand({q.size(0), q.size(1), q.size(2), k.size(3)});
  if (wide.stride(3) != 1 && wide.stride(3) != 0) return PlainAttention(q, k, v, bias, scale);
  // Laid out so that bringing the heads together again copies nothing.
  const at::Tensor out = at::empty({q.size(0), q.size(2), q.size(1), q.size(3)}, q.options());
  Attend({.rows = q.size(0),
          .heads = q.size(1),
          .queries = q.size(2),
          .keys = k.size(3),
          .width = q.size(3),
          .q = q.data_ptr<float>(),
          .q_strides = {q.stride(0), q.stride(1), q.stride(2)},
          .k = k.data_ptr<float>(),
          .k_strides = {k.stride(0), k.stride(1), k.stride(3)},
          .v = v.data_ptr<float>(),
          .v_strides = {v.stride(0), v.stride(1), v.stride(2)},
          .bias = wide.data_ptr<float>(),
          .bias_strides = {wide.stride(0), wide.stride(1), wide.stride(2), wide.stride(3)},
          .scale = static_cast<float>(scale)},
         out.data_ptr<float>(), {out.stride(0), out.stride(2), out.stride(1)});
  return out.transpose(1, 2);
}

// The rows `ids` of the table [outputs, inputs] that a layer holds.
at::Tensor RunPackedEmbedding(const c10::intrusive_ptr<PackedLayer>& layer, const at::Tensor& ids) {
  const PackedLinear& linear = *layer->linear;
  TORCH_CHECK(ids.scalar_type() == at::kLong && ids.device().is_cpu());
  const at::Tensor index = ids.contiguous();
  std::vector<std::int64_t> shape = ids.sizes().vec();
  shape.push_back(linear.inputs());
  at::Tensor output = at::empty(shape, ids.options().dtype(at::kFloat));
  for (std::int64_t i = 0; i < index.numel(); ++i) {
    const std::int64_t id = index.data_ptr<std::int64_t>()[i];
    TORCH_CHECK(id >= 0 && id < linear.outputs(), "an id is outside the table");
    linear.ReadOutput(id, output.data_ptr<float>() + i * linear.inputs());
  }
  return output;
}

// cache[rows[i], :, positions[i]] = values[i], in place.
at::Tensor RunWritePositions(const at::Tensor& cache, const at::Tensor& rows,
                             const at::Tensor& positions, const at::Tensor& values) {
  const auto is_index = [](const at::Tensor& t) {
    return t.dim() == 1 && t.scalar_type() == at::kLong && t.device().is_cpu() && t.is_contiguous();
  };
  const auto is_block = [](const at::Tensor& t, std::int64_t axes) {
    return t.dim() == axes && t.scalar_type() == at::kFloat && t.device().is_cpu() &&
           t.stride(-1) == 1;
  };
  const bool simple = is_index(rows) && is_index(positions) && rows.size(0) == positions.size(0) &&
                      is_block(cache, 4) && is_block(values, 3) && values.size(0) == rows.size(0) &&
                      values.size(1) == cache.size(1) && values.size(2) == cache.size(3);
  const auto is_inside = [](const at::Tensor& index, std::int64_t size) {
    const std::int64_t* data = index.data_ptr<std::int64_t>();
    return std::all_of(data, data + index.size(0),
                       [size](std::int64_t i) { return i >= 0 && i < size; });
  };
  // Anything else is computed by torch's operators, with their errors.
  if (!simple || !is_inside(rows, cache.size(0)) || !is_inside(positions, cache.size(2))) {
    at::Tensor written = cache;
    return written.index_put_({rows, at::indexing::Slice(), positions}, values);
  }
  for (std::int64_t i = 0; i < rows.size(0); ++i) {
    const float* from = values.data_ptr<float>() + i * values.stride(0);
    float* to = cache.data_ptr<float>() + rows.data_ptr<std::int64_t>()[i] * cache.stride(0) +
                positions.data_ptr<std::int64_t>()[i] * cache.stride(2);
    for (std::int64_t head = 0; head < cache.size(1); ++head) {
      std::copy_n(from + head * values.stride(1), cache.size(3), to + head * cache.stride(1));
    }
  }
  return cache;
}

TORCH_LIBRARY(clientele, library) {
  library.class_<PackedLayer>("PackedLayer");
  library.def(
      "packed_linear(Tensor x, __torch__.torch.classes.clientele.PackedLayer layer) -> Tensor",
      RunPackedLinear);
  library.def(
      "packed_embedding(__torch__.torch.classes.clientele.PackedLayer layer, Tensor ids) -> Tensor",
      RunPackedEmbedding);
  library.def("attention(Tensor q, Tensor k, Tensor v, Tensor bias, float scale) -> Tensor",
              RunAttention);
  library.def(
      "write_positions(Tensor(a!) cache, Tensor rows, Tensor positions, Tensor values) -> "
      "Tensor(a!)",
      RunWritePositions);
}

}  // namespace

c10::IValue AsConstant(std::shared_ptr<const PackedLinear> layer) {
  return c10::make_intrusive<PackedLayer>(std::move(layer));
}

}  // namespace clientele::inference
