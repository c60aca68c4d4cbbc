#ifndef CLIENTELE_TESTS_BENCH_MODELS_BENCHMARK_H_
#define CLIENTELE_TESTS_BENCH_MODELS_BENCHMARK_H_

// A benchmark measures only what works: anything else ends it with an exception that says why.
//   const ModelView view = Require(registry.Current());
//   int main() { return clientele::bench::RunBenchmark("growth_qa", clientele::qa::Run); }

#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "common/inference/compute/program_setup.h"

namespace clientele::bench {

inline void Require(const absl::Status& status) {
  if (!status.ok()) throw std::runtime_error(status.ToString());
}

template <class T>
T Require(absl::StatusOr<T> value) {
  Require(value.status());
  return *std::move(value);
}

// grpc::Status, without gRPC's headers in benchmarks that make no calls.
template <class RpcStatus>
  requires requires(const RpcStatus& status) { status.error_message(); }
void Require(const RpcStatus& status) {
  if (!status.ok()) throw std::runtime_error(status.error_message());
}

// What main returns: prints why a benchmark ended early.
template <class Body>
int RunBenchmark(const char* name, const Body& body) {
  inference::SetUpProgram();
  try {
    body();
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s: %s\n", name, error.what());
    return 1;
  }
}

}  // namespace clientele::bench

#endif  // CLIENTELE_TESTS_BENCH_MODELS_BENCHMARK_H_
