#include "tools/clientele/import/golden_question_import.h"

#include <algorithm>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "tests/unit/clientele_cli/fake_suite.h"

namespace clientele::cli {
namespace {

using Row = std::vector<std::string>;

ImportCounts ImportGolden(FakeSuite& suite, const std::vector<Row>& rows, bool update = false,
                          std::vector<std::string>* notes = nullptr) {
  RejectedRows rejected("/dev/null", {});
  auto import = GoldenQuestionImport::Create(
      &suite, {.columns = {}, .update = update},
      {"question_id", "question", "language_code", "expected_article", "expected_answer"},
      &rejected);
  REQUIRE(import.ok());
  int64_t line = 1;
  for (const Row& row : rows) REQUIRE((*import)->Add({++line, row, ""}).ok());
  REQUIRE((*import)->Finish().ok());
  if (notes != nullptr) *notes = (*import)->notes();
  return (*import)->counts();
}

TEST_CASE("golden questions are imported once, with an id of their text where they have none") {
  FakeSuite suite;
  const std::vector<Row> rows = {{"g 1", "How long?", "en", "re turns", "Thirty days"},
                                 {"", "Do you sell cars?", "", "", ""}};
  CHECK(ImportGolden(suite, rows).created == 2);
  REQUIRE(suite.golden_questions.contains("goldenQuestions/g_.201"));
  const qa::v1::GoldenQuestion& first = suite.golden_questions.at("goldenQuestions/g_.201");
  CHECK(first.question() == "How long?");
  CHECK(first.expected_article() == "articles/re_.20turns");
  CHECK(first.expected_answer() == "Thirty days");
  const auto second = std::find_if(
      suite.golden_questions.begin(), suite.golden_questions.end(),
      [](const auto& entry) { return entry.second.question() == "Do you sell cars?"; });
  REQUIRE(second != suite.golden_questions.end());
  CHECK(second->first.size() == std::string("goldenQuestions/g").size() + 32);
  CHECK(second->second.expected_article().empty());
  const ImportCounts again = ImportGolden(suite, rows);
  CHECK(again.created == 0);
  CHECK(again.duplicates == 2);
}

TEST_CASE("rows with other values stay as they are and are named, or are changed with update") {
  FakeSuite suite;
  ImportGolden(suite, {{"a", "How long?", "", "returns", ""}});
  const std::vector<Row> changed = {{"b", "Why?", "", "", ""},
                                    {"a", "How long?", "", "shipping", ""}};
  std::vector<std::string> notes;
  const ImportCounts left = ImportGolden(suite, changed, false, &notes);
  CHECK(left.created == 1);
  CHECK(left.differing == 1);
  REQUIRE(notes.size() == 1);
  CHECK(notes[0].find("line 3") != std::string::npos);
  CHECK(suite.golden_questions.at("goldenQuestions/a").expected_article() == "articles/returns");
  CHECK(ImportGolden(suite, changed, true).updated == 1);
  CHECK(suite.golden_questions.at("goldenQuestions/a").expected_article() == "articles/shipping");
}

TEST_CASE("a row that cannot be a golden question is rejected, and a file's second word on one") {
  FakeSuite suite;
  suite.bad_names = {"goldenQuestions/bad"};
  const ImportCounts counts = ImportGolden(suite, {{"a", "How long?", "", "returns", ""},
                                                   {"x", "", "", "returns", ""},
                                                   {"bad", "How?", "?", "returns", ""},
                                                   {"a", "How long?", "", "returns", ""},
                                                   {"a", "How long?", "", "shipping", ""}});
  CHECK(counts.created == 1);
  CHECK(counts.duplicates == 1);
  CHECK(counts.rejected == 3);
}

TEST_CASE("a file without the columns of questions and articles is refused") {
  FakeSuite suite;
  RejectedRows rejected("/dev/null", {});
  CHECK_FALSE(GoldenQuestionImport::Create(&suite, {}, {"question", "answer"}, &rejected).ok());
  CHECK_FALSE(GoldenQuestionImport::Create(&suite, {}, {"expected_article", "id"}, &rejected).ok());
}

}  // namespace
}  // namespace clientele::cli
