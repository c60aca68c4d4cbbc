#include "common/topk/row_products.h"

#include <cmath>
#include <random>
#include <vector>

#include <catch2/catch_test_macros.hpp>

namespace clientele::topk {
namespace {

TEST_CASE("each product is the sum over its own row, whatever the dimension") {
  std::mt19937 random(3);
  std::normal_distribution<float> normal;
  for (const std::size_t dim : {1, 7, 16, 17, 63, 64, 65, 100, 256, 333}) {
    constexpr std::size_t kRows = 9;
    std::vector<float> rows(kRows * dim);
    std::vector<float> vector(dim);
    for (float& x : rows) x = normal(random);
    for (float& x : vector) x = normal(random);
    std::vector<float> products(kRows, -99.0F);
    RowProducts(rows, vector, absl::MakeSpan(products));
    for (std::size_t r = 0; r < kRows; ++r) {
      double expected = 0;
      for (std::size_t d = 0; d < dim; ++d) expected += double{rows[r * dim + d]} * vector[d];
      CHECK(std::abs(products[r] - expected) < 1e-4);
    }
  }
}

TEST_CASE("with fewer rows than products nothing is computed") {
  const std::vector<float> rows(10, 1.0F);
  std::vector<float> products(3, -1.0F);
  RowProducts(rows, std::vector<float>(4, 1.0F), absl::MakeSpan(products));
  CHECK(products == std::vector<float>(3, -1.0F));
  RowProducts(rows, {}, absl::MakeSpan(products));
  CHECK(products == std::vector<float>(3, -1.0F));
}

}  // namespace
}  // namespace clientele::topk
