#include "common/inference/torchscript/kernels/largest_index.h"

#include <cstdint>
#include <limits>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

namespace clientele::inference {
namespace {

std::int64_t Of(const std::vector<float>& values) {
  return LargestIndex(values.data(), static_cast<std::int64_t>(values.size()));
}

TEST_CASE("The first of the largest values is found wherever it lies") {
  const std::int64_t length = GENERATE(1, 31, 32, 1024, 1025, 8000);
  std::vector<float> values(static_cast<std::size_t>(length));
  for (const std::int64_t at : {std::int64_t{0}, length / 3, length / 2, length - 1}) {
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = -5.0f - static_cast<float>(i % 7);
    values[static_cast<std::size_t>(at)] = -1.0f;
    CHECK(Of(values) == at);
    values.back() = -1.0f;  // as large, and later
    CHECK(Of(values) == at);
  }
}

TEST_CASE("One value that is not finite is enough to have no largest") {
  const float bad =
      GENERATE(std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
               -std::numeric_limits<float>::infinity());
  for (const std::size_t at : {std::size_t{0}, std::size_t{1500}, std::size_t{2999}}) {
    std::vector<float> values(3000, 1.0f);
    values[at] = bad;
    CHECK(Of(values) == -1);
  }
  CHECK(Of({}) == -1);
}

}  // namespace
}  // namespace clientele::inference
