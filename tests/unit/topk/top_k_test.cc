#include "common/topk/top_k.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iterator>
#include <limits>
#include <random>
#include <vector>

#include <catch2/catch_test_macros.hpp>

namespace clientele::topk {
namespace {

std::vector<float> SmallIntegers(std::size_t count, unsigned seed) {
  // Products of small integers are exact in float, so that ties are ties in both ways of counting.
  std::mt19937 random(seed);
  std::vector<float> values(count);
  for (float& value : values) value = static_cast<float>(static_cast<int>(random() % 7) - 3);
  return values;
}

std::vector<Scored> BruteForce(const std::vector<float>& matrix, std::int64_t rows,
                               std::int64_t dim, const float* query, std::int64_t k) {
  std::vector<Scored> all;
  for (std::int64_t r = 0; r < rows; ++r) {
    double score = 0;
    for (std::int64_t d = 0; d < dim; ++d) {
      score += static_cast<double>(matrix[static_cast<std::size_t>(r * dim + d)]) * query[d];
    }
    all.push_back({r, static_cast<float>(score)});
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const Scored& a, const Scored& b) { return a.score > b.score; });
  all.resize(static_cast<std::size_t>(std::min(rows, k)));
  return all;
}

TEST_CASE("the answer is that of brute force, ties by lower index, over many pieces") {
  struct Shape {
    std::int64_t rows, dim, queries, k;
  };
  for (const Shape& s : {Shape{1, 1, 1, 1}, Shape{100, 8, 3, 10}, Shape{20000, 4, 2, 50},
                         Shape{40000, 3, 1, 7}, Shape{2000, 5, 600, 5}}) {
    const auto matrix = SmallIntegers(static_cast<std::size_t>(s.rows * s.dim), 1);
    const auto queries = SmallIntegers(static_cast<std::size_t>(s.queries * s.dim), 2);
    const auto answers = TopK(matrix, s.rows, s.dim, queries, s.queries, s.k);
    REQUIRE(answers.size() == static_cast<std::size_t>(s.queries));
    for (std::int64_t q = 0; q < s.queries; ++q) {
      CHECK(answers[static_cast<std::size_t>(q)] ==
            BruteForce(matrix, s.rows, s.dim, queries.data() + q * s.dim, s.k));
    }
  }
}

TEST_CASE("more asked for than there are gives all rows, best first") {
  const std::vector<float> matrix = {1, 3, 2};
  const std::vector<float> query = {1};
  const auto answers = TopK(matrix, 3, 1, query, 1, 10);
  CHECK(answers[0] == std::vector<Scored>{{1, 3}, {2, 2}, {0, 1}});
}

TEST_CASE("a row that scores NaN is never returned") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const std::vector<float> matrix = {nan, 1, nan, 2};
  const std::vector<float> query = {1};
  CHECK(TopK(matrix, 4, 1, query, 1, 4)[0] == std::vector<Scored>{{3, 2}, {1, 1}});
  CHECK(TopK(matrix, 4, 1, std::vector<float>{nan}, 1, 4)[0].empty());
  CHECK(SelectTopK(matrix, 1) == std::vector<Scored>{{3, 2}});
}

TEST_CASE("infinite scores keep their place") {
  const float inf = std::numeric_limits<float>::infinity();
  CHECK(SelectTopK(std::vector<float>{-inf, 0, inf}, 3) ==
        std::vector<Scored>{{2, inf}, {1, 0}, {0, -inf}});
}

TEST_CASE("only rows that are kept enter the answer") {
  const std::vector<float> matrix = {5, 4, 3, 2, 1, 0};
  const std::vector<float> query = {1};
  const auto even = [](std::int64_t row) { return row % 2 == 0; };
  CHECK(TopK(matrix, 6, 1, query, 1, 2, even)[0] == std::vector<Scored>{{0, 5}, {2, 3}});
  CHECK(TopK(matrix, 6, 1, query, 1, 9, even)[0].size() == 3);
}

TEST_CASE("a search starts no threads beside the caller's") {
  const auto threads = [] {
    const std::filesystem::directory_iterator tasks("/proc/self/task");
    return std::distance(begin(tasks), end(tasks));
  };
  const auto before = threads();
  const std::vector<float> matrix = SmallIntegers(std::size_t{4096} * 256, 5);
  CHECK(TopK(matrix, 4096, 256, matrix, 64, 3).size() == 64);
  CHECK(threads() == before);
}

TEST_CASE("impossible sizes give empty answers") {
  const std::vector<float> matrix = {1, 2, 3, 4};
  const std::vector<float> query = {1, 1};
  CHECK(TopK(matrix, 2, 2, query, 1, 0)[0].empty());
  CHECK(TopK(matrix, 2, 2, query, 1, -3)[0].empty());
  CHECK(TopK(matrix, 3, 2, query, 1, 1)[0].empty());  // the matrix is too short
  CHECK(TopK(matrix, 2, 2, query, 2, 1)[0].empty());  // so are the queries
  CHECK(TopK(matrix, 0, 2, query, 1, 1)[0].empty());
  CHECK(TopK(matrix, 2, 2, query, 0, 1).empty());
  CHECK(SelectTopK({}, 5).empty());
}

}  // namespace
}  // namespace clientele::topk
