#include "tools/clientele-models/starter/randomized_svd.h"

#include <tuple>

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>

#include "tests/support/catch_with_torch.h"

namespace clientele::starter {
namespace {

at::Tensor Random(std::int64_t rows, std::int64_t columns, std::uint64_t seed) {
  return at::randn({rows, columns}, at::detail::createCPUGenerator(seed));
}

// [rows, columns] with singular values 0.9^i.
at::Tensor Decaying(std::int64_t rows, std::int64_t columns) {
  const std::int64_t rank = std::min(rows, columns);
  const at::Tensor left = std::get<0>(at::linalg_qr(Random(rows, rank, 1)));
  const at::Tensor right = std::get<0>(at::linalg_qr(Random(columns, rank, 2)));
  const at::Tensor values = at::pow(at::full({rank}, 0.9), at::arange(rank, at::kFloat));
  return at::mm(left * values.to(at::kFloat), right.t());
}

// Cosine of the largest angle between the spans of two orthonormal bases.
double SmallestCosine(const at::Tensor& a, const at::Tensor& b) {
  return std::get<1>(at::linalg_svd(at::mm(a.t(), b))).min().item<double>();
}

TEST_CASE("the leading subspace is that of the exact decomposition") {
  const at::Tensor matrix = Decaying(120, 80);
  const auto [u, s, vh] = at::linalg_svd(matrix, false);
  const TruncatedSvd found = RandomizedSvd(matrix, 10);
  CHECK(at::allclose(found.singular_values, s.narrow(0, 0, 10), 1e-4, 1e-5));
  CHECK(SmallestCosine(found.right_vectors, vh.narrow(0, 0, 10).t()) > 0.9999);
}

TEST_CASE("a sparse matrix gives what its dense form gives") {
  at::Tensor dense = Decaying(60, 90);
  dense = at::where(dense.abs() > 0.02, dense, at::zeros_like(dense));
  const TruncatedSvd a = RandomizedSvd(dense, 8);
  const TruncatedSvd b = RandomizedSvd(dense.to_sparse(), 8);
  CHECK(at::allclose(a.singular_values, b.singular_values, 1e-4, 1e-5));
  CHECK(at::allclose(a.right_vectors, b.right_vectors, 1e-2, 1e-3));
}

TEST_CASE("right vectors are orthonormal, also when the rank is cut to the matrix") {
  const TruncatedSvd found = RandomizedSvd(Decaying(5, 40), 99);
  REQUIRE(found.singular_values.size(0) == 5);
  REQUIRE(found.right_vectors.sizes() == at::IntArrayRef({40, 5}));
  const at::Tensor gram = at::mm(found.right_vectors.t(), found.right_vectors);
  CHECK(at::allclose(gram, at::eye(5), 1e-4, 1e-5));
}

TEST_CASE("a seed gives the same numbers twice") {
  const at::Tensor matrix = Decaying(70, 50);
  const TruncatedSvd a = RandomizedSvd(matrix, 7, {.seed = 11});
  const TruncatedSvd b = RandomizedSvd(matrix, 7, {.seed = 11});
  CHECK(at::equal(a.singular_values, b.singular_values));
  CHECK(at::equal(a.right_vectors, b.right_vectors));
}

}  // namespace
}  // namespace clientele::starter
