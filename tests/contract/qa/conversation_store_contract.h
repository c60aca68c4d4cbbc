#ifndef CLIENTELE_TESTS_CONTRACT_QA_CONVERSATION_STORE_CONTRACT_H_
#define CLIENTELE_TESTS_CONTRACT_QA_CONVERSATION_STORE_CONTRACT_H_

// What every ConversationStore does: run by the fake's test and by the one of PostgreSQL. Called
// from a TEST_CASE with an empty store.

#include <functional>
#include <string>

#include <catch2/catch_test_macros.hpp>

#include "services/qa-service/core/conversations/conversation_store.h"

namespace clientele::qa::testing {

struct ConversationStoreUnderTest {
  ConversationStore& store;
  // What the change feed tells.
  std::function<void(const std::string& customer)> know;
  std::function<void(const std::string& customer)> erase;
};

inline Turn AskedTurn(const std::string& question, absl::Time time) {
  Turn turn;
  turn.question = question;
  turn.search_text = question + " rewritten";
  turn.answer = "Yes: “是”.";
  turn.state = AnswerState::kAnswered;
  turn.article_id = "returns";
  turn.article_title = "Returns";
  turn.ask_time = time;
  return turn;
}

inline void CheckConversationStoreContract(const ConversationStoreUnderTest& under_test) {
  ConversationStore& store = under_test.store;
  const RequestContext context;
  const MutationId none;
  const absl::Time begin = absl::FromUnixSeconds(1'700'000'000);
  const auto make = [&](const std::string& id, const std::string& customer,
                        const MutationId& mutation) {
    Conversation conversation;
    conversation.id = id;
    conversation.customer_id = customer;
    conversation.language = "en";
    conversation.turns = {AskedTurn("First?", begin)};
    conversation.create_time = begin;
    conversation.update_time = begin;
    const auto made = store.Create(context, mutation, conversation);
    REQUIRE(made.ok());
    return *made;
  };
  const auto get = [&](const std::string& customer, const std::string& id) {
    return store.Get(context, customer, id, absl::InfinitePast());
  };
  under_test.know("ada");

  SECTION("what is made and added is read back, oldest first") {
    CHECK(make("c", "ada", none) == "c");
    REQUIRE(
        store.Append(context, "ada", "c", "zh", AskedTurn("第二?", begin + absl::Hours(1))).ok());
    const auto read = get("ada", "c");
    REQUIRE(read.ok());
    CHECK(read->id == "c");
    CHECK(read->customer_id == "ada");
    CHECK(read->language == "zh");
    CHECK(read->create_time == begin);
    CHECK(read->update_time == begin + absl::Hours(1));
    REQUIRE(read->turns.size() == 2);
    const Turn sent = AskedTurn("第二?", begin + absl::Hours(1));
    CHECK(read->turns[0].question == "First?");
    CHECK(read->turns[1].question == sent.question);
    CHECK(read->turns[1].search_text == sent.search_text);
    CHECK(read->turns[1].answer == sent.answer);
    CHECK(read->turns[1].state == AnswerState::kAnswered);
    CHECK(read->turns[1].article_id == "returns");
    CHECK(read->turns[1].article_title == "Returns");
    CHECK(read->turns[1].ask_time == sent.ask_time);
  }

  SECTION("no language keeps the one that was told before") {
    make("c", "", none);
    REQUIRE(store.Append(context, "", "c", "", AskedTurn("ok?", begin)).ok());
    CHECK(get("", "c")->language == "en");
  }

  SECTION("a conversation is its customer's alone") {
    under_test.know("bob");
    make("c", "ada", none);
    make("d", "", none);
    for (const char* other : {"bob", ""}) {
      CHECK(absl::IsNotFound(get(other, "c").status()));
      CHECK(absl::IsNotFound(store.Append(context, other, "c", "en", AskedTurn("?", begin))));
    }
    CHECK(absl::IsNotFound(get("ada", "d").status()));
    CHECK(get("ada", "c")->turns.size() == 1);
  }

  SECTION("one that ended before the time asked about is not found") {
    make("c", "ada", none);
    CHECK(store.Get(context, "ada", "c", begin).ok());
    CHECK(absl::IsNotFound(store.Get(context, "ada", "c", begin + absl::Seconds(1)).status()));
    REQUIRE(store.Append(context, "ada", "c", "", AskedTurn("?", begin + absl::Hours(1))).ok());
    CHECK(store.Get(context, "ada", "c", begin + absl::Hours(1)).ok());
  }

  SECTION("the same request makes one conversation and one turn") {
    MutationId request{"tester", "Method", "r1", std::string(32, '.')};
    CHECK(make("c", "ada", request) == "c");
    CHECK(make("d", "ada", request) == "c");
    CHECK(absl::IsNotFound(get("ada", "d").status()));
    Turn turn = AskedTurn("Second?", begin);
    turn.request_id = "r2";
    REQUIRE(store.Append(context, "ada", "c", "", turn).ok());
    REQUIRE(store.Append(context, "ada", "c", "", turn).ok());
    CHECK(get("ada", "c")->turns.size() == 2);
  }

  SECTION("the newest turns are kept, as many as are remembered, and a summary of the others") {
    make("c", "ada", none);
    REQUIRE(
        store.Append(context, "ada", "c", "", AskedTurn("Where is order 4711-0815?", begin)).ok());
    CHECK(get("ada", "c")->earlier == RollingSummary());
    for (int i = 0; i < 60; ++i) {
      REQUIRE(store.Append(context, "ada", "c", "", AskedTurn(std::to_string(i), begin)).ok());
    }
    const auto read = get("ada", "c");
    REQUIRE(read->turns.size() == kMaxTurns);
    CHECK(read->turns.back().question == "59");
    CHECK(read->turns.front().question == "10");
    CHECK(read->earlier.turn_count == 12);
    CHECK(read->earlier.named_numbers == std::vector<std::string>{"4711-0815"});
    // "0" to "9" say nothing, and what was answered from the same article is one point.
    REQUIRE(read->earlier.points.size() == 1);
    CHECK(read->earlier.points[0] ==
          SummaryPoint{"Where is order 4711-0815?", "Returns", AnswerState::kAnswered});
  }

  SECTION("nothing is kept of a customer who is not known, and a deletion takes what was kept") {
    CHECK(make("c", "nobody", none).empty());
    CHECK(absl::IsNotFound(get("nobody", "c").status()));
    make("d", "ada", none);
    make("e", "", none);
    under_test.erase("ada");
    CHECK(absl::IsNotFound(get("ada", "d").status()));
    CHECK(absl::IsNotFound(store.Append(context, "ada", "d", "", AskedTurn("?", begin))));
    CHECK(get("", "e").ok());
    CHECK(make("f", "ada", none).empty());
  }
}

}  // namespace clientele::qa::testing

#endif  // CLIENTELE_TESTS_CONTRACT_QA_CONVERSATION_STORE_CONTRACT_H_
