#include "common/inference/compute/blas_kernels.h"

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

TEST_CASE("what the BLAS does not have is not found") {
  CHECK(FindInBlas("sgemm_") != nullptr);
  CHECK(FindInBlas("no_such_symbol") == nullptr);
}

}  // namespace
}  // namespace clientele::inference
