#include "common/inference/compute/blas_kernels.h"

#include <cstdlib>
#include <string>

#include <ATen/ATen.h>
#include <catch2/catch_test_macros.hpp>

#include "common/inference/compute/blas_library.h"

namespace clientele::inference {
namespace {

TEST_CASE("a processor that OpenBLAS takes for a Prescott gets the kernels that it can run") {
  CHECK(BetterKernels("Prescott", {.avx2_and_fma = true, .avx512 = true}) == "SkylakeX");
  CHECK(BetterKernels("Prescott", {.avx2_and_fma = true}) == "Haswell");
  CHECK(BetterKernels("prescott", {}) == std::nullopt);
  CHECK(BetterKernels("Haswell", {.avx2_and_fma = true, .avx512 = true}) == std::nullopt);
  CHECK(BetterKernels("Zen", {.avx2_and_fma = true}) == std::nullopt);
}

TEST_CASE("a program that has chosen runs with kernels of this processor") {
  // The main function of tests has.
  using CoreName = char*();
  CoreName* const core = InBlas<CoreName>("openblas_get_corename");
  REQUIRE(core != nullptr);
  INFO(core());
  CHECK(BetterKernels(core(), FindVectorExtensions()) == std::nullopt);
}

// NOLINTBEGIN(concurrency-mt-unsafe): other threads of the test read no environment.
std::string CoreVariable() {
  const char* const value = std::getenv("OPENBLAS_CORETYPE");
  return value == nullptr ? "" : value;
}

TEST_CASE("what OpenBLAS chose by mistake is chosen again, and computes the same products") {
  if (!FindVectorExtensions().avx2_and_fma) SKIP("this processor has nothing better");
  using CoreName = char*();
  using Step = void();
  CoreName* const core = InBlas<CoreName>("openblas_get_corename");
  const std::string before = CoreVariable();
  const at::Tensor left = at::randn({65, 33});
  const at::Tensor right = at::randn({33, 17});
  const at::Tensor product = left.matmul(right);
  REQUIRE(::setenv("OPENBLAS_CORETYPE", "Prescott", 1) == 0);
  InBlas<Step>("gotoblas_dynamic_quit")();
  InBlas<Step>("gotoblas_dynamic_init")();
  REQUIRE(core() == std::string("Prescott"));

  ChooseBlasKernels();
  CHECK(core() == std::string("Prescott"));  // who sets the variable decides

  REQUIRE(::unsetenv("OPENBLAS_CORETYPE") == 0);
  ChooseBlasKernels();
  CHECK(core() == CoreVariable());
  CHECK(BetterKernels(core(), FindVectorExtensions()) == std::nullopt);
  CHECK(at::allclose(left.matmul(right), product, 1e-4, 1e-5));

  if (!before.empty()) ::setenv("OPENBLAS_CORETYPE", before.c_str(), 1);
}
// NOLINTEND(concurrency-mt-unsafe)

TEST_CASE("what the BLAS does not have is not found") {
  CHECK(FindInBlas("sgemm_") != nullptr);
  CHECK(FindInBlas("no_such_symbol") == nullptr);
}

}  // namespace
}  // namespace clientele::inference
