#include "common/evaluation/regression.h"

#include <cmath>
#include <limits>
#include <vector>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

namespace clientele::evaluation {
namespace {

using Catch::Approx;
using Doubles = std::vector<double>;

TEST_CASE("errors of 3, -4 and 0 give their root mean square and their mean size") {
  const Doubles predicted = {4, 1, 7};
  const Doubles actual = {1, 5, 7};
  CHECK(*RootMeanSquaredError(predicted, actual) == Approx(std::sqrt(25.0 / 3)));
  CHECK(*MeanAbsoluteError(predicted, actual) == Approx(7.0 / 3));
}

TEST_CASE("no rows, unequal lists and values that are not finite are refused") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const auto& metric : {RootMeanSquaredError, MeanAbsoluteError}) {
    CHECK(absl::IsInvalidArgument(metric(Doubles{}, Doubles{}).status()));
    CHECK(absl::IsInvalidArgument(metric(Doubles{1}, Doubles{1, 2}).status()));
    CHECK(absl::IsInvalidArgument(metric(Doubles{nan}, Doubles{1}).status()));
    CHECK(absl::IsInvalidArgument(metric(Doubles{1}, Doubles{nan}).status()));
  }
}

}  // namespace
}  // namespace clientele::evaluation
