#ifndef CLIENTELE_TESTS_SUPPORT_CATCH_WITH_TORCH_H_
#define CLIENTELE_TESTS_SUPPORT_CATCH_WITH_TORCH_H_

// Catch2 for tests whose includes reach torch: torch brings glog, whose CHECK ends the process
// where Catch2's notes a failed test. Included in place of catch_test_macros.hpp, it lets Catch2's
// win whatever the order of the other includes.

#include <ATen/core/Tensor.h>
#undef CHECK
#include <catch2/catch_test_macros.hpp>
// Where Catch2 came first, its guard kept it from defining CHECK again.
#ifndef CHECK
#define CHECK(...) \
  INTERNAL_CATCH_TEST("CHECK", Catch::ResultDisposition::ContinueOnFailure, __VA_ARGS__)
#endif

#endif  // CLIENTELE_TESTS_SUPPORT_CATCH_WITH_TORCH_H_
