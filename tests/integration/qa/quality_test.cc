// How good the answers are: the sample company's articles, the text encoder in the box
// and questions that no article contains. Prints one JSON object a line.
#include <cstdio>
#include <map>
#include <string>

#include <catch2/catch_test_macros.hpp>

#include "services/qa-service/core/answering/answerer.h"
#include "tests/integration/qa/sample_knowledge.h"

namespace clientele::qa {
namespace {

using testing::BoxEncoder;
using testing::IndexArticles;
using testing::Rows;
using testing::SampleFolder;

// Counts of one language's questions.
struct Score {
  int answerable = 0;
  int first = 0;           // the right article is cited first
  int first_three = 0;     // ... among the first three
  int answered_right = 0;  // answered, from the right article
  int answered_wrong = 0;  // answered, from another one
  int unanswerable = 0;
  int abstained = 0;  // of the unanswerable
};

void Print(const std::string& language, const Score& score) {
  const auto line = [&](const char* name, int value, int of) {
    std::printf(
        "{\"bench\":\"qa_sample_%s_%s\",\"value\":%d,\"unit\":\"questions\","
        "\"vs\":%d,\"ratio\":%.3f}\n",
        language.c_str(), name, value, of, static_cast<double>(value) / of);
  };
  line("right_article_first", score.first, score.answerable);
  line("right_article_in_three", score.first_three, score.answerable);
  line("answered_right", score.answered_right, score.answerable);
  line("answered_wrong", score.answered_wrong, score.answerable);
  line("abstained_unanswerable", score.abstained, score.unanswerable);
}

TEST_CASE("held-out questions get the right article, and foreign ones no answer") {
  if (!testing::SampleIsPrepared()) SKIP("run tests/e2e/prepare.sh first (ctest does)");
  const BoxEncoder encoder;
  const auto index = IndexArticles(*encoder.embedder, {SampleFolder() / "articles.csv"});
  const Answerer answerer([&] { return index; }, encoder.embedder.get(), nullptr,
                          SystemClock::Get(), {});
  std::map<std::string, Score> scores;
  for (const csv::CsvRow& row : Rows(SampleFolder() / "questions.csv")) {
    Question question;
    question.text = std::string(row.Get("question"));
    const auto answer = answerer.Ask({}, question);
    REQUIRE(answer.ok());
    const bool answered = answer->state == AnswerState::kAnswered;
    Score& score = scores[std::string(row.Get("language_code"))];
    const std::string wanted(row.Get("article_id"));
    if (wanted.empty()) {
      ++score.unanswerable;
      score.abstained += answered ? 0 : 1;
      continue;
    }
    ++score.answerable;
    const auto& cited = answer->citations;
    for (std::size_t i = 0; i < cited.size(); ++i) {
      if (cited[i].article->article.id != wanted) continue;
      ++score.first_three;
      score.first += i == 0 ? 1 : 0;
    }
    if (!answered) continue;
    ++(cited.front().article->article.id == wanted ? score.answered_right : score.answered_wrong);
  }
  REQUIRE(scores.size() == 2);
  for (const auto& [language, score] : scores) {
    Print(language, score);
    // Floors well below what is measured (README.md): they notice a break.
    CHECK(score.first_three * 10 >= score.answerable * 7);
    CHECK(score.answered_right * 10 >= score.answerable * 5);
    CHECK(score.answered_wrong * 10 <= score.answerable * 2);
    CHECK(score.abstained * 10 >= score.unanswerable * 9);
  }
}

}  // namespace
}  // namespace clientele::qa
