#include "services/qa-service/training/generator/generator_recipe.h"

#include <filesystem>
#include <random>
#include <set>
#include <sstream>
#include <string>

#include <nlohmann/json.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/inference/torchscript/bundle_writer.h"
#include "services/qa-service/training/generator/writing_examples.h"
#include "tests/support/catch_with_torch.h"
#include "tests/support/temporary_folder.h"
#include "tools/clientele-models/generator/train_generator_recipe.h"

namespace clientele::qa {
namespace {

using absl::StrContains;
using clientele::testing::TemporaryFolder;
using nlohmann::json;

constexpr char kSquad[] = R"({"data": [{"title": "a", "paragraphs": [{
  "context": "Parcels leave Berlin daily. A return takes three days. Ask us anything.",
  "qas": [{"id": "1", "question": "How long is a return?",
           "answers": [{"text": "three days", "answer_start": 43}]}]}]}]})";

json Recipe() {
  return {{"kind", "grounded-generator"},
          {"name", "writer"},
          {"version", "1"},
          {"vocabulary", 400},
          {"epochs", 1},
          {"distraction", 0},
          {"sources",
           {{{"file", "pairs.csv"}, {"use", "pairs"}, {"columns", {"q", "a"}}},
            {{"file", "squad.json"}, {"use", "questions"}},
            {{"file", "texts.csv"}, {"use", "sentences"}, {"columns", {"text"}}}}}};
}

void WriteData(const TemporaryFolder& folder) {
  folder.Write("pairs.csv",
               "q,a\nhow do I return it,Print the label.\nhow do I return it,Print the label.\n"
               "nothing,\nwhere is it,Look at your account.\n");
  folder.Write("squad.json", kSquad);
  folder.Write("texts.csv",
               "text\nThe blue dress fits very well. I wear it to work every day.\nToo short.\n"
               "这件衣服的颜色非常好看。我每天上班都穿着它出门。\n");
}

WritingExamples Made(const TemporaryFolder& folder, const json& recipe) {
  const auto parsed = ParseGeneratorRecipe(recipe);
  INFO(parsed.status());
  REQUIRE(parsed.ok());
  const auto made = MakeWritingExamples(*parsed, folder.path());
  INFO(made.status());
  REQUIRE(made.ok());
  return *made;
}

TEST_CASE("every answer stands in its passage, and is asked for by its question or its words") {
  const TemporaryFolder folder;
  WriteData(folder);
  const WritingExamples made = Made(folder, Recipe());
  REQUIRE(made.examples.size() == 5);  // two pairs, a question, a sentence of each text of two
  CHECK(made.report.size() == 3);
  std::set<std::string> answers;
  for (const GenerationExample& example : made.examples) {
    CHECK(StrContains(example.passage, example.answer));
    CHECK_FALSE(example.question.empty());
    answers.insert(example.answer);
  }
  CHECK(answers.count("Print the label.") == 1);
  CHECK(answers.count("A return takes three days.") == 1);
  const WritingExamples again = Made(folder, Recipe());
  for (std::size_t i = 0; i < again.examples.size(); ++i) {
    CHECK(again.examples[i].passage == made.examples[i].passage);
    CHECK(again.examples[i].question == made.examples[i].question);
  }
}

TEST_CASE("a passage may have another one beside it, and no more than the recipe says") {
  const TemporaryFolder folder;
  WriteData(folder);
  json recipe = Recipe();
  recipe["sources"] = json::array({recipe["sources"][2]});
  recipe["distraction"] = 1;
  std::size_t with_another = 0;
  for (const GenerationExample& example : Made(folder, recipe).examples) {
    CHECK(StrContains(example.passage, example.answer));
    with_another += StrContains(example.passage, "dress") && StrContains(example.passage, "衣服");
  }
  CHECK(with_another >= 1);
  recipe["passage_size"] = 100;  // a passage and a half is less than both
  for (const GenerationExample& example : Made(folder, recipe).examples) {
    CHECK(WrittenSize(example.passage) <= 150);
  }
}

TEST_CASE("a search is some words of its sentence") {
  std::mt19937_64 random(1);
  for (int i = 0; i < 20; ++i) {
    const std::string found = SearchFor("Parcels leave the harbor of Berlin every day", random);
    const auto words = static_cast<std::size_t>(std::count(found.begin(), found.end(), ' ') + 1);
    CHECK((words >= 2 && words <= 4));
  }
  CHECK(SearchFor("Too short", random).empty());
  CHECK(WrittenSize("abc 退货") == 10);
}

TEST_CASE("what is wrong in a generator's recipe or its files is named") {
  const TemporaryFolder folder;
  WriteData(folder);
  const auto message = [&](const char* pointer, const json& value) {
    json recipe = Recipe();
    recipe[json::json_pointer(pointer)] = value;
    const auto parsed = ParseGeneratorRecipe(recipe);
    const absl::Status status =
        parsed.ok() ? MakeWritingExamples(*parsed, folder.path()).status() : parsed.status();
    CHECK_FALSE(status.ok());
    return std::string(status.message());
  };
  CHECK(StrContains(message("/kind", "reader"), "kind"));
  CHECK(StrContains(message("/sources", json::array()), "sources"));
  CHECK(StrContains(message("/sources/0/use", "poems"), "sources[0].use"));
  CHECK(StrContains(message("/sources/0/columns", {"q"}), "sources[0].columns"));
  CHECK(StrContains(message("/sources/0/file", "../x"), "sources[0].file"));
  CHECK(StrContains(message("/sources/0/file", "missing.csv"), "missing.csv"));
  CHECK(StrContains(message("/sources/0/columns", {"q", "z"}), "z"));
  CHECK(StrContains(message("/epoch", 1), "epoch"));
}

TEST_CASE("a recipe makes a generator in half precision, with its description") {
  const TemporaryFolder folder;
  WriteData(folder);
  json recipe = Recipe();
  recipe["description"] = "Says what was read.";
  recipe["license"] = "CC0-1.0";
  std::ostringstream out;
  std::ostringstream log;
  const absl::Status status = models::TrainGeneratorRecipe(
      recipe,
      {.data = folder.path(), .work = folder.path() / "work", .out = folder.path() / "models"}, out,
      log);
  INFO(status);
  REQUIRE(status.ok());
  const std::filesystem::path bundle = folder.path() / "models/writer/1";
  CHECK(json::parse(out.str())["bundle"] == bundle.string());
  CHECK(inference::VerifyUnsignedBundle(bundle).ok());
  CHECK(std::filesystem::exists(bundle / "tokenizer/tokenizer.json"));
  CHECK(StrContains(log.str(), "squad.json: 1 examples"));
}

}  // namespace
}  // namespace clientele::qa
