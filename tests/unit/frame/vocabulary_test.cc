#include "common/frame/vocabulary.h"

#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

namespace clientele::frame {
namespace {

using Strings = std::vector<std::string>;

// b 3 times, a twice, c twice, d once, one row missing; e is in no row.
CategoricalColumn Letters() {
  return {{1, 0, 1, 2, kMissingCode, 2, 0, 1, 3}, {"a", "b", "c", "d", "e"}};
}

TEST_CASE("the most frequent category comes first, equal counts in the order of their bytes") {
  const Vocabulary vocabulary = Vocabulary::Learn(Letters());
  CHECK(vocabulary.categories() == Strings{"b", "a", "c", "d"});
  CHECK(vocabulary.Index("b") == Vocabulary::kFirst);
  CHECK(vocabulary.Index("d") == 5);
  CHECK(vocabulary.size() == 6);
}

TEST_CASE("rare, unseen and superfluous categories are unknown") {
  CHECK(Vocabulary::Learn(Letters(), {.min_count = 2}).categories() == Strings{"b", "a", "c"});
  CHECK(Vocabulary::Learn(Letters(), {.max_categories = 2}).categories() == Strings{"b", "a"});
  const Vocabulary vocabulary = Vocabulary::Learn(Letters(), {.min_count = 2});
  CHECK(vocabulary.Index("d") == Vocabulary::kUnknown);
  CHECK(vocabulary.Index("zebra") == Vocabulary::kUnknown);
  CHECK(vocabulary.Index("") == Vocabulary::kUnknown);
  // A category without rows is not learned whatever is asked for.
  CHECK(Vocabulary::Learn(Letters(), {.min_count = 0}).Index("e") == Vocabulary::kUnknown);
}

TEST_CASE("a column with other codes is encoded by its categories") {
  const Vocabulary vocabulary = Vocabulary::Learn(Letters());
  const CategoricalColumn other{{0, 1, kMissingCode, 2}, {"c", "new", "b"}};
  CHECK(vocabulary.Encode(other) ==
        std::vector<std::int32_t>{4, Vocabulary::kUnknown, Vocabulary::kMissing, 2});
}

TEST_CASE("a vocabulary of nothing knows nothing") {
  const Vocabulary vocabulary = Vocabulary::Learn({});
  CHECK(vocabulary.size() == 2);
  CHECK(vocabulary.Index("a") == Vocabulary::kUnknown);
}

TEST_CASE("a stored vocabulary is the same one") {
  const Vocabulary vocabulary = Vocabulary::Learn({{0, 1, 1}, {"退货", "line\nbreak \"q\""}});
  const auto read = Vocabulary::FromJson(nlohmann::json::parse(vocabulary.ToJson().dump()));
  REQUIRE(read.ok());
  CHECK(read->categories() == vocabulary.categories());
  CHECK(read->Index("退货") == 3);
}

TEST_CASE("what is no stored vocabulary is refused") {
  for (const char* text : {"[]", "{}", R"({"categories": "a"})", R"({"categories": [1]})",
                           R"({"categories": ["a", "a"]})", "null"}) {
    CHECK(absl::IsInvalidArgument(Vocabulary::FromJson(nlohmann::json::parse(text)).status()));
  }
}

}  // namespace
}  // namespace clientele::frame
