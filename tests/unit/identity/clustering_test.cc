#include "services/profile-service/core/identity/clustering.h"

#include <catch2/catch_test_macros.hpp>

namespace clientele::profile {
namespace {

using Numbers = std::vector<std::uint32_t>;

double Never(std::uint32_t, std::uint32_t) { return -30; }
double Likely(std::uint32_t, std::uint32_t) { return 3; }

TEST_CASE("linked records are one person, numbered by their first records") {
  CHECK(ClusterRecords(6, {{4, 1, 8}, {1, 5, 6}, {0, 3, 2}}, Likely) == Numbers{0, 1, 2, 0, 1, 1});
}

TEST_CASE("links that are likelier wrong than right tie nothing") {
  CHECK(ClusterRecords(3, {{0, 1, -0.1}, {1, 2, 0}}, Likely) == Numbers{0, 1, 2});
}

TEST_CASE("a chain of neighbors whose ends have nothing in common is cut at its weakest link") {
  CHECK(ClusterRecords(4, {{0, 1, 9}, {1, 2, 1}, {2, 3, 9}}, Never) == Numbers{0, 0, 1, 1});
}

TEST_CASE("one poor pair does not keep a record from a person whom it else fits") {
  CHECK(ClusterRecords(4, {{0, 1, 9}, {0, 2, 8}, {1, 2, 9}, {0, 3, 6}, {1, 3, 7}}, Never) ==
        Numbers{0, 0, 0, 0});
}

TEST_CASE("a person may have thousands of records") {
  std::vector<RecordLink> links;
  for (std::uint32_t i = 1; i < 5000; ++i) links.push_back({0, i, 5});
  const Numbers persons = ClusterRecords(5000, links, Likely);
  CHECK(persons == Numbers(5000, 0));
}

}  // namespace
}  // namespace clientele::profile
