#ifndef CLIENTELE_TESTS_CONTRACT_QA_QUESTION_LOG_CONTRACT_H_
#define CLIENTELE_TESTS_CONTRACT_QA_QUESTION_LOG_CONTRACT_H_

// What every QuestionLog does with the sink of the change feed beside it: run by the fake's test
// and by the one of PostgreSQL. Called from a TEST_CASE with both empty.

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "absl/time/clock.h"

#include "common/changefeed/change_sink.h"
#include "services/qa-service/core/answering/question_log.h"
#include "services/qa-service/core/gaps/knowledge_gaps.h"

namespace clientele::qa::testing {

struct QuestionLogUnderTest {
  QuestionLog& log;
  UnansweredQuestions& unanswered;
  changefeed::ChangeSink& sink;
  // How many questions of a customer are stored.
  std::function<int(const std::string& customer)> count;
};

inline AskedQuestion AskedBy(const std::string& customer) {
  AskedQuestion question;
  question.customer_id = customer;
  question.text = "Where is my umbrella?";
  question.language = "en";
  question.time = absl::Now();
  return question;
}

inline void CheckQuestionLogContract(QuestionLogUnderTest under_test) {
  using Kind = changefeed::Change::Kind;
  const RequestContext context;
  std::string cursor;
  const auto tell = [&](const std::vector<std::pair<Kind, std::string>>& changes) {
    changefeed::ChangeBatch batch;
    for (const auto& [kind, customer] : changes) {
      changefeed::Change& change = batch.changes.emplace_back();
      change.kind = kind;
      change.customer_id = customer;
    }
    batch.cursor = cursor + "x";
    REQUIRE(under_test.sink.Apply(cursor, batch).ok());
    cursor = batch.cursor;
  };
  const auto ask = [&](const std::string& customer) {
    REQUIRE(under_test.log.Record(context, AskedBy(customer)).ok());
  };
  tell({{Kind::kCustomerCreated, "mary"}, {Kind::kCustomerCreated, "bob"}});
  ask("mary");
  ask("mary");
  ask("bob");
  REQUIRE(under_test.count("mary") == 2);
  REQUIRE(under_test.count("bob") == 1);

  SECTION("the newest questions without an answer are listed, newest first") {
    for (const auto& [text, state] :
         {std::pair("A?", AnswerState::kAbstained), std::pair("B?", AnswerState::kAnswered),
          std::pair("C？", AnswerState::kAbstained), std::pair("D?", AnswerState::kHandedOver)}) {
      AskedQuestion question = AskedBy("bob");
      question.text = text;
      question.state = state;
      question.article_id = "returns";
      question.time = absl::FromUnixSeconds(1'700'000'000);
      REQUIRE(under_test.log.Record(context, question).ok());
    }
    const auto newest = under_test.unanswered.NewestUnanswered(context, 2);
    REQUIRE(newest.ok());
    REQUIRE(newest->size() == 2);
    CHECK((*newest)[0].text == "C？");
    CHECK((*newest)[0].article_id == "returns");
    CHECK((*newest)[0].ask_time == absl::FromUnixSeconds(1'700'000'000));
    CHECK((*newest)[1].text == "A?");
    CHECK(under_test.unanswered.NewestUnanswered(context, 100)->size() == 5);
  }

  SECTION("a deleted customer's questions go, the others' stay") {
    tell({{Kind::kEvent, "bob"}, {Kind::kCustomerDeleted, "mary"}});
    CHECK(under_test.count("mary") == 0);
    CHECK(under_test.count("bob") == 1);
  }

  SECTION("a question that comes after its customer's deletion is not kept") {
    tell({{Kind::kCustomerDeleted, "mary"}});
    ask("mary");
    CHECK(under_test.count("mary") == 0);
  }

  SECTION("a new customer of a deleted one's id is remembered from then on") {
    tell({{Kind::kCustomerDeleted, "mary"}});
    tell({{Kind::kCustomerCreated, "mary"}});
    CHECK(under_test.count("mary") == 0);
    ask("mary");
    CHECK(under_test.count("mary") == 1);
  }

  SECTION("after a snapshot whoever was in no part of it is gone, with their questions") {
    using changefeed::SnapshotKey;
    const auto part = [&](const std::vector<std::string>& customers,
                          std::optional<SnapshotKey> after, std::optional<SnapshotKey> through) {
      changefeed::ChangeBatch batch;
      for (const std::string& customer : customers) {
        changefeed::Change& change = batch.changes.emplace_back();
        change.kind = Kind::kCustomerCreated;
        change.customer_id = customer;
      }
      batch.cursor = cursor + "s";
      batch.snapshot = changefeed::SnapshotRange{std::move(after), std::move(through)};
      REQUIRE(under_test.sink.Apply(cursor, batch).ok());
      cursor = batch.cursor;
    };
    part({"bob"}, std::nullopt, SnapshotKey{"bob", ""});
    CHECK(under_test.count("mary") == 2);
    ask("mary");  // still known
    part({"nora"}, SnapshotKey{"bob", ""}, std::nullopt);
    CHECK(under_test.count("mary") == 0);
    CHECK(under_test.count("bob") == 1);
    for (const char* customer : {"mary", "bob", "nora"}) ask(customer);
    CHECK(under_test.count("mary") == 0);
    CHECK(under_test.count("bob") == 2);
    CHECK(under_test.count("nora") == 1);

    tell({{Kind::kCustomerCreated, "mary"}});
    ask("mary");
    CHECK(under_test.count("mary") == 1);
    part({"mary"}, std::nullopt, std::nullopt);
    CHECK(under_test.count("mary") == 1);
    CHECK(under_test.count("bob") == 0);
  }

  SECTION("within one batch the last change of a customer counts") {
    tell({{Kind::kCustomerDeleted, "mary"},
          {Kind::kCustomerCreated, "mary"},
          {Kind::kCustomerDeleted, "bob"},
          {Kind::kCustomerCreated, "bob"},
          {Kind::kCustomerDeleted, "bob"}});
    ask("mary");
    ask("bob");
    CHECK(under_test.count("mary") == 1);
    CHECK(under_test.count("bob") == 0);
  }
}

}  // namespace clientele::qa::testing

#endif  // CLIENTELE_TESTS_CONTRACT_QA_QUESTION_LOG_CONTRACT_H_
