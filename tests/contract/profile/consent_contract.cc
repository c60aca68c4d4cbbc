// What every implementation of profile-service's register of consents does.
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "absl/strings/str_cat.h"

#include "tests/contract/profile/samples.h"
#include "tests/contract/profile/store_calls.h"
#include "tests/contract/profile/stores_under_test.h"

namespace clientele::profile::testing {
namespace {

using consent::Decision;
using consent::Purpose;

ConsentDecision Decide(std::string customer_id, Purpose purpose, bool granted,
                       absl::Time time = kNow) {
  return {.customer_id = std::move(customer_id),
          .purpose = purpose,
          .granted = granted,
          .decision_time = time,
          .text_version = "v1",
          .source = "web form",
          .store_time = kNow};
}

void Record(StoresUnderTest& stores, const std::vector<ConsentDecision>& decisions) {
  REQUIRE(stores.consents().Record(kContext, Mutation(), decisions, {}).ok());
}

std::vector<std::string> Newest(StoresUnderTest& stores, const std::string& customer) {
  const auto newest = stores.consents().Newest(kContext, customer);
  REQUIRE(newest.ok());
  std::vector<std::string> texts;
  for (const ConsentDecision& decision : *newest) {
    texts.push_back(
        absl::StrCat(consent::IdOf(decision.purpose), decision.granted ? " yes" : " no"));
  }
  return texts;
}

int Waiting(StoresUnderTest& stores, absl::Time now) {
  const auto texts = stores.text_vectors().Take(kContext, 100, now, absl::Seconds(1));
  REQUIRE(texts.ok());
  return static_cast<int>(texts->size());
}

Event Message(const std::string& customer, const std::string& event_id) {
  Event event = MakeEvent(customer, event_id, EventType::kMessage);
  event.text = "where is my parcel";
  return event;
}

TEST_CASE("of each purpose the newest decision counts, whenever it was recorded") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"a", "b"});
  CHECK(Newest(*stores, "a").empty());
  Record(*stores, {Decide("a", Purpose::kMarketing, true),
                   Decide("a", Purpose::kProfiling, false, kNow - absl::Hours(1))});
  CHECK(Newest(*stores, "a") == std::vector<std::string>{"profiling no", "marketing yes"});
  // Evidence that comes late.
  Record(*stores, {Decide("a", Purpose::kMarketing, false, kNow - absl::Hours(1))});
  CHECK(Newest(*stores, "a") == std::vector<std::string>{"profiling no", "marketing yes"});
  Record(*stores,
         {Decide("a", Purpose::kMarketing, true), Decide("a", Purpose::kMarketing, false)});
  CHECK(Newest(*stores, "a") == std::vector<std::string>{"profiling no", "marketing no"});
  CHECK(Newest(*stores, "b").empty());
  CHECK(absl::IsNotFound(stores->consents().Newest(kContext, "nobody").status()));
}

TEST_CASE("the history has every decision with its evidence, newest first, in pages") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"a"});
  const ConsentDecision first = Decide("a", Purpose::kMarketing, true, kNow - absl::Hours(2));
  Record(*stores, {first});
  Record(*stores,
         {Decide("a", Purpose::kMarketing, false), Decide("a", Purpose::kProfiling, true)});
  const auto all = stores->consents().History(kContext, "a", std::nullopt, 100);
  REQUIRE(all.ok());
  REQUIRE(all->size() == 3);
  CHECK((*all)[0].purpose == Purpose::kProfiling);
  CHECK((*all)[1].purpose == Purpose::kMarketing);
  ConsentDecision oldest = (*all)[2];
  oldest.decision_id = 0;
  CHECK(oldest == first);

  const ConsentDecision& top = all->front();
  const auto rest = stores->consents().History(
      kContext, "a", ConsentPosition{top.decision_time, top.decision_id}, 1);
  REQUIRE(rest.ok());
  REQUIRE(rest->size() == 1);
  CHECK(rest->front() == (*all)[1]);
  CHECK(absl::IsNotFound(stores->consents().History(kContext, "nobody", std::nullopt, 1).status()));
}

TEST_CASE("decisions about somebody unknown record nothing") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"a"});
  const std::vector<ConsentDecision> decisions = {Decide("a", Purpose::kMarketing, true),
                                                  Decide("nobody", Purpose::kMarketing, true)};
  CHECK(absl::IsNotFound(stores->consents().Record(kContext, Mutation(), decisions, {}).status()));
  CHECK(Newest(*stores, "a").empty());
  CHECK(ReadAll(*stores) == std::vector<std::string>{"created a"});
}

