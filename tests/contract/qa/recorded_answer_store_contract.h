#ifndef CLIENTELE_TESTS_CONTRACT_QA_RECORDED_ANSWER_STORE_CONTRACT_H_
#define CLIENTELE_TESTS_CONTRACT_QA_RECORDED_ANSWER_STORE_CONTRACT_H_

// What every RecordedAnswerStore does: run by the fake's test and by the one of PostgreSQL. Called
// from a TEST_CASE with an empty store.

#include <functional>
#include <string>

#include <catch2/catch_test_macros.hpp>

#include "services/qa-service/core/replays/recorded_answer.h"

namespace clientele::qa::testing {

struct RecordedAnswerStoreUnderTest {
  RecordedAnswerStore& store;
  // What the change feed tells.
  std::function<void(const std::string& customer)> know;
  std::function<void(const std::string& customer)> erase;
};

inline RecordedAnswer SampleRecordedAnswer(const std::string& customer, const std::string& id) {
  RecordedAnswer answer;
  answer.answer_id = id;
  answer.ask_time = absl::FromUnixMicros(1'700'000'000'123'456);
  Question& question = answer.question;
  question.text = "Wie viel kostet \"das\" 退货?";
  question.customer_id = customer;
  question.language_code = "de";
  question.max_citations = 2;
  question.search_text = "was kostet das";
  question.audience = "members";
  question.tags = {"a", "b"};
  question.mode = AnswerMode::kGenerative;
  question.conversation = {{"Hm?", "Ja."}, {"So?", "Nein."}};
  answer.outcome = {.state = AnswerState::kAnswered,
                    .text = "Vier Pfund.",
                    .reason = "",
                    .mode = AnswerMode::kGenerative,
                    .confidence = 1.0 / 3,
                    .models = {"encoder/1", "generator/2"},
                    .citations = {{"shipping", 7, 0, 12}, {"returns", 3, 4, 9}}};
  return answer;
}

inline void CheckRecordedAnswerStoreContract(const RecordedAnswerStoreUnderTest& under_test) {
  RecordedAnswerStore& store = under_test.store;
  under_test.know("ada");

  SECTION("an answer is read as it was kept, of a known customer and of nobody") {
    const RecordedAnswer kept = SampleRecordedAnswer("ada", "a1");
    REQUIRE(*store.Insert({}, kept));
    const auto read = store.Get({}, "a1");
    INFO(read.status());
    REQUIRE(read.ok());
    CHECK(read->answer_id == "a1");
    CHECK(read->ask_time == kept.ask_time);
    CHECK(read->outcome == kept.outcome);
    const Question& question = read->question;
    CHECK(question.text == kept.question.text);
    CHECK(question.customer_id == "ada");
    CHECK(question.language_code == "de");
    CHECK(question.max_citations == 2);
    CHECK(question.search_text == "was kostet das");
    CHECK(question.audience == "members");
    CHECK(question.tags == kept.question.tags);
    CHECK(question.mode == AnswerMode::kGenerative);
    REQUIRE(question.conversation.size() == 2);
    CHECK(question.conversation[1].answer == "Nein.");
    REQUIRE(*store.Insert({}, SampleRecordedAnswer("", "a2")));
    CHECK(store.Get({}, "a2")->question.customer_id.empty());
    CHECK(absl::IsNotFound(store.Get({}, "a3").status()));
  }

  SECTION("nothing is kept of a customer who is not known") {
    CHECK_FALSE(*store.Insert({}, SampleRecordedAnswer("eve", "a1")));
    CHECK(absl::IsNotFound(store.Get({}, "a1").status()));
  }

  SECTION("it goes with the customer, and none comes after that") {
    REQUIRE(*store.Insert({}, SampleRecordedAnswer("ada", "a1")));
    REQUIRE(*store.Insert({}, SampleRecordedAnswer("", "a2")));
    under_test.erase("ada");
    CHECK(absl::IsNotFound(store.Get({}, "a1").status()));
    CHECK(store.Get({}, "a2").ok());
    CHECK_FALSE(*store.Insert({}, SampleRecordedAnswer("ada", "a3")));
  }
}

}  // namespace clientele::qa::testing

#endif  // CLIENTELE_TESTS_CONTRACT_QA_RECORDED_ANSWER_STORE_CONTRACT_H_
