#include "common/topk/dot_products.h"

#include <cmath>
#include <cstddef>
#include <random>
#include <vector>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

namespace clientele::topk {
namespace {

std::vector<float> Random(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> uniform(-1, 1);
  std::vector<float> values(count);
  for (float& value : values) value = uniform(random);
  return values;
}

TEST_CASE("the products of all rows come once and in order, whatever the sizes") {
  // The last are more than a cache holds.
  struct Shape {
    std::int64_t rows, dim;
  };
  std::vector<Shape> shapes = {{130'000, 33}, {600'000, 8}};
  for (const std::int64_t rows : {1, 7, 2047, 2048, 2049, 5000}) {
    for (const std::int64_t dim : {1, 3, 32, 33}) shapes.push_back({rows, dim});
  }
  for (const auto& [rows, dim] : shapes) {
    const auto matrix = Random(static_cast<std::size_t>(rows * dim), 1);
    const auto vector = Random(static_cast<std::size_t>(dim), 2);
    std::vector<float> all;
    DotProducts(matrix, rows, dim, vector,
                [&](std::int64_t first, absl::Span<const float> products) {
                  REQUIRE(first == static_cast<std::int64_t>(all.size()));
                  all.insert(all.end(), products.begin(), products.end());
                });
    REQUIRE(all.size() == static_cast<std::size_t>(rows));
    for (std::size_t r = 0; r < all.size(); ++r) {
      double expected = 0;
      for (std::size_t j = 0; j < vector.size(); ++j) {
        expected += static_cast<double>(matrix[r * vector.size() + j]) * vector[j];
      }
      REQUIRE(all[r] == Catch::Approx(expected).margin(1e-5));
    }
  }
}

TEST_CASE("a matrix or a vector that is too short gives nothing") {
  const std::vector<float> values(8, 1.0F);
  int called = 0;
  const auto count = [&](std::int64_t, absl::Span<const float>) { ++called; };
  DotProducts(values, 3, 3, values, count);
  DotProducts(values, 0, 3, values, count);
  DotProducts(values, 2, 0, values, count);
  DotProducts(values, 1, 8, absl::MakeConstSpan(values).first(7), count);
  CHECK(called == 0);
}

}  // namespace
}  // namespace clientele::topk
