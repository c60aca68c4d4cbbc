#include "services/profile-service/core/similar/vector_index.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"

namespace clientele::profile {
namespace {

constexpr std::int64_t kRoom = std::int64_t{1} << 30;
constexpr auto kAnybody = [](const std::string&) { return true; };

std::vector<std::string> NeighborIds(const absl::StatusOr<std::vector<Neighbor>>& neighbors) {
  REQUIRE(neighbors.ok());
  std::vector<std::string> ids;
  for (const Neighbor& neighbor : *neighbors) ids.push_back(neighbor.customer_id);
  return ids;
}

std::vector<float> RandomUnit(std::mt19937& random, std::size_t width) {
  std::normal_distribution<float> normal;
  std::vector<float> vector(width);
  float squares = 0;
  for (float& value : vector) {
    value = normal(random);
    squares += value * value;
  }
  for (float& value : vector) value /= std::sqrt(squares);
  return vector;
}

TEST_CASE("the nearest come first, equal ones by id, and vectors of another model never") {
  VectorIndex index(kRoom);
  index.Put("c", "m/1", {{1, 0}});
  index.Put("b", "m/1", {{1, 0}});
  index.Put("a", "m/1", {{0, 1}});
  index.Put("x", "m/2", {{1, 0}});
  CHECK(NeighborIds(index.Nearest("m/1", {{1, 0}}, 10, kAnybody)) ==
        std::vector<std::string>{"b", "c", "a"});
  CHECK(NeighborIds(index.Nearest("m/1", {{1, 0}}, 1, kAnybody)) == std::vector<std::string>{"b"});
  CHECK(NeighborIds(index.Nearest("m/1", {{1, 0}}, 2, [](const std::string& id) {
          return id != "b";
        })) == std::vector<std::string>{"c", "a"});
  CHECK(NeighborIds(index.Nearest("m/3", {{1, 0}}, 2, kAnybody)).empty());
  CHECK(NeighborIds(index.Nearest("m/1", {{1, 0, 0}}, 2, kAnybody)).empty());
  CHECK(index.Nearest("m/1", {{0.6F, 0.8F}}, 1, kAnybody)->front().similarity == 0.8F);
  CHECK(index.rows() == 4);
  CHECK(index.rows("m/1") == 3);
}

TEST_CASE("a vector takes the place of the one before, also of another model") {
  VectorIndex index(kRoom);
  index.Put("a", "m/1", {{1, 0}});
  index.Put("a", "m/1", {{0, 1}});
  CHECK(index.Nearest("m/1", {{0, 1}}, 1, kAnybody)->front().similarity == 1);
  const std::int64_t bytes = index.bytes();
  index.Put("a", "m/2", {{0, 1}});
  CHECK(index.rows("m/1") == 0);
  CHECK(index.rows("m/2") == 1);
  CHECK(index.bytes() == bytes);
}

TEST_CASE("what was dropped is nowhere, and the others stay what they are") {
  std::mt19937 random(7);
  VectorIndex index(kRoom);
  std::vector<std::pair<std::string, std::vector<float>>> all;
  for (int i = 0; i < 9000; ++i) {
    all.emplace_back(absl::StrCat("c", i), RandomUnit(random, 8));
    index.Put(all.back().first, "m/1", all.back().second);
  }
  for (int i = 0; i < 9000; i += 2) index.Drop(absl::StrCat("c", i));
  index.Drop("nobody");
  const std::vector<float> query = RandomUnit(random, 8);
  std::vector<std::pair<float, std::string>> expected;
  for (int i = 1; i < 9000; i += 2) {
    const auto& [id, vector] = all[static_cast<std::size_t>(i)];
    expected.emplace_back(std::inner_product(vector.begin(), vector.end(), query.begin(), 0.0F),
                          id);
  }
  std::sort(expected.rbegin(), expected.rend());
  const auto nearest = index.Nearest("m/1", query, 20, kAnybody);
  REQUIRE(nearest.ok());
  for (std::size_t i = 0; i < nearest->size(); ++i) {
    CHECK((*nearest)[i].customer_id == expected[i].second);
  }
  CHECK(index.rows() == 4500);
  for (int i = 1; i < 9000; i += 2) index.Drop(absl::StrCat("c", i));
  CHECK(index.bytes() == 0);
  CHECK(NeighborIds(index.Nearest("m/1", query, 20, kAnybody)).empty());
}

TEST_CASE("an index without room says so, rather than who is nearest among some") {
  VectorIndex index(500);
  index.Put("a", "m/1", {{1, 0}});
  index.Put("b", "m/1", {{1, 0}});
  CHECK_FALSE(index.full());
  for (const char* id : {"c", "d", "e"}) index.Put(id, "m/1", {{1, 0}});
  CHECK(index.full());
  CHECK(index.bytes() <= 500);
  const absl::Status status = index.Nearest("m/1", {{1, 0}}, 1, kAnybody).status();
  CHECK(absl::IsFailedPrecondition(status));
  CHECK(GetReason(status) == kTooManyCustomers);
  index.Clear();
  CHECK(index.rows() == 0);
  CHECK(index.Nearest("m/1", {{1, 0}}, 1, kAnybody).ok());
}

}  // namespace
}  // namespace clientele::profile
