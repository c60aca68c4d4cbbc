// Questions that once came out wrong, kept outside of the repository: see ../shared/cases.
#include <cstdio>
#include <filesystem>
#include <string>

#include <catch2/catch_test_macros.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"

#include "services/qa-service/core/answering/answerer.h"
#include "tests/integration/qa/sample_knowledge.h"
#include "tests/support/paths.h"

namespace clientele::qa {
namespace {

// "answered with '7 am'": what the answer must hold.
std::string QuotedOf(const std::string& expected) {
  const std::vector<std::string> parts = absl::StrSplit(expected, '\'');
  return parts.size() > 2 ? parts[1] : "";
}

bool IsAsExpected(const Answer& answer, const std::string& expected) {
  if (absl::StartsWith(expected, "handed over")) return answer.state == AnswerState::kHandedOver;
  if (!absl::StartsWith(expected, "answered")) return answer.state == AnswerState::kAbstained;
  if (answer.state != AnswerState::kAnswered) return false;
  for (const char* mark : {"#", "**", "__", "<", "&amp;", "&nbsp;"}) {
    if (absl::StrContains(answer.text, mark)) return false;
  }
  return absl::StrContains(answer.text, QuotedOf(expected));
}

TEST_CASE("each question of the shared cases comes out as it should") {
  const std::filesystem::path cases =
      std::filesystem::path(clientele::testing::SourceDir()) / "../shared/cases/qa";
  if (!std::filesystem::exists(cases)) SKIP("shared/cases is not here");
  if (!testing::SampleIsPrepared()) SKIP("run tests/e2e/prepare.sh first (ctest does)");
  const testing::BoxEncoder encoder;
  const auto index = testing::IndexArticles(
      *encoder.embedder, {testing::SampleFolder() / "articles.csv", cases / "articles.csv"});
  const Answerer answerer([&] { return index; }, encoder.embedder.get(), nullptr,
                          SystemClock::Get(), {});
  for (const csv::CsvRow& row : testing::Rows(cases / "questions.csv")) {
    Question question;
    question.text = std::string(row.Get("question"));
    const auto answer = answerer.Ask({}, question);
    REQUIRE(answer.ok());
    INFO(question.text << " -> " << answer->text << " (" << answer->confidence << " "
                       << answer->reason << ")");
    CHECK(IsAsExpected(*answer, std::string(row.Get("expected"))));
  }
}

}  // namespace
}  // namespace clientele::qa
