// Models as services run them, against the same without this project's work, in one run.
//
//   models              every figure
//   models encoder      one topic: encoder, likeness, batching, generation, sharing or
//                       loading

#include <cstdio>
#include <string>
#include <utility>

#include "common/inference/compute/program_setup.h"
#include "tests/bench/models/bench_models.h"
#include "tests/bench/models/measure.h"
#include "tests/bench/models/topics.h"

int main(int argc, char** argv) {
  clientele::inference::SetUpProgram();
  using namespace clientele::bench;  // NOLINT(google-build-using-namespace)
  if (argc == 4 && std::string(argv[1]) == "--print_load_peak") {
    return LoadAndPrintPeak(argv[2], argv[3]);
  }
  const std::pair<const char*, absl::Status (*)(BenchModels&)> topics[] = {
      {"encoder", MeasureEncoder},   {"likeness", MeasureLikeness},
      {"batching", MeasureBatching}, {"generation", MeasureGeneration},
      {"sharing", MeasureSharing},   {"loading", MeasureLoading},
  };
  BenchModels models;
  bool found = false;
  for (const auto& [name, measure] : topics) {
    if (argc > 1 && std::string(argv[1]) != name) continue;
    found = true;
    if (const absl::Status status = measure(models); !status.ok()) {
      std::fprintf(stderr, "%s: %s\n", name, status.ToString().c_str());
      return 1;
    }
  }
  if (!found) std::fprintf(stderr, "there is no topic %s\n", argv[1]);
  return found ? 0 : 2;
}
