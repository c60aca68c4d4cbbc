#include "services/profile-service/core/consent/consent_register.h"

#include <string>
#include <utility>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "common/status/error_details.h"
#include "tests/contract/profile/memory_stores.h"
#include "tests/contract/profile/samples.h"
#include "tests/support/fake_clock.h"

namespace clientele::profile::testing {
namespace {

using consent::Purpose;

struct ConsentFixture {
  clientele::testing::FakeClock clock;
  MemoryStores stores{&clock};
  ChangeNotifier notifier{&stores, &clock};
  ConsentRegister consents{&stores, &notifier, &clock, consent::Policy()};
  RequestContext context;

  ConsentFixture() { REQUIRE(stores.Create(context, Mutation(), MakeCustomer("42")).ok()); }
  absl::StatusOr<Consent> Update(ConsentDecision decision, bool validate_only = false) {
    return consents.Update(context, Mutation(), std::move(decision), validate_only);
  }
};

ConsentDecision Decide(Purpose purpose, bool granted) {
  return {.customer_id = "42", .purpose = purpose, .granted = granted, .text_version = "v3"};
}

TEST_CASE("a decision without a time was made now, and followers are woken") {
  ConsentFixture f;
  const auto consent = f.Update(Decide(Purpose::kMarketing, true));
  REQUIRE(consent.ok());
  CHECK(consent->purpose == Purpose::kMarketing);
  CHECK(consent->allowed);
  REQUIRE(consent->decision.has_value());
  CHECK(consent->decision->decision_time == f.clock.Now());
  CHECK(consent->decision->store_time == f.clock.Now());
  CHECK(f.notifier.generation() == 1);
}

TEST_CASE("late evidence is answered with what holds") {
  ConsentFixture f;
  REQUIRE(f.Update(Decide(Purpose::kMarketing, false)).ok());
  ConsentDecision late = Decide(Purpose::kMarketing, true);
  late.decision_time = f.clock.Now() - absl::Hours(24);
  const auto consent = f.Update(late);
  REQUIRE(consent.ok());
  CHECK_FALSE(consent->allowed);
  CHECK_FALSE(consent->decision->granted);
}

TEST_CASE("every purpose is listed with what the company may do") {
  ConsentFixture f;
  REQUIRE(f.Update(Decide(Purpose::kProfiling, false)).ok());
  const auto consents = f.consents.List(f.context, "42");
  REQUIRE(consents.ok());
  REQUIRE(consents->size() == consent::kPurposes.size());
  for (std::size_t i = 0; i < consents->size(); ++i) {
    const Consent& consent = (*consents)[i];
    CHECK(consent.purpose == consent::kPurposes[i]);
    CHECK(consent.decision.has_value() == (consent.purpose == Purpose::kProfiling));
    CHECK(consent.allowed == (consent.purpose == Purpose::kRecommendation ||
                              consent.purpose == Purpose::kAnswerPersonalization));
  }
  CHECK(absl::IsNotFound(f.consents.List(f.context, "43").status()));
  CHECK(absl::IsInvalidArgument(f.consents.List(f.context, "a b").status()));
}

TEST_CASE("a decision that breaks a limit is refused with every wrong field") {
  ConsentFixture f;
  ConsentDecision decision = Decide(Purpose::kMarketing, true);
  decision.decision_time = f.clock.Now() + absl::Minutes(2);
  decision.text_version = std::string(65, 'x');
  decision.source = std::string("\xff", 1);
  const absl::Status status = f.Update(decision).status();
  CHECK(absl::IsInvalidArgument(status));
  std::vector<std::string> fields;
  for (const FieldViolation& violation : GetFieldViolations(status)) {
    fields.push_back(violation.field);
  }
  CHECK(fields == std::vector<std::string>{"consent.decision_time", "consent.text_version",
                                           "consent.source"});
  CHECK(f.consents.History(f.context, "42", 10, "")->decisions.empty());
}

TEST_CASE("validate_only records nothing") {
  ConsentFixture f;
  CHECK(f.Update(Decide(Purpose::kMarketing, true), true).ok());
  CHECK(f.consents.History(f.context, "42", 10, "")->decisions.empty());
  CHECK(f.notifier.generation() == 0);
}

TEST_CASE("a batch has 1 to 1000 decisions, and one bad one refuses all") {
  ConsentFixture f;
  CHECK(absl::IsInvalidArgument(f.consents.Record(f.context, Mutation(), {}).status()));
  std::vector<ConsentDecision> decisions(1001, Decide(Purpose::kMarketing, true));
  CHECK(absl::IsInvalidArgument(f.consents.Record(f.context, Mutation(), decisions).status()));
  decisions.resize(2);
  decisions[1].customer_id = "a b";
  const absl::Status status = f.consents.Record(f.context, Mutation(), decisions).status();
  CHECK(std::string(status.message()).find("consents[1].name") != std::string::npos);
  CHECK(f.consents.History(f.context, "42", 10, "")->decisions.empty());
}

TEST_CASE("the history is read in pages, and a token of another list is refused") {
  ConsentFixture f;
  for (int i = 0; i < 5; ++i) {
    REQUIRE(f.Update(Decide(Purpose::kMarketing, i % 2 == 0)).ok());
    f.clock.Advance(absl::Seconds(1));
  }
  std::vector<bool> seen;
  std::string token;
  do {
    const auto page = f.consents.History(f.context, "42", 2, token);
    REQUIRE(page.ok());
    for (const ConsentDecision& decision : page->decisions) seen.push_back(decision.granted);
    token = page->next_page_token;
  } while (!token.empty());
  CHECK(seen == std::vector<bool>{true, false, true, false, true});
  const auto page = f.consents.History(f.context, "42", 2, "");
  REQUIRE(f.stores.Create(f.context, Mutation(), MakeCustomer("43")).ok());
  CHECK(absl::IsInvalidArgument(
      f.consents.History(f.context, "43", 2, page->next_page_token).status()));
}

}  // namespace
}  // namespace clientele::profile::testing
