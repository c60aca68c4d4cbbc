#include "common/evaluation/exposure.h"

#include <vector>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

namespace clientele::evaluation {
namespace {

using Catch::Approx;

TEST_CASE("coverage counts items once, novelty is in bits") {
  CatalogExposure exposure(std::vector<std::int64_t>{8, 4, 1, 0}, 8);
  exposure.Add(std::vector<std::int32_t>{0, 1});  // 0 and 1 bit
  exposure.Add(std::vector<std::int32_t>{1, 2, 2});
  CHECK(exposure.Coverage() == 0.75);
  CHECK(exposure.Novelty() == Approx((0.5 + 7.0 / 3) / 2));
}

TEST_CASE("an item of nobody is as novel as one of a single customer") {
  CatalogExposure exposure(std::vector<std::int64_t>{0, 1}, 1024);
  exposure.Add(std::vector<std::int32_t>{0});
  CHECK(exposure.Novelty() == Approx(10));
}

TEST_CASE("empty lists and indices beyond the catalog count for nothing") {
  CatalogExposure exposure(std::vector<std::int64_t>{2, 1}, 2);
  exposure.Add({});
  exposure.Add(std::vector<std::int32_t>{-1, 2});
  CHECK(exposure.Coverage() == 0);
  CHECK(exposure.Novelty() == 0);
  exposure.Add(std::vector<std::int32_t>{1, 9});
  CHECK(exposure.Coverage() == 0.5);
  CHECK(exposure.Novelty() == 1);
  CHECK(CatalogExposure({}, 0).Coverage() == 0);
}

}  // namespace
}  // namespace clientele::evaluation
