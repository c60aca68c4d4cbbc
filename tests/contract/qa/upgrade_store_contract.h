#ifndef CLIENTELE_TESTS_CONTRACT_QA_UPGRADE_STORE_CONTRACT_H_
#define CLIENTELE_TESTS_CONTRACT_QA_UPGRADE_STORE_CONTRACT_H_

// What every UpgradeStore does: run by the fake's test and by the one of PostgreSQL. Called from a
// TEST_CASE with an empty store.

#include <string>

#include <catch2/catch_test_macros.hpp>

#include "absl/strings/str_cat.h"

#include "services/qa-service/core/upgrades/upgrade_store.h"

namespace clientele::qa::testing {

inline void CheckUpgradeStoreContract(UpgradeStore& store) {
  const RequestContext context;
  const absl::Time now = absl::FromUnixSeconds(1'700'000'000);
  const AnsweringSetup first{"enc/1", 0.55};
  const AnsweringSetup second{"enc/2"};
  const auto trial = [&](const AnsweringSetup& candidate, const AnsweringSetup& serving,
                         UpgradeOutcome outcome) {
    UpgradeTrial made;
    made.key = {candidate, serving, 7, 0.02};
    made.outcome = outcome;
    made.create_time = now;
    return made;
  };
  const auto serving = [&] { return store.Serving(context).value(); };
  const auto begin = [&] {
    REQUIRE(store.Record(context, trial(first, {}, UpgradeOutcome::kNotCompared)).ok());
  };

  SECTION("nothing serves at first, then what was recorded") {
    CHECK_FALSE(serving().has_value());
    begin();
    REQUIRE(serving().has_value());
    CHECK(serving()->setup == first);
    CHECK(serving()->since == now);
    // Who comes second with nothing at hand learns that something serves.
    CHECK(absl::IsAborted(
        store.Record(context, trial(second, {}, UpgradeOutcome::kNotCompared)).status()));
    CHECK(serving()->setup == first);
  }

  SECTION("what is accepted serves, and what is refused does not") {
    begin();
    CHECK_FALSE(store.Find(context, trial(second, first, {}).key).value().has_value());
    REQUIRE(store.Record(context, trial(second, first, UpgradeOutcome::kRefused)).ok());
    CHECK(serving()->setup == first);
    UpgradeTrial again = trial(second, first, UpgradeOutcome::kAccepted);
    again.key.golden_revision = 8;
    again.create_time = now + absl::Hours(1);
    REQUIRE(store.Record(context, again).ok());
    CHECK(serving()->setup == second);
    CHECK(serving()->since == now + absl::Hours(1));
  }

  SECTION("the first verdict on an upgrade stands") {
    begin();
    REQUIRE(store.Record(context, trial(second, first, UpgradeOutcome::kRefused)).ok());
    const auto later = store.Record(context, trial(second, first, UpgradeOutcome::kAccepted));
    REQUIRE(later.ok());
    CHECK(later->outcome == UpgradeOutcome::kRefused);
    CHECK(serving()->setup == first);
    CHECK(store.Find(context, later->key).value()->outcome == UpgradeOutcome::kRefused);
  }

  SECTION("another replica that comes to the same verdict changes nothing") {
    begin();
    REQUIRE(store.Record(context, trial(second, first, UpgradeOutcome::kAccepted)).ok());
    UpgradeTrial later = trial(second, first, UpgradeOutcome::kAccepted);
    later.create_time = now + absl::Hours(1);
    REQUIRE(store.Record(context, later).ok());
    CHECK(serving()->since == now);
    CHECK(store.List(context, "", 10)->size() == 2);
    // One that is behind hears of it.
    CHECK(absl::IsAborted(
        store.Record(context, trial({"enc/3"}, first, UpgradeOutcome::kAccepted)).status()));
    CHECK(store.List(context, "", 10)->size() == 2);
  }

  SECTION("figures and examples are kept as they are") {
    begin();
    UpgradeTrial made = trial(second, first, UpgradeOutcome::kRefused);
    made.result.question_count = 10;
    made.result.with_article = 9;
    made.result.with_answer = 2;
    made.result.serving = {8, 9, 7, 1, 2, 1, 0.75};
    made.result.candidate = {5, 6, 4, 3, 3, 1, 0.5};
    made.result.changed_count = 4;
    made.result.examples = {{"g1",
                             "多久 \"x\"?",
                             "returns",
                             {AnswerState::kAnswered, "returns", "Thirty days.", 0.9},
                             {AnswerState::kAbstained, "shipping", "", 0.125}}};
    REQUIRE(store.Record(context, made).ok());
    const auto listed = store.List(context, "enc/2", 10);
    REQUIRE(listed->size() == 1);
    const TrialResult& result = listed->front().result;
    CHECK(listed->front().key.serving == first);
    CHECK(listed->front().key.golden_revision == 7);
    CHECK(listed->front().key.margin == 0.02);
    CHECK(listed->front().create_time == now);
    CHECK(result.question_count == 10);
    CHECK(result.with_article == 9);
    CHECK(result.with_answer == 2);
    CHECK(result.serving.right_first == 8);
    CHECK(result.serving.answered_wrongly == 1);
    CHECK(result.candidate.right_in_three == 6);
    CHECK(result.candidate.answered_rightly == 4);
    CHECK(result.candidate.abstained == 3);
    CHECK(result.candidate.abstained_rightly == 1);
    CHECK(result.candidate.answer_f1 == 0.5);
    CHECK(result.changed_count == 4);
    REQUIRE(result.examples.size() == 1);
    CHECK(result.examples[0].golden_question == "g1");
    CHECK(result.examples[0].text == "多久 \"x\"?");
    CHECK(result.examples[0].expected_article == "returns");
    CHECK(result.examples[0].serving.state == AnswerState::kAnswered);
    CHECK(result.examples[0].serving.text == "Thirty days.");
    CHECK(result.examples[0].candidate.article == "shipping");
    CHECK(result.examples[0].candidate.confidence == 0.125);
  }

  SECTION("the newest are listed first, by name or version, and so many are kept") {
    begin();
    for (int i = 0; i < UpgradeStore::kKeptTrials + 5; ++i) {
      UpgradeTrial made = trial(second, first, UpgradeOutcome::kRefused);
      made.key.golden_revision = i;
      REQUIRE(store.Record(context, made).ok());
    }
    const auto all = store.List(context, "enc", 1000);
    REQUIRE(all->size() == UpgradeStore::kKeptTrials);
    CHECK(all->front().key.golden_revision == UpgradeStore::kKeptTrials + 4);
    CHECK(store.List(context, "", 3)->size() == 3);
    CHECK(store.List(context, "enc/1", 3)->empty());
    CHECK(store.List(context, "other", 3)->empty());
  }
}

}  // namespace clientele::qa::testing

#endif  // CLIENTELE_TESTS_CONTRACT_QA_UPGRADE_STORE_CONTRACT_H_
