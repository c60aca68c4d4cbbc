#include "services/qa-service/training/recipes/json_places.h"

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include "absl/strings/match.h"

namespace clientele::qa {
namespace {

using Texts = std::vector<std::string>;

nlohmann::json Document() {
  return nlohmann::json::parse(R"({
    "train": [["hello", "greet"], ["bye", "leave"]],
    "data": [{"paragraphs": [{"context": "a"}, {"context": "b"}]}, {"paragraphs": [{"context": "c"}]}]
  })");
}

TEST_CASE("places lead through lists and members in the document's order") {
  CHECK(*TextsAt(Document(), "train[][0]") == Texts{"hello", "bye"});
  CHECK(*TextsAt(Document(), "data[].paragraphs[].context") == Texts{"a", "b", "c"});
  CHECK(*TextsAt(Document(), "data[1].paragraphs[0].context") == Texts{"c"});
}

TEST_CASE("a place that leads nowhere is named with the reason") {
  for (const char* place : {"missing", "train[][7]", "train[0][x]", "train[", "train[].text",
                            "data[].paragraphs", "", "data..paragraphs"}) {
    const auto texts = TextsAt(Document(), place);
    INFO(place);
    REQUIRE(texts.status().code() == absl::StatusCode::kInvalidArgument);
    CHECK(absl::StrContains(texts.status().message(), place));
  }
}

}  // namespace
}  // namespace clientele::qa
