#include <set>

#include <catch2/catch_test_macros.hpp>

#include "tests/support/process.h"

namespace clientele::testing {
namespace {

// Of 500 numbers drawn from 17,000 without a claim, two are the same nearly always.
TEST_CASE("no port is given out twice") {
  std::set<int> ports;
  for (int i = 0; i < 500; ++i) CHECK(ports.insert(FreePort()).second);
}

}  // namespace
}  // namespace clientele::testing
