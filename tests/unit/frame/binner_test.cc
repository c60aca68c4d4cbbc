#include "common/frame/binner.h"

#include <algorithm>
#include <limits>
#include <random>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

namespace clientele::frame {
namespace {

using Doubles = std::vector<double>;

TEST_CASE("four bins of eight values hold two each, edges below belong to them") {
  const Binner binner = Binner::Learn({{8, 7, kMissingNumber, 6, 5, 4, 3, 2, 1}}, {.bins = 4});
  CHECK(binner.edges() == Doubles{3, 5, 7});
  CHECK(binner.size() == 5);
  CHECK(binner.Encode({{1, 2, 2.9, 3, 6.5, 7, 100, -100}}) ==
        std::vector<std::int32_t>{1, 1, 1, 2, 3, 4, 4, 1});
}

TEST_CASE("missing values have a bin of their own, infinities the outermost") {
  const Binner binner = Binner::Learn({{1, 2, 3, 4}}, {.bins = 2});
  CHECK(binner.Bin(kMissingNumber) == Binner::kMissing);
  CHECK(binner.Bin(std::numeric_limits<double>::infinity()) == 2);
  CHECK(binner.Bin(-std::numeric_limits<double>::infinity()) == 1);
}

TEST_CASE("constant, empty and all-missing columns have one bin for every value") {
  for (const Doubles& values :
       {Doubles{7, 7, 7, 7}, Doubles{}, Doubles{kMissingNumber}, Doubles{7}}) {
    const Binner binner = Binner::Learn({values}, {.bins = 10});
    CHECK(binner.size() == 2);
    CHECK(binner.Bin(7) == 1);
    CHECK(binner.Bin(-1e300) == 1);
  }
}

TEST_CASE("a frequent value takes one bin, the others keep theirs") {
  const Binner binner = Binner::Learn({{0, 0, 0, 0, 0, 0, 1, 2}}, {.bins = 4});
  CHECK(binner.edges() == Doubles{1});
  CHECK(Binner::Learn({{1, 2, 3}}, {.bins = 1}).edges().empty());
  CHECK(Binner::Learn({{1, 2, 3}}, {.bins = -5}).edges().empty());
}

TEST_CASE("bins of many distinct values hold as many rows each, to within one") {
  std::mt19937 random(1);
  for (int round = 0; round < 20; ++round) {
    NumericColumn column;
    const int rows = 50 + static_cast<int>(random() % 200);
    for (int i = 0; i < rows; ++i) column.values.push_back(i * 0.37 - 20);
    std::shuffle(column.values.begin(), column.values.end(), random);
    const int bins = 2 + static_cast<int>(random() % 20);
    const Binner binner = Binner::Learn(column, {.bins = bins});
    REQUIRE(binner.size() == bins + 1);
    std::vector<int> counts(static_cast<std::size_t>(bins) + 1, 0);
    for (const std::int32_t bin : binner.Encode(column)) ++counts[static_cast<std::size_t>(bin)];
    CHECK(counts[0] == 0);
    const auto [least, most] = std::minmax_element(counts.begin() + 1, counts.end());
    CHECK(*most - *least <= 1);
  }
}

TEST_CASE("stored bins are the same ones, to the last bit") {
  const Binner binner = Binner::Learn({{0.1, 0.2, 0.30000000000000004, 1e-300}}, {.bins = 4});
  const auto read = Binner::FromJson(nlohmann::json::parse(binner.ToJson().dump()));
  REQUIRE(read.ok());
  CHECK(read->edges() == binner.edges());
  for (const char* text : {"[]", "{}", R"({"edges": [2, 1]})", R"({"edges": [1, 1]})",
                           R"({"edges": ["1"]})", R"({"edges": 3})"}) {
    CHECK(absl::IsInvalidArgument(Binner::FromJson(nlohmann::json::parse(text)).status()));
  }
}

}  // namespace
}  // namespace clientele::frame
