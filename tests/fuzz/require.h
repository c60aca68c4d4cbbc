#ifndef CLIENTELE_TESTS_FUZZ_REQUIRE_H_
#define CLIENTELE_TESTS_FUZZ_REQUIRE_H_

#include <cstdio>
#include <cstdlib>

namespace clientele::fuzz {

// Says what does not hold, and ends the process.
inline void Require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "this does not hold: %s\n", what);
  std::abort();
}

}  // namespace clientele::fuzz

#endif  // CLIENTELE_TESTS_FUZZ_REQUIRE_H_
