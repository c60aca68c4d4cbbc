#include "services/qa-service/training/reranker/reranker_recipe.h"

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "tests/support/catch_with_torch.h"
#include "tests/support/temporary_folder.h"

namespace clientele::qa {
namespace {

using clientele::testing::TemporaryFolder;
using nlohmann::json;

json Recipe() {
  return {{"kind", "reranker"},
          {"name", "order"},
          {"version", "1"},
          {"encoder", "../encoder/1"},
          {"sources",
           {{{"file", "pairs.csv"}, {"use", "pairs"}, {"columns", {"q", "a"}}},
            {{"file", "squad.json"}, {"use", "questions"}}}}};
}

// A hundred words, then a sentence with the answer.
std::string LongContext() {
  std::string context;
  for (int i = 0; i < 10; ++i)
    absl::StrAppend(&context, "Ten plain words that say nothing stand in here. ");
  return absl::StrCat(context, "A return takes three days.");
}

std::string Squad(const std::string& context, std::size_t answer_start) {
  const json question = {{"id", "1"},
                         {"question", "How long is a return?"},
                         {"answers", {{{"text", "three days"}, {"answer_start", answer_start}}}}};
  const json paragraph = {{"context", context}, {"qas", {question}}};
  return json({{"data", {{{"title", "a"}, {"paragraphs", {paragraph}}}}}}).dump();
}

std::string Refused(json recipe, const char* field, json value) {
  recipe[field] = std::move(value);
  const auto parsed = ParseRerankerRecipe(recipe);
  CHECK_FALSE(parsed.ok());
  return std::string(parsed.status().message());
}

TEST_CASE("a reranker's pairs are rows of two texts, and questions with the passage that answers") {
  const TemporaryFolder folder;
  const std::string context = LongContext();
  folder.Write("pairs.csv",
               "q,a\nhow,Print it.\nhow,Print it.\nnothing,\nwhere,In your account.\n");
  folder.Write("squad.json", Squad(context, context.find("three days")));
  const auto recipe = ParseRerankerRecipe(Recipe());
  INFO(recipe.status());
  REQUIRE(recipe.ok());
  const auto pairs = RankedPairsOf(*recipe, folder.path());
  INFO(pairs.status());
  REQUIRE(pairs.ok());
  REQUIRE(pairs->size() == 3);
  CHECK((*pairs)[0].answer == "Print it.");
  CHECK((*pairs)[1].question == "where");
  CHECK((*pairs)[2].question == "How long is a return?");
  // Not the whole text: the part that the service would find.
  CHECK(absl::EndsWith((*pairs)[2].answer, "three days."));
  CHECK((*pairs)[2].answer.size() < context.size() / 2);
}

TEST_CASE("a source without a pair is refused by its file") {
  const TemporaryFolder folder;
  folder.Write("pairs.csv", "q,a\nnothing,\n");
  folder.Write("squad.json", Squad("three days", 0));
  const auto recipe = ParseRerankerRecipe(Recipe());
  REQUIRE(recipe.ok());
  const absl::Status status = RankedPairsOf(*recipe, folder.path()).status();
  CHECK(absl::IsInvalidArgument(status));
  CHECK(absl::StrContains(status.message(), "pairs.csv"));
}

TEST_CASE("what a reranker's recipe has wrong is named") {
  CHECK(absl::StrContains(Refused(Recipe(), "kind", "reader"), "kind"));
  CHECK(absl::StrContains(Refused(Recipe(), "encoder", ""), "encoder"));
  CHECK(absl::StrContains(Refused(Recipe(), "epochs", 0), "epochs"));
  CHECK(absl::StrContains(Refused(Recipe(), "epoch", 1), "not known"));
  CHECK(absl::StrContains(Refused(Recipe(), "sources", json::array()), "sources"));
  CHECK(absl::StrContains(Refused(Recipe(), "sources", {{{"file", "a.csv"}, {"use", "sentences"}}}),
                          "sources[0].use"));
  CHECK(absl::StrContains(
      Refused(Recipe(), "sources", {{{"file", "/etc/passwd"}, {"columns", {"a", "b"}}}}),
      "sources[0].file"));
}

}  // namespace
}  // namespace clientele::qa
