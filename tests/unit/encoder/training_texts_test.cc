#include "services/qa-service/training/encoder/training_texts.h"

#include <catch2/catch_test_macros.hpp>

#include "absl/strings/match.h"

#include "tests/support/temporary_folder.h"

namespace clientele::qa {
namespace {

using clientele::testing::TemporaryFolder;

EncoderRecipe RecipeOf(std::vector<TextSource> sources) {
  EncoderRecipe recipe;
  recipe.sources = std::move(sources);
  return recipe;
}

TrainingTexts Read(const TemporaryFolder& folder, std::vector<TextSource> sources) {
  const auto texts = ReadTrainingTexts(RecipeOf(std::move(sources)), folder.path());
  INFO(texts.status());
  REQUIRE(texts.ok());
  return *texts;
}

TEST_CASE("equal texts count once, and sentences and wholes are kept as the source says") {
  const TemporaryFolder folder;
  folder.Write("a.csv", "text,label\nOne. Two.,x\nOne. Two.,y\nThree,x\n,x\n");
  TextSource source = {.file = "a.csv", .cut = TextCut::kBoth, .columns = {"text"}};
  const TrainingTexts both = Read(folder, {source});
  std::vector<std::string> found;
  for (const TaughtText& each : both.taught) found.push_back(each.text);
  CHECK(found == std::vector<std::string>{"One.", "Two.", "One. Two.", "Three"});
  CHECK(both.teacher_texts == found);
  source.cut = TextCut::kSentences;
  CHECK(Read(folder, {source}).taught.size() == 3);
  source.limit = 2;
  CHECK(Read(folder, {source}).taught.size() == 2);
}

TEST_CASE("a translation is taught by its original, and Chinese is simplified as the service does") {
  const TemporaryFolder folder;
  folder.Write("b.tsv", "zh\ten\n怎麼 退貨\tHow do I return it?\n退货\tHow do I return it?\n");
  const TrainingTexts texts = Read(folder, {{.file = "b.tsv",
                                             .use = TextUse::kTranslations,
                                             .columns = {"en", "zh"},
                                             .repeat = 2}});
  REQUIRE(texts.teacher_texts == std::vector<std::string>{"How do I return it?"});
  REQUIRE(texts.taught.size() == 3);  // the original once
  CHECK(texts.taught[1].text == "怎么退货");
  CHECK(texts.taught[1].translated);
  CHECK(texts.taught[1].taught == 0);
  CHECK(texts.taught[2].repeat == 2);
}

TEST_CASE("pairs come from neighboring lines, halves from texts of two sentences or more") {
  const TemporaryFolder folder;
  folder.Write("c.txt", "0 | a | question\n1 | b | answer\n2 | a | alone\n");
  folder.Write("d.csv", "text\n好的。谢谢。再见。\n短\n");
  const TrainingTexts texts =
      Read(folder, {{.file = "c.txt", .use = TextUse::kPairs, .separator = " | ", .field = 2},
                    {.file = "d.csv", .use = TextUse::kHalves, .columns = {"text"}}});
  REQUIRE(texts.related.size() == 2);
  CHECK(texts.related[0].first == "question");
  CHECK(texts.related[0].second == "answer");
  CHECK(texts.related[1].first == "好的。");
  CHECK(texts.related[1].second == "谢谢。再见。");
  CHECK(texts.taught.empty());
}

TEST_CASE("an error names the file") {
  const TemporaryFolder folder;
  folder.Write("a.csv", "text\nhello\n");
  folder.Write("e.csv", "text\n \n");
  const auto message = [&](TextSource source) {
    const auto texts = ReadTrainingTexts(RecipeOf({source}), folder.path());
    REQUIRE_FALSE(texts.ok());
    CHECK(absl::StrContains(texts.status().message(), source.file));
  };
  message({.file = "missing.csv", .columns = {"text"}});
  message({.file = "missing.txt", .separator = "|"});
  message({.file = "a.csv", .columns = {"words"}});
  message({.file = "a.csv", .places = {"data[]"}});
  message({.file = "e.csv", .columns = {"text"}});
}

}  // namespace
}  // namespace clientele::qa