TEST_CASE("a decision that is sent again is recorded once") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"a"});
  for (int i = 0; i < 2; ++i) {
    REQUIRE(stores->consents()
                .Record(kContext, Mutation("r1"), {Decide("a", Purpose::kMarketing, true)}, {})
                .ok());
  }
  CHECK(stores->consents().History(kContext, "a", std::nullopt, 10)->size() == 1);
}

TEST_CASE("a decision that is known already changes nothing, and followers hear of it once") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"a"});
  const auto record = [&](const std::vector<ConsentDecision>& decisions) {
    const auto recorded = stores->consents().Record(kContext, Mutation(), decisions, {});
    REQUIRE(recorded.ok());
    return *recorded;
  };
  const ConsentDecision decision = Decide("a", Purpose::kMarketing, true);
  CHECK(record({decision}) == 1);
  CHECK(record({decision}) == 0);
  ConsentDecision other_evidence = decision;
  other_evidence.source = "letter";
  CHECK(record({decision, other_evidence}) == 1);
  CHECK(stores->consents().History(kContext, "a", std::nullopt, 10)->size() == 2);
  CHECK(ReadAll(*stores) == std::vector<std::string>{"created a", "consents a", "consents a"});
}

TEST_CASE("followers are told once of each customer who decided, and all that holds") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"a", "b"});
  Record(*stores, {Decide("b", Purpose::kMarketing, true), Decide("a", Purpose::kMarketing, true),
                   Decide("b", Purpose::kProfiling, false)});
  const auto page = stores->changes().Read(kContext, 2, {});
  REQUIRE(page.ok());
  CHECK(Describe(page->changes) == std::vector<std::string>{"consents a", "consents b"});
  CHECK(page->changes[1].consents.Of(Purpose::kMarketing) == Decision::kGranted);
  CHECK(page->changes[1].consents.Of(Purpose::kProfiling) == Decision::kWithdrawn);
  CHECK(page->changes[1].consents.Of(Purpose::kRecommendation) == Decision::kNone);

  const auto snapshot = stores->changes().ReadSnapshot(kContext, "", {});
  REQUIRE(snapshot.ok());
  REQUIRE(Describe(snapshot->changes) == std::vector<std::string>{"created a", "created b"});
  CHECK(snapshot->changes[0].consents.Of(Purpose::kMarketing) == Decision::kGranted);
  CHECK(snapshot->changes[1].consents == page->changes[1].consents);
}

TEST_CASE("decisions go with their customer") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"a"});
  Record(*stores, {Decide("a", Purpose::kMarketing, true)});
  REQUIRE(stores->customers().Delete(kContext, Mutation(), "a", "").ok());
  CHECK(absl::IsNotFound(stores->consents().Newest(kContext, "a").status()));
  CHECK(ReadAll(*stores) == std::vector<std::string>{"deleted a"});
}

TEST_CASE("who may not be profiled has no vectors of texts, and none are made") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"a", "b"});
  Insert(*stores, {Message("a", "1"), Message("a", "2"), Message("b", "1")});
  const std::vector<TextVector> vectors = {{"a", "1", {1.0f}}, {"b", "1", {1.0f}}};
  REQUIRE(stores->text_vectors().Put(kContext, "text/1", vectors, kNow).ok());
  Record(*stores, {Decide("a", Purpose::kProfiling, false)});
  const auto known = [&](const std::string& customer) {
    const auto behavior =
        stores->behavior().Read(kContext, customer, kNow, {}, {.model_id = "text/1", .limit = 10});
    REQUIRE(behavior.ok());
    return behavior->texts.vectors.size();
  };
  CHECK(known("a") == 0);
  CHECK(known("b") == 1);
  CHECK(Waiting(*stores, kNow) == 0);
  // A text that comes later, and a vector that was being made.
  Insert(*stores, {Message("a", "3")});
  CHECK(Waiting(*stores, kNow) == 0);
  REQUIRE(stores->text_vectors().Put(kContext, "text/1", vectors, kNow).ok());
  CHECK(known("a") == 0);

  Record(*stores, {Decide("a", Purpose::kProfiling, true)});
  CHECK(Waiting(*stores, kNow) == 3);
}

TEST_CASE("behavior is read with what its customer consented to") {
  const auto stores = MakeStoresUnderTest();
  CreateCustomers(*stores, {"a"});
  const auto consents = [&] {
    const auto behavior = stores->behavior().Read(kContext, "a", kNow, {}, {});
    REQUIRE(behavior.ok());
    return behavior->consents;
  };
  CHECK(consents() == consent::Consents());
  Record(*stores, {Decide("a", Purpose::kProfiling, false)});
  CHECK(consents().Of(Purpose::kProfiling) == Decision::kWithdrawn);
}

}  // namespace
}  // namespace clientele::profile::testing
