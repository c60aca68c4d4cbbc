#ifndef CLIENTELE_COMMON_INFERENCE_COMPUTE_COMPUTE_THREADS_H_
#define CLIENTELE_COMMON_INFERENCE_COMPUTE_COMPUTE_THREADS_H_

// Start-up of the numerical libraries: threads, and which BLAS is loaded.
//
//   CLIENTELE_ASSIGN_OR_RETURN(const BlasReport blas, PrepareCompute({.intra_op_threads = 2}));
//   log.Info("blas", {{"config", blas.config}, {"gemm_gflops", blas.gemm_gflops}});
//   if (!blas.warning.empty()) log.Warn(blas.warning);
//
// Why it matters, measured on 2 cores: a MiniLM forward takes 277 ms with the
// reference BLAS, 9 ms with OpenBLAS' OpenMP build, and 230 ms with its pthread
// build, whose pool fights with OpenMP's.

#include <functional>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace clientele::inference {

struct ComputeThreadOptions {
  // Threads inside one operator; 0: all of UsableCores().
  int intra_op_threads = 0;
};

// openblas_get_parallel(): how the library was built.
enum class BlasThreading { kSequential = 0, kPthreads = 1, kOpenMp = 2 };

struct BlasReport {
  // openblas_get_config(), such as "OpenBLAS 0.3.21 DYNAMIC_ARCH ... Haswell".
  std::string config;
  BlasThreading threading = BlasThreading::kSequential;
  // Threads that operators and BLAS were set to.
  int threads = 1;
  int blas_threads = 1;
  // Measured single-precision rate of a 512 x 512 matrix product; for a log line and
  // a metric, never a reason to stop.
  double gemm_gflops = 0;
  // Empty, or what the operator should change.
  std::string warning;
};

// Sets the process' intra-op threads and one inter-op thread (the latter once per
// process: torch allows it only before its first parallel work).
absl::Status ConfigureThreads(const ComputeThreadOptions& options);

// Lets the operators of the calling thread use that many threads, 1 or more; cheap where they
// do already. OpenMP keeps a number for each thread that calls it, and a new thread does not
// have that of the process before it first asks torch. OpenBLAS has one number for all callers with
// more than one thread, so a process uses 1 and one other number.
void UseThreads(int threads);

// Looks at the library behind sgemm_: FAILED_PRECONDITION that names the package
// when it is not OpenBLAS; a pthread build is set to one thread, with a warning.
absl::StatusOr<BlasReport> CheckBlas();

// ConfigureThreads, CheckBlas and the measurement: what a service calls once,
// before it loads a model.
absl::StatusOr<BlasReport> PrepareCompute(const ComputeThreadOptions& options);

// Only the decision, for tests: `config` and `parallel` are what the library
// says, nullopt when it is not OpenBLAS.
absl::StatusOr<BlasReport> EvaluateBlasConfig(std::optional<std::string> config,
                                              std::optional<int> parallel, int threads);

}  // namespace clientele::inference

#endif  // CLIENTELE_COMMON_INFERENCE_COMPUTE_COMPUTE_THREADS_H_
