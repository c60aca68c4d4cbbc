#ifndef CLIENTELE_TESTS_CONTRACT_QA_HANDOVER_STORE_CONTRACT_H_
#define CLIENTELE_TESTS_CONTRACT_QA_HANDOVER_STORE_CONTRACT_H_

// What every HandoverStore does: run by the fake's test and by the one of PostgreSQL. Called from a
// TEST_CASE with an empty store.

#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "common/status/error_details.h"
#include "services/qa-service/core/handovers/handover_store.h"

namespace clientele::qa::testing {

struct HandoverStoreUnderTest {
  HandoverStore& store;
  // What the change feed tells.
  std::function<void(const std::string& customer)> know;
  std::function<void(const std::string& customer)> erase;
};

// Monday, 2023-11-13 12:00 UTC.
inline const absl::Time kAMonday = absl::FromUnixSeconds(1'699'876'800);

inline Handover WishOfPerson(const std::string& id, const std::string& customer = "") {
  Handover handover;
  handover.id = id;
  handover.reason = answer_reason::kWishForPerson;
  handover.topic = ComplaintTopic::kDelivery;
  handover.language = "en";
  handover.customer_id = customer;
  handover.conversation_id = "talk-" + id;
  handover.summary = "Summary of " + id;
  handover.create_time = kAMonday;
  Turn turn;
  turn.question = "转人工, \"now\" " + id;
  turn.answer = "A colleague comes.";
  turn.state = AnswerState::kHandedOver;
  turn.article_id = "shipping";
  turn.ask_time = handover.create_time;
  handover.transcript = {turn};
  return handover;
}

inline MutationId HandoverRequest(const std::string& request_id, const std::string& body = "a") {
  MutationId id{"tester", "Method", request_id, body};
  id.body_hash.resize(32, '.');
  return id;
}

inline std::vector<std::string> HandoverIds(const std::vector<Handover>& handovers) {
  std::vector<std::string> ids;
  for (const Handover& handover : handovers) ids.push_back(handover.id);
  return ids;
}

inline void CheckHandoverStoreContract(const HandoverStoreUnderTest& under_test) {
  using Ids = std::vector<std::string>;
  constexpr std::int64_t kNewest = std::numeric_limits<std::int64_t>::max();
  constexpr std::int64_t kBytes = 1 << 20;
  HandoverStore& store = under_test.store;
  const RequestContext context;
  const MutationId none = HandoverRequest("");
  const auto make = [&](const std::string& id, const std::string& customer = "") {
    const auto made = store.Create(context, none, WishOfPerson(id, customer));
    REQUIRE(made.ok());
    return *made;
  };
  const auto close = [](const Handover& current) -> absl::StatusOr<Handover> {
    Handover next = current;
    next.state = HandoverState::kClosed;
    next.close_time = kAMonday + absl::Hours(1);
    next.closed_by = "desk";
    next.resolution = HandoverResolution::kResolved;
    next.note = "Rang her: 好的";
    return next;
  };

  SECTION("what is made is read back, open and with a number") {
    CHECK(make("a") == "a");
    const auto read = store.Get(context, "a");
    REQUIRE(read.ok());
    const Handover sent = WishOfPerson("a");
    CHECK(read->sequence > 0);
    CHECK(read->state == HandoverState::kOpen);
    CHECK(read->reason == sent.reason);
    CHECK(read->topic == sent.topic);
    CHECK(read->language == "en");
    CHECK(read->customer_id.empty());
    CHECK(read->conversation_id == "talk-a");
    CHECK(read->summary == sent.summary);
    CHECK(read->create_time == sent.create_time);
    CHECK_FALSE(read->close_time.has_value());
    REQUIRE(read->transcript.size() == 1);
    CHECK(read->transcript[0].question == sent.transcript[0].question);
    CHECK(read->transcript[0].answer == sent.transcript[0].answer);
    CHECK(read->transcript[0].state == AnswerState::kHandedOver);
    CHECK(read->transcript[0].article_id == "shipping");
    CHECK(read->transcript[0].ask_time == sent.transcript[0].ask_time);
    CHECK(absl::IsNotFound(store.Get(context, "b").status()));
  }

  SECTION("nothing is kept of a customer who is not known") {
    CHECK(make("a", "ada").empty());
    CHECK(absl::IsNotFound(store.Get(context, "a").status()));
    under_test.know("ada");
    CHECK(make("b", "ada") == "b");
    CHECK(store.Get(context, "b")->customer_id == "ada");
  }

  SECTION("a request that kept nothing keeps something once its customer is known") {
    CHECK(store.Create(context, HandoverRequest("r1"), WishOfPerson("a", "ada"))->empty());
    under_test.know("ada");
    CHECK(*store.Create(context, HandoverRequest("r1"), WishOfPerson("a", "ada")) == "a");
  }

  SECTION("a customer's deletion takes their hand-overs, closed ones too") {
    under_test.know("ada");
    under_test.know("bob");
    make("a", "ada");
    make("b", "bob");
    make("c", "ada");
    make("d");
    REQUIRE(store.Update(context, none, "c", close).ok());
    under_test.erase("ada");
    CHECK(HandoverIds(store.List(context, std::nullopt, kNewest, 10, kBytes)->handovers) ==
          Ids{"d", "b"});
    CHECK(absl::IsNotFound(store.Get(context, "a").status()));
    CHECK(make("e", "ada").empty());
  }

  SECTION("the same request makes one, another body under its id is refused") {
    CHECK(*store.Create(context, HandoverRequest("r1"), WishOfPerson("a")) == "a");
    CHECK(*store.Create(context, HandoverRequest("r1"), WishOfPerson("b")) == "a");
    CHECK(absl::IsNotFound(store.Get(context, "b").status()));
    const auto other = store.Create(context, HandoverRequest("r1", "x"), WishOfPerson("c"));
    CHECK(GetReason(other.status()) == reason::kRequestIdReused);
  }

  SECTION("lists are newest first, by state, cut by rows and by bytes") {
    for (const char* id : {"a", "b", "c", "d"}) make(id);
    REQUIRE(store.Update(context, none, "b", close).ok());
    const auto all = store.List(context, std::nullopt, kNewest, 4, kBytes);
    REQUIRE(all.ok());
    CHECK(HandoverIds(all->handovers) == Ids{"d", "c", "b", "a"});
    CHECK_FALSE(all->more);
    const auto first = store.List(context, HandoverState::kOpen, kNewest, 2, kBytes);
    CHECK(HandoverIds(first->handovers) == Ids{"d", "c"});
    CHECK(first->more);
    const auto rest =
        store.List(context, HandoverState::kOpen, first->handovers.back().sequence, 2, kBytes);
    CHECK(HandoverIds(rest->handovers) == Ids{"a"});
    CHECK_FALSE(rest->more);
    CHECK(HandoverIds(store.List(context, HandoverState::kClosed, kNewest, 2, kBytes)->handovers) ==
          Ids{"b"});
    const auto little = store.List(context, std::nullopt, kNewest, 4, 1);
    CHECK(HandoverIds(little->handovers) == Ids{"d"});
    CHECK(little->more);
  }

  SECTION("behind a number they come oldest first, each with a higher one") {
    for (const char* id : {"a", "b", "c"}) make(id);
    const auto first = store.ListAfter(context, 0, 2, kBytes);
    CHECK(HandoverIds(first->handovers) == Ids{"a", "b"});
    CHECK(first->more);
    CHECK(first->handovers[0].sequence < first->handovers[1].sequence);
    const auto rest = store.ListAfter(context, first->handovers[1].sequence, 2, kBytes);
    CHECK(HandoverIds(rest->handovers) == Ids{"c"});
    CHECK_FALSE(rest->more);
    CHECK(HandoverIds(store.ListAfter(context, 0, 3, 1)->handovers) == Ids{"a"});
    CHECK(store.ListAfter(context, rest->handovers[0].sequence, 2, kBytes)->handovers.empty());
  }

  SECTION("a position that was not reached here is told") {
    make("a");
    under_test.know("ada");
    make("b", "ada");
    const std::int64_t a = store.Get(context, "a")->sequence;
    const std::int64_t b = store.Get(context, "b")->sequence;
    CHECK(*store.Reached(context, {a, "a"}));
    CHECK_FALSE(*store.Reached(context, {a, "of another database"}));
    CHECK_FALSE(*store.Reached(context, {b + 1, "ahead"}));
    under_test.erase("ada");
    CHECK(*store.Reached(context, {b, "b"}));
  }

  SECTION("an edit is stored once, and its error changes nothing") {
    make("a");
    const auto closed = store.Update(context, HandoverRequest("r1"), "a", close);
    REQUIRE(closed.ok());
    CHECK(closed->state == HandoverState::kClosed);
    CHECK(closed->close_time == kAMonday + absl::Hours(1));
    CHECK(closed->closed_by == "desk");
    CHECK(closed->resolution == HandoverResolution::kResolved);
    CHECK(store.Get(context, "a")->note == "Rang her: 好的");
    const auto refuse = [](const Handover&) -> absl::StatusOr<Handover> {
      return absl::FailedPreconditionError("no");
    };
    CHECK(store.Update(context, HandoverRequest("r1"), "a", refuse)->closed_by == "desk");
    CHECK(absl::IsFailedPrecondition(store.Update(context, none, "a", refuse).status()));
    CHECK(store.Get(context, "a")->topic == ComplaintTopic::kDelivery);
    CHECK(absl::IsNotFound(store.Update(context, none, "b", close).status()));
  }

  SECTION("complaints are counted by week and topic") {
    const auto at = [&](const std::string& id, ComplaintTopic topic, absl::Time time) {
      Handover handover = WishOfPerson(id);
      handover.topic = topic;
      handover.create_time = time;
      REQUIRE(store.Create(context, none, handover).ok());
    };
    const absl::Time week = kAMonday - absl::Hours(12);
    at("a", ComplaintTopic::kRefund, week);
    at("b", ComplaintTopic::kDelivery, week + absl::Hours(24 * 7) - absl::Seconds(1));
    at("c", ComplaintTopic::kDelivery, week + absl::Hours(1));
    at("d", ComplaintTopic::kNone, week + absl::Hours(1));
    at("e", ComplaintTopic::kDelivery, week + absl::Hours(24 * 7));
    at("f", ComplaintTopic::kDelivery, week - absl::Seconds(1));
    REQUIRE(store.Update(context, none, "c", close).ok());
    const auto counts = store.CountComplaints(context, week);
    REQUIRE(counts.ok());
    const std::vector<ComplaintCount> expected = {
        {week, ComplaintTopic::kDelivery, 2, 1},
        {week, ComplaintTopic::kRefund, 1, 1},
        {week + absl::Hours(24 * 7), ComplaintTopic::kDelivery, 1, 1}};
    CHECK(*counts == expected);
  }
}

}  // namespace clientele::qa::testing

#endif  // CLIENTELE_TESTS_CONTRACT_QA_HANDOVER_STORE_CONTRACT_H_
