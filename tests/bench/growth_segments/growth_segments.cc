// What segments cost as customers grow:
//
//   growth_segments                     10,000, 100,000 and 1,000,000 customers
//   growth_segments 10000 100000
#include <cstdio>
#include <vector>

#include "absl/strings/numbers.h"

#include "tests/bench/growth_segments/segment_speed.h"
#include "tests/bench/models/benchmark.h"

int main(int argc, char** argv) {
  std::vector<int> sizes;
  for (int i = 1; i < argc; ++i) {
    int size = 0;
    if (!absl::SimpleAtoi(argv[i], &size) || size < 1) {
      std::fprintf(stderr, "growth_segments: %s is no number of customers\n", argv[i]);
      return 1;
    }
    sizes.push_back(size);
  }
  if (sizes.empty()) sizes = {10'000, 100'000, 1'000'000};
  return clientele::bench::RunBenchmark("growth_segments", [&] {
    for (const int size : sizes) clientele::profile::MeasureSegments(size);
  });
}
