#include "tools/clientele-models/starter/randomized_svd.h"

#include <algorithm>
#include <tuple>

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/core/grad_mode.h>

namespace clientele::starter {
namespace {

at::Tensor Orthonormal(const at::Tensor& matrix) { return std::get<0>(at::linalg_qr(matrix)); }

}  // namespace

TruncatedSvd RandomizedSvd(const at::Tensor& matrix, std::int64_t rank,
                           RandomizedSvdOptions options) {
  const at::NoGradGuard no_grad;
  const std::int64_t smaller = std::min(matrix.size(0), matrix.size(1));
  const std::int64_t k = std::min(rank, smaller);
  const std::int64_t width = std::min(k + options.oversampling, smaller);
  at::Tensor transposed = matrix.t();
  if (transposed.is_sparse()) transposed = transposed.coalesce();

  const at::Generator random = at::detail::createCPUGenerator(options.seed);
  const at::Tensor start =
      at::randn({matrix.size(1), width}, random, at::TensorOptions().dtype(at::kFloat));
  at::Tensor range = Orthonormal(at::mm(matrix, start));
  for (int i = 0; i < options.power_iterations; ++i) {
    range = Orthonormal(at::mm(matrix, Orthonormal(at::mm(transposed, range))));
  }

  // matrix ~ range * small with small = range' * matrix. small' = q * r leaves a decomposition of
  // the little matrix r alone.
  const auto [q, r] = at::linalg_qr(at::mm(transposed, range));
  const auto [u, s, vh] = at::linalg_svd(r, /*full_matrices=*/false);
  at::Tensor right = at::mm(q, u).narrow(1, 0, k);
  const at::Tensor largest = right.gather(0, right.abs().argmax(0, /*keepdim=*/true));
  right = right * at::where(largest < 0, -at::ones_like(largest), at::ones_like(largest));
  return {s.narrow(0, 0, k).contiguous(), right.contiguous()};
}

}  // namespace clientele::starter
