#ifndef CLIENTELE_TESTS_SUPPORT_RELIABILITY_H_
#define CLIENTELE_TESTS_SUPPORT_RELIABILITY_H_

// The rows of RELIABILITY.md: what each test of a fault counted.
//
//   ReliabilityRow row{.fault = "kill -9 of a service under load", .test = "kill_test"};
//   for (; row.rounds < Rounds(5, 60); ++row.rounds) { ... }
//   row.acknowledged = ...;
//   Record(row);

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace clientele::testing {

struct ReliabilityRow {
  std::string fault;
  std::int64_t rounds = 0;
  // What callers were told is done.
  std::int64_t acknowledged = 0;
  // Acknowledged, and not there.
  std::int64_t lost = 0;
  // There more than once.
  std::int64_t duplicated = 0;
  // From the end of the fault to the first answer; the longest. Unset: the fault ends
  // with the call.
  std::optional<std::chrono::milliseconds> recovery = {};
  // The test that made it, as ctest knows it.
  std::string test;
};

// Writes the row into the build folder, in place of an older one of the same fault.
// ./dev reliability makes RELIABILITY.md of them.
void Record(const ReliabilityRow& row);

// How often a fault is made: `few` times as a rule, `many` times in the long form
// (CLIENTELE_LONG_FAULTS is set), which ./dev reliability runs.
int Rounds(int few, int many);

}  // namespace clientele::testing

#endif  // CLIENTELE_TESTS_SUPPORT_RELIABILITY_H_
