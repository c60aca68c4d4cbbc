#include "services/qa-service/core/golden_questions/golden_questions.h"

#include <catch2/catch_test_macros.hpp>

#include "tests/contract/qa/memory_golden_question_store.h"
#include "tests/support/fake_clock.h"

namespace clientele::qa::testing {
namespace {

struct Golden {
  clientele::testing::FakeClock clock;
  MemoryGoldenQuestionStore store;
  GoldenQuestions questions{&store, &clock};
  RequestContext context;
};

TEST_CASE("every mistake of a golden question is named, and nothing is kept") {
  Golden g;
  GoldenQuestion bad{"a/b", "", "English!", "articles/x", std::string(5000, 'x'), {}};
  const absl::Status status = g.questions.Create(g.context, {}, bad).status();
  CHECK(absl::IsInvalidArgument(status));
  std::vector<std::string> fields;
  for (const FieldViolation& violation : GetFieldViolations(status)) {
    fields.push_back(violation.field);
  }
  CHECK(fields == std::vector<std::string>{"golden_question_id", "golden_question.question",
                                           "golden_question.language_code",
                                           "golden_question.expected_article",
                                           "golden_question.expected_answer"});
  CHECK(g.questions.List(g.context, 0, "")->questions.empty());
}

TEST_CASE("a batch with one bad row or one id twice is refused whole") {
  Golden g;
  const GoldenQuestion good{"a", "How long?", "", "returns", "", {}};
  GoldenQuestion empty = good;
  empty.id = "b";
  empty.text.clear();
  for (const auto& rows :
       {std::vector<GoldenQuestion>{good, empty}, std::vector<GoldenQuestion>{good, good},
        std::vector<GoldenQuestion>{}}) {
    CHECK(absl::IsInvalidArgument(g.questions.BatchCreate(g.context, {}, rows, false).status()));
  }
  CHECK(g.store.LoadAll(g.context)->questions.empty());
}

TEST_CASE("golden questions are listed in pages, with tokens of their own") {
  Golden g;
  g.clock.Advance(absl::Hours(1));
  for (const char* id : {"c", "a", "b"}) {
    REQUIRE(g.questions.Create(g.context, {}, {id, "How long?", "", "", "", {}}).ok());
  }
  const auto first = g.questions.List(g.context, 2, "");
  REQUIRE(first->questions.size() == 2);
  CHECK(first->questions[0].id == "a");
  CHECK(first->questions[0].create_time == g.clock.Now());
  const auto second = g.questions.List(g.context, 2, first->next_page_token);
  REQUIRE(second->questions.size() == 1);
  CHECK(second->questions[0].id == "c");
  CHECK(second->next_page_token.empty());
  CHECK(absl::IsInvalidArgument(g.questions.List(g.context, 2, "YXJ0aWNsZXM").status()));
  CHECK(absl::IsInvalidArgument(g.questions.List(g.context, 1001, "").status()));
}

}  // namespace
}  // namespace clientele::qa::testing
