#include "common/inference/compute/compute_threads.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

namespace clientele::inference {

using Catch::Matchers::ContainsSubstring;

TEST_CASE("a BLAS that is not OpenBLAS is an error that names the package") {
  const auto report = EvaluateBlasConfig(std::nullopt, std::nullopt, 2);
  CHECK(report.status().code() == absl::StatusCode::kFailedPrecondition);
  CHECK_THAT(std::string(report.status().message()), ContainsSubstring("libopenblas0-openmp"));
}

TEST_CASE("the OpenMP build uses every thread without a warning") {
  const auto report = EvaluateBlasConfig("OpenBLAS 0.3.21", 2, 4);
  REQUIRE(report.ok());
  CHECK(report->threading == BlasThreading::kOpenMp);
  CHECK(report->blas_threads == 4);
  CHECK(report->warning.empty());
}

TEST_CASE("the pthread build runs one thread and warns") {
  const auto report = EvaluateBlasConfig("OpenBLAS 0.3.21", 1, 4);
  REQUIRE(report.ok());
  CHECK(report->blas_threads == 1);
  CHECK_THAT(report->warning, ContainsSubstring("libopenblas0-pthread"));
}

TEST_CASE("the single-threaded build warns") {
  const auto report = EvaluateBlasConfig("OpenBLAS 0.3.21", 0, 4);
  REQUIRE(report.ok());
  CHECK(report->blas_threads == 1);
  CHECK_FALSE(report->warning.empty());
}

TEST_CASE("this machine's BLAS is found and measured") {
  const auto report = PrepareCompute({.intra_op_threads = 1});
  REQUIRE(report.ok());
  CHECK_THAT(report->config, ContainsSubstring("OpenBLAS"));
  CHECK(report->gemm_gflops > 0.1);
  CHECK(report->threads == 1);
}

TEST_CASE("an impossible number of threads is refused") {
  CHECK(absl::IsInvalidArgument(ConfigureThreads({.intra_op_threads = -1})));
  CHECK(absl::IsInvalidArgument(ConfigureThreads({.intra_op_threads = 5000})));
}

}  // namespace clientele::inference
