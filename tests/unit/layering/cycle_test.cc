#include "tests/unit/layering/cycle.h"

#include <catch2/catch_test_macros.hpp>

namespace clientele::layering {
namespace {

using Path = std::vector<std::string>;

TEST_CASE("arrows that all lead down have no cycle") {
  CHECK(FindCycle({}).empty());
  CHECK(FindCycle({{"a", "b"}, {"a", "c"}, {"b", "d"}, {"c", "d"}, {"d", "d"}}).empty());
}

TEST_CASE("a cycle is named from its first folder back to it, without the way there") {
  CHECK(FindCycle({{"a", "b"}, {"b", "a"}}) == Path{"a", "b", "a"});
  CHECK(FindCycle({{"a", "b"}, {"b", "c"}, {"c", "d"}, {"d", "b"}}) == Path{"b", "c", "d", "b"});
  CHECK(FindCycle({{"a", "b"}, {"x", "y"}, {"y", "x"}}) == Path{"x", "y", "x"});
}

}  // namespace
}  // namespace clientele::layering
