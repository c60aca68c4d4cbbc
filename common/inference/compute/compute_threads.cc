#include "common/inference/compute/compute_threads.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <mutex>
#include <vector>

#include <ATen/Parallel.h>

#include "absl/strings/str_cat.h"

#include "common/inference/compute/blas_library.h"
#include "common/inference/compute/usable_cores.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::inference {
namespace {

// Fortran's interface of the BLAS standard.
using Sgemm = void(const char* transa, const char* transb, const int* m, const int* n, const int* k,
                   const float* alpha, const float* a, const int* lda, const float* b,
                   const int* ldb, const float* beta, float* c, const int* ldc);

double MeasureGemmGflops() {
  Sgemm* const sgemm = InBlas<Sgemm>("sgemm_");
  if (sgemm == nullptr) return 0;
  constexpr int kSize = 512;
  constexpr std::size_t kValues = std::size_t{kSize} * kSize;
  constexpr float kOne = 1;
  constexpr float kZero = 0;
  const std::vector<float> a(kValues, 0.5f);
  const std::vector<float> b(kValues, 0.25f);
  std::vector<float> c(kValues);
  double best = 0;
  for (int run = 0; run < 4; ++run) {  // the first one starts the threads
    const auto start = std::chrono::steady_clock::now();
    sgemm("N", "N", &kSize, &kSize, &kSize, &kOne, a.data(), &kSize, b.data(), &kSize, &kZero,
          c.data(), &kSize);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    best = std::max(best, 2.0 * kSize * kSize * kSize / std::max(1e-9, took.count()) / 1e9);
  }
  return best;
}

}  // namespace

absl::Status ConfigureThreads(const ComputeThreadOptions& options) {
  if (options.intra_op_threads < 0 || options.intra_op_threads > 1024) {
    return InvalidField("intra_op_threads", "must be in [0, 1024]; 0 takes every core");
  }
  try {
    at::set_num_threads(options.intra_op_threads > 0 ? options.intra_op_threads : UsableCores());
    static std::once_flag inter_op;
    std::call_once(inter_op, [] {
      try {
        at::set_num_interop_threads(1);
      } catch (const std::exception&) {
        // Parallel work began before: torch keeps what it has.
      }
    });
  } catch (const std::exception&) {
    return absl::InternalError("the number of threads cannot be set");
  }
  return absl::OkStatus();
}

void UseThreads(int threads) {
  // Asking is what makes torch set up a new thread; it would undo a number set before that.
  if (at::get_num_threads() != threads) at::set_num_threads(threads);
}

absl::StatusOr<BlasReport> EvaluateBlasConfig(std::optional<std::string> config,
                                              std::optional<int> parallel, int threads) {
  if (!config || !parallel) {
    return absl::FailedPreconditionError(
        "the loaded BLAS is not OpenBLAS, which makes models some 30 times slower: install the "
        "package libopenblas0-openmp");
  }
  BlasReport report;
  report.config = *std::move(config);
  report.threads = threads;
  report.threading = static_cast<BlasThreading>(std::clamp(*parallel, 0, 2));
  switch (report.threading) {
    case BlasThreading::kOpenMp:
      report.blas_threads = threads;
      break;
    case BlasThreading::kPthreads:
      report.warning =
          "OpenBLAS is the pthread build, whose threads fight with OpenMP's; it runs with one "
          "thread: install libopenblas0-openmp and remove libopenblas0-pthread";
      break;
    case BlasThreading::kSequential:
      report.warning =
          "OpenBLAS is the single-threaded build: install libopenblas0-openmp to use every core";
      break;
  }
  return report;
}

absl::StatusOr<BlasReport> CheckBlas() {
  using GetConfig = char*();
  using GetParallel = int();
  using SetThreads = void(int);
  auto* get_config = InBlas<GetConfig>("openblas_get_config");
  auto* get_parallel = InBlas<GetParallel>("openblas_get_parallel");
  CLIENTELE_ASSIGN_OR_RETURN(
      BlasReport report,
      EvaluateBlasConfig(get_config ? std::optional<std::string>(get_config()) : std::nullopt,
                         get_parallel ? std::optional<int>(get_parallel()) : std::nullopt,
                         at::get_num_threads()));
  if (report.threading == BlasThreading::kPthreads) {
    if (auto* set_threads = InBlas<SetThreads>("openblas_set_num_threads")) set_threads(1);
  }
  return report;
}

absl::StatusOr<BlasReport> PrepareCompute(const ComputeThreadOptions& options) {
  CLIENTELE_RETURN_IF_ERROR(ConfigureThreads(options));
  CLIENTELE_ASSIGN_OR_RETURN(BlasReport report, CheckBlas());
  report.gemm_gflops = MeasureGemmGflops();
  return report;
}

}  // namespace clientele::inference
