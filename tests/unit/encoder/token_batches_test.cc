#include "services/qa-service/training/encoder/token_batches.h"

#include <algorithm>
#include <set>

#include <catch2/catch_test_macros.hpp>

namespace clientele::qa {
namespace {

TEST_CASE(
    "batches stay within their tokens, hold each row once, and have the same sizes every time") {
  std::vector<std::int64_t> lengths;
  for (std::int64_t i = 0; i < 500; ++i) lengths.push_back(3 + (i * 7919) % 40);
  const auto first = TokenBatches(lengths, 128, 1);
  const auto second = TokenBatches(lengths, 128, 2);
  std::set<std::size_t> seen;
  for (const auto& batch : first) {
    std::int64_t longest = 0;
    for (const std::size_t row : batch) {
      CHECK(seen.insert(row).second);
      longest = std::max(longest, lengths[row]);
    }
    CHECK(longest * static_cast<std::int64_t>(batch.size()) <= 128);
  }
  CHECK(seen.size() == lengths.size());
  REQUIRE(second.size() == first.size());
  for (std::size_t i = 0; i < first.size(); ++i) CHECK(second[i].size() == first[i].size());
  CHECK(second != first);
  CHECK(TokenBatches(lengths, 128, 1) == first);
}

TEST_CASE("a row that is too long for a batch is one by itself, and an empty one costs a token") {
  CHECK(TokenBatches({500, 2, 0}, 4, 1) == std::vector<std::vector<std::size_t>>{{2, 1}, {0}});
  CHECK(TokenBatches({}, 4, 1).empty());
}

}  // namespace
}  // namespace clientele::qa
