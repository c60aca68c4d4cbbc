// What stays of a conversation's forgotten turns, and what a help desk reads of it.
#include "services/qa-service/core/conversations/rolling_summary.h"

#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "services/qa-service/core/conversations/conversation.h"
#include "services/qa-service/core/handovers/handover.h"

namespace clientele::qa {
namespace {

using TextList = std::vector<std::string>;

Turn TurnAsking(const std::string& question, const std::string& title = "",
                AnswerState state = AnswerState::kAnswered) {
  Turn turn;
  turn.question = question;
  turn.article_title = title;
  turn.state = state;
  return turn;
}

TextList SentencesOf(const RollingSummary& summary) {
  TextList sentences;
  for (const SummaryPoint& point : summary.points) sentences.push_back(point.sentence);
  return sentences;
}

TEST_CASE("a conversation forgets its oldest turns, by number and by bytes, and never the last") {
  std::vector<Turn> turns;
  RollingSummary earlier;
  for (int i = 0; i < 55; ++i) CHECK(AddTurn(turns, earlier, TurnAsking(std::to_string(i))));
  REQUIRE(turns.size() == kMaxTurns);
  CHECK(turns.front().question == "5");
  CHECK(earlier.turn_count == 5);
  CHECK(AddTurn(turns, earlier, TurnAsking(std::string(kMaxTurnBytes - 2, 'x'))));
  REQUIRE(turns.size() == 2);
  CHECK(turns.front().question == "54");
  CHECK(AddTurn(turns, earlier, TurnAsking(std::string(2 * kMaxTurnBytes, 'y'))));
  CHECK(turns.size() == 1);
  CHECK(earlier.turn_count == 56);
}

TEST_CASE("a turn of the same request is neither added nor rolled up again") {
  std::vector<Turn> turns;
  RollingSummary earlier;
  Turn turn = TurnAsking("Where is order 4711?");
  turn.request_id = "r1";
  CHECK(AddTurn(turns, earlier, turn));
  CHECK_FALSE(AddTurn(turns, earlier, turn));
  CHECK(earlier == RollingSummary());
}

TEST_CASE("the sentence that says most stays, in the customer's own words") {
  RollingSummary summary;
  RollUp(TurnAsking("Hi there! My order 4711-0815 never reached my address. Can you help?",
                    "Delivery", AnswerState::kAbstained),
         summary);
  REQUIRE(summary.points.size() == 1);
  CHECK(summary.points[0] == SummaryPoint{"My order 4711-0815 never reached my address.",
                                          "Delivery", AnswerState::kAbstained});
  CHECK(summary.named_numbers == TextList{"4711-0815"});
}

TEST_CASE("small talk, bare numbers and wishes for a person leave no point") {
  RollingSummary summary;
  for (const char* text : {"ok", "??", "12", "Talk to a human please", "转人工"}) {
    RollUp(TurnAsking(text), summary);
  }
  CHECK(summary.points.empty());
  CHECK(summary.turn_count == 5);
}

TEST_CASE("a topic that comes again is one point, the later") {
  RollingSummary summary;
  RollUp(TurnAsking("How long do refunds take?", "Refunds", AnswerState::kAbstained), summary);
  RollUp(TurnAsking("Where is my parcel?", "Delivery"), summary);
  RollUp(TurnAsking("When does the refund arrive on my card?", "Refunds"), summary);
  CHECK(SentencesOf(summary) ==
        TextList{"Where is my parcel?", "When does the refund arrive on my card?"});
  CHECK(summary.points[1].state == AnswerState::kAnswered);
}

TEST_CASE("ten thousand turns are as little to keep as a few, and what was not answered stays") {
  std::vector<Turn> turns;
  RollingSummary earlier;
  AddTurn(turns, earlier,
          TurnAsking("Why was my warranty claim refused?", "", AnswerState::kAbstained));
  for (int i = 0; i < 10'000; ++i) {
    AddTurn(
        turns, earlier,
        TurnAsking("Tell me about parcel " + std::to_string(100'000 + i) + std::string(300, 'x'),
                   "Article " + std::to_string(i)));
  }
  CHECK(turns.size() == kMaxTurns);
  CHECK(earlier.turn_count == 10'001 - static_cast<std::int64_t>(kMaxTurns));
  REQUIRE(earlier.points.size() == kMaxPoints);
  CHECK(earlier.points.front().sentence == "Why was my warranty claim refused?");
  CHECK(earlier.points.back().article_title == "Article 9949");
  for (const SummaryPoint& point : earlier.points) {
    CHECK(point.sentence.size() <= kMaxPointBytes + 3);
  }
  REQUIRE(earlier.named_numbers.size() <= kMaxNamedNumbers);
}

TEST_CASE("where nothing was answered the oldest point goes") {
  RollingSummary summary;
  for (std::size_t i = 0; i <= kMaxPoints; ++i) {
    RollUp(TurnAsking("Parcel question number " + std::to_string(i), "", AnswerState::kAbstained),
           summary);
  }
  REQUIRE(summary.points.size() == kMaxPoints);
  CHECK(summary.points.front().sentence == "Parcel question number 1");
}

TEST_CASE("numbers of orders and names of models are told from amounts, dates and cards") {
  CHECK(NamedNumbers("order #4711-0815 of my XR500, and the iPhone12") ==
        TextList{"4711-0815", "XR500", "iPhone12"});
  CHECK(NamedNumbers("订单20240117号的Galaxy S21坏了") == TextList{"20240117", "S21"});
  CHECK(NamedNumbers("30 days, 5kg, 2nd, 100gb, 12.50, a 1").empty());
  CHECK(NamedNumbers("since 2024, on 2024-01-17 and 17/01/2024").empty());
  CHECK(NamedNumbers("my card 4111111111111111 and 4111-1111-1111-1111").empty());
  CHECK(NamedNumbers("A-1 A-1 A-1") == TextList{"A-1"});
}

TEST_CASE("a number that is named again is the latest") {
  TextList known = {"1001", "1002"};
  AddNumbers({"1001"}, known);
  CHECK(known == TextList{"1002", "1001"});
  for (int i = 0; i < 20; ++i) AddNumbers({"20" + std::to_string(10 + i)}, known);
  REQUIRE(known.size() == kMaxNamedNumbers);
  CHECK(known.back() == "2029");
}

TEST_CASE("whoever takes over reads what came before the transcript, and what was named") {
  RollingSummary earlier;
  RollUp(TurnAsking("Is the XR500 still sold?", "Products"), earlier);
  RollUp(TurnAsking("Why was order 4711 cancelled?", "", AnswerState::kAbstained), earlier);
  Handover handover;
  handover.language = "en";
  handover.transcript = {TurnAsking("Talk to a human about order 4712")};
  CHECK(SummaryOf(handover, earlier) ==
        "The customer wants a person: \"Talk to a human about order 4712\". Earlier: \"Is the "
        "XR500 still sold?\" (answered: Products); \"Why was order 4711 cancelled?\" (not "
        "answered). Named: "
        "XR500, 4711, 4712.");
  handover.language = "zh";
  CHECK(SummaryOf(handover, earlier) ==
        "顾客希望由人工处理：“Talk to a human about order 4712”。更早：“Is the XR500 still "
        "sold?”（已回答：Products）；“Why was order 4711 "
        "cancelled?”（未回答）。提到的号码：XR500、4711、4712。");
}

TEST_CASE("of many earlier points a help desk reads the latest four") {
  RollingSummary earlier;
  for (const char* text :
       {"One parcel?", "Two parcels?", "Three parcels?", "Four parcels?", "Five parcels?"}) {
    RollUp(TurnAsking(text), earlier);
  }
  Handover handover;
  handover.transcript = {TurnAsking("Talk to a human")};
  const std::string summary = SummaryOf(handover, earlier);
  CHECK(summary.find("One parcel?") == std::string::npos);
  CHECK(summary.find("Two parcels?") != std::string::npos);
  CHECK(summary.find("Five parcels?") != std::string::npos);
}

}  // namespace
}  // namespace clientele::qa
