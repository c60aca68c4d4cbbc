#ifndef CLIENTELE_TESTS_BENCH_MODELS_TOPICS_H_
#define CLIENTELE_TESTS_BENCH_MODELS_TOPICS_H_

// What is measured, a file each. Every function prints its figures.

#include <string>

#include "absl/status/status.h"

#include "tests/bench/models/bench_models.h"

namespace clientele::bench {

// Forward passes: fp32 against the plainly loaded module, int8 and bfloat16 against fp32, and
// all against the machine's rate of matrix products.
absl::Status MeasureEncoder(BenchModels& models);
// How near int8 vectors are to fp32 ones, also beside a row of a hundred times the size.
absl::Status MeasureLikeness(BenchModels& models);
// TextEncoder under concurrent callers, and mixed lengths.
absl::Status MeasureBatching(BenchModels& models);
// TextGenerator: many sequences, and the step of one.
absl::Status MeasureGeneration(BenchModels& models);
// Callers that share a budget of cores, against each on every core at once.
absl::Status MeasureSharing(BenchModels& models);
// The most memory that loading takes, in a process of its own.
absl::Status MeasureLoading(BenchModels& models);

// What that process does: loads the bundle `how` and prints bytes.
int LoadAndPrintPeak(const std::string& how, const std::string& bundle);

}  // namespace clientele::bench

#endif  // CLIENTELE_TESTS_BENCH_MODELS_TOPICS_H_
