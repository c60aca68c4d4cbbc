#include "services/qa-service/training/encoder/training_texts.h"

#include <catch2/catch_test_macros.hpp>

#include "absl/strings/match.h"

#include "tests/support/temporary_folder.h"

namespace clientele::qa {
namespace {

using clientele::testing::TemporaryFolder;

TrainingTexts Read(const TemporaryFolder& folder, const std::vector<TextSource>& sources) {
  const auto texts = ReadTrainingTexts(sources, /*seed=*/1, folder.path());
  INFO(texts.status());
  REQUIRE(texts.ok());
  return *texts;
}

TEST_CASE("equal texts count once, and sentences and wholes are kept as the source says") {
  const TemporaryFolder folder;
  folder.Write("a.csv", "text,label\nOne. Two.,x\nOne. Two.,y\nThree,x\n,x\n");
  TextSource source = {.place = {.file = "a.csv", .columns = {"text"}}, .cut = TextCut::kBoth};
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

TEST_CASE(
    "a translation is taught by its original, and Chinese is simplified as the service does") {
  const TemporaryFolder folder;
  folder.Write("b.tsv", "zh\ten\n怎麼 退貨\tHow do I return it?\n退货\tHow do I return it?\n");
  const TrainingTexts texts = Read(folder, {{.place = {.file = "b.tsv", .columns = {"en", "zh"}},
                                             .use = TextUse::kTranslations,
                                             .repeat = 2}});
  REQUIRE(texts.teacher_texts == std::vector<std::string>{"How do I return it?"});
  REQUIRE(texts.taught.size() == 3);  // the original once
  CHECK(texts.taught[1].text == "怎么退货");
  CHECK(texts.taught[1].translated);
  CHECK(texts.taught[1].taught == 0);
  CHECK(texts.taught[2].repeat == 2);
}

TEST_CASE("pairs come from neighboring lines, halves and openings from longer texts") {
  const TemporaryFolder folder;
  folder.Write("c.txt", "0 | a | question\n1 | b | answer\n2 | a | alone\n");
  folder.Write("d.csv", "text\n好的。谢谢。再见。\n短\n");
  folder.Write("e.csv", "text\nOne. Two. Three. Four.\n");
  const TrainingTexts texts = Read(
      folder, {{.place = {.file = "c.txt", .separator = " | ", .field = 2}, .use = TextUse::kPairs},
               {.place = {.file = "d.csv", .columns = {"text"}}, .use = TextUse::kHalves},
               {.place = {.file = "e.csv", .columns = {"text"}}, .use = TextUse::kOpenings}});
  REQUIRE(texts.related.size() == 3);
  CHECK(texts.related[0].first == "question");
  CHECK(texts.related[0].second == "answer");
  CHECK(texts.related[1].first == "好的。");
  CHECK(texts.related[1].second == "谢谢。再见。");
  CHECK(texts.related[2].first == "One.");
  CHECK(texts.related[2].second == "Two. Three. Four.");
  CHECK(texts.taught.empty());
}

TEST_CASE("an error names the file") {
  const TemporaryFolder folder;
  folder.Write("a.csv", "text\nhello\n");
  folder.Write("e.csv", "text\n \n");
  const auto message = [&](const TextSource& source) {
    const auto texts = ReadTrainingTexts({source}, /*seed=*/1, folder.path());
    REQUIRE_FALSE(texts.ok());
    CHECK(absl::StrContains(texts.status().message(), source.place.file));
  };
  message({.place = {.file = "missing.csv", .columns = {"text"}}});
  message({.place = {.file = "missing.txt", .separator = "|"}});
  message({.place = {.file = "a.csv", .columns = {"words"}}});
  message({.place = {.file = "a.csv", .places = {"data[]"}}});
  message({.place = {.file = "e.csv", .columns = {"text"}}});
}

}  // namespace
}  // namespace clientele::qa
