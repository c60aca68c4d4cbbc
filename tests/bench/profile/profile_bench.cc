// How fast profile-service is, each figure beside what it is compared with in the same run.
//
//   profile                      every topic
//   profile memberships 1000000  one topic, of another size than the default: ingest (events),
//                                history (events of the longest), memberships, similar (customers)
//                                or pictures

#include <cstdio>
#include <string>
#include <utility>

#include "absl/strings/numbers.h"

#include "tests/bench/models/benchmark.h"
#include "tests/bench/profile/topics.h"

int main(int argc, char** argv) {
  using namespace clientele::profile;  // NOLINT(google-build-using-namespace)
  const std::pair<std::string, void (*)(int)> topics[] = {{"ingest", MeasureIngest},
                                                          {"history", MeasureHistory},
                                                          {"memberships", MeasureMemberships},
                                                          {"similar", MeasureSimilar},
                                                          {"pictures", MeasurePictures}};
  int size = 0;
  if (argc > 3 || (argc == 3 && (!absl::SimpleAtoi(argv[2], &size) || size < 1))) {
    std::fprintf(stderr, "usage: profile [TOPIC [SIZE]]\n");
    return 2;
  }
  bool found = false;
  for (const auto& [name, measure] : topics) {
    if (argc > 1 && name != argv[1]) continue;
    found = true;
    const auto run = [&measure = measure, size] { measure(size); };
    if (clientele::bench::RunBenchmark(name.c_str(), run) != 0) return 1;
  }
  if (!found) std::fprintf(stderr, "there is no topic %s\n", argv[1]);
  return found ? 0 : 2;
}
