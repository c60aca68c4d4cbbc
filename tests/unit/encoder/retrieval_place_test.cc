#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "services/qa-service/training/encoder/retrieval_evaluation.h"

namespace clientele::qa {
namespace {

TEST_CASE("the place of the right passage counts each id once, up to the tenth") {
  const std::vector<std::string> found = {"a", "a", "b", "a", "c"};
  CHECK(PlaceOfRight(found, {"a"}) == 1);
  CHECK(PlaceOfRight(found, {"b"}) == 2);
  CHECK(PlaceOfRight(found, {"x", "c"}) == 3);
  CHECK(PlaceOfRight(found, {"x"}) == 0);
  CHECK(PlaceOfRight({}, {"x"}) == 0);
  std::vector<std::string> many;
  for (int i = 1; i <= 12; ++i) many.push_back(std::to_string(i));
  CHECK(PlaceOfRight(many, {"10"}) == 10);
  CHECK(PlaceOfRight(many, {"11"}) == 0);
}

}  // namespace
}  // namespace clientele::qa
