#ifndef CLIENTELE_TESTS_CONTRACT_RECOMMEND_EXPERIMENT_STORE_CONTRACT_H_
#define CLIENTELE_TESTS_CONTRACT_RECOMMEND_EXPERIMENT_STORE_CONTRACT_H_

// What every ExperimentStore does: run by the fakes' test and by the one of PostgreSQL. Called from
// a TEST_CASE with empty stores.

#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "absl/strings/str_cat.h"

#include "common/changefeed/change_sink.h"
#include "common/status/error_details.h"
#include "services/recommend-service/core/experiments/experiment_store.h"
#include "tests/contract/recommend/feed.h"
#include "tests/contract/recommend/item_store_contract.h"
#include "tests/support/fake_clock.h"

namespace clientele::recommend::testing {

inline Experiment SampleExperiment(const std::string& id) {
  Experiment experiment;
  experiment.id = id;
  experiment.display_name = "Is it better?";
  experiment.variants = {{"old", 3, Method::kBest}, {"new", 1, Method::kPopular}};
  experiment.conversion_days = 7;
  experiment.error_rate = 0.1;
  experiment.planned_exposures = 5000;
  return experiment;
}

inline Feedback SampleFeedback(const std::string& customer, const std::string& id,
                               FeedbackType type, absl::Duration after = absl::ZeroDuration()) {
  Feedback feedback;
  feedback.customer_id = customer;
  feedback.feedback_id = id;
  feedback.item_id = "mug";
  feedback.type = type;
  feedback.time = absl::FromUnixSeconds(1'700'000'000) + after;
  feedback.experiment_id = "e1";
  feedback.variant_id = customer < "m" ? "old" : "new";
  return feedback;
}

struct ExperimentsUnderTest {
  ExperimentStore& store;
  changefeed::ChangeSink& sink;
  clientele::testing::FakeClock& clock;

  void Tell(changefeed::Change::Kind kind, const std::vector<std::string>& customers) {
    std::vector<changefeed::Change> changes;
    for (const std::string& customer : customers) changes.push_back(CustomerChange(kind, customer));
    Tell(std::move(changes));
  }
  void Tell(std::vector<changefeed::Change> changes) { Feed(sink, std::move(changes)); }
  void Know(const std::vector<std::string>& customers) {
    Tell(changefeed::Change::Kind::kCustomerCreated, customers);
  }
};

// What profile-service tells of a purchase.
inline changefeed::Change Purchase(const std::string& customer, const std::string& event,
                                   const std::string& item, absl::Duration after) {
  changefeed::Change change;
  change.kind = changefeed::Change::Kind::kEvent;
  change.customer_id = customer;
  change.event.event_id = event;
  change.event.type = changefeed::EventKind::kPurchase;
  change.event.event_time = SampleFeedback(customer, event, FeedbackType::kBought, after).time;
  change.event.item_id = item;
  change.event.quantity = 1;
  return change;
}

inline void CheckExperimentStoreContract(ExperimentsUnderTest under_test) {
  ExperimentStore& store = under_test.store;
  const auto create = [&](const Experiment& experiment, const std::string& request_id = "") {
    return store.Create({}, SampleMutation("CreateExperiment", request_id), experiment, false);
  };
  const auto record = [&](const std::vector<Feedback>& feedback, const std::string& request_id = "",
                          const std::string& body = "body") {
    return store.Record({}, SampleMutation("RecordFeedback", request_id, body), feedback);
  };

  SECTION("an experiment is read as it was created, and created once") {
    const auto created = create(SampleExperiment("e1"), "r1");
    REQUIRE(created.ok());
    Experiment expected = SampleExperiment("e1");
    expected.create_time = under_test.clock.Now();
    CHECK(*created == expected);
    CHECK(*store.Get({}, "e1") == expected);
    under_test.clock.Advance(absl::Seconds(1));
    CHECK(*create(SampleExperiment("e1"), "r1") == expected);
    CHECK(absl::IsAlreadyExists(create(SampleExperiment("e1"), "r2").status()));
    CHECK(absl::IsAlreadyExists(
        store.Create({}, SampleMutation("CreateExperiment"), SampleExperiment("e1"), true)
            .status()));
    CHECK(store.Create({}, SampleMutation("CreateExperiment"), SampleExperiment("e2"), true).ok());
    CHECK(absl::IsNotFound(store.Get({}, "e2").status()));
  }

  SECTION("experiments are listed by id") {
    for (const char* id : {"b", "a", "C"}) REQUIRE(create(SampleExperiment(id)).ok());
    const auto ids = [&](const std::string& after, int limit) {
      std::string text;
      const auto listed = store.List({}, after, limit);
      REQUIRE(listed.ok());
      for (const Experiment& one : *listed) absl::StrAppend(&text, one.id);
      return text;
    };
    CHECK(ids("", 10) == "Cab");
    CHECK(ids("", 2) == "Ca");
    CHECK(ids("a", 2) == "b");
    CHECK(ids("b", 2).empty());
  }

  SECTION("an experiment is stopped once") {
    CHECK(absl::IsNotFound(store.Stop({}, SampleMutation("Stop"), "e1").status()));
    REQUIRE(create(SampleExperiment("e1")).ok());
    CHECK(store.Get({}, "e1")->is_running());
    under_test.clock.Advance(absl::Hours(1));
    const absl::Time end = under_test.clock.Now();
    CHECK(store.Stop({}, SampleMutation("Stop", "s"), "e1")->stop_time == end);
    under_test.clock.Advance(absl::Hours(1));
    CHECK(store.Stop({}, SampleMutation("Stop", "s"), "e1")->stop_time == end);
    CHECK(store.Stop({}, SampleMutation("Stop"), "e1")->stop_time == end);
    CHECK(store.Get({}, "e1")->stop_time == end);
    CHECK(store.List({}, "", 1)->at(0).stop_time == end);
  }

  SECTION("feedback is stored once, and only of customers who exist") {
    under_test.Know({"ada", "zoe"});
    const auto first = record({SampleFeedback("ada", "f1", FeedbackType::kShown),
                               SampleFeedback("ada", "f1", FeedbackType::kClicked),
                               SampleFeedback("zoe", "f1", FeedbackType::kShown),
                               SampleFeedback("eve", "f1", FeedbackType::kShown)},
                              "r1");
    REQUIRE(first.ok());
    CHECK(first->created == 2);
    CHECK(first->duplicates == 1);
    CHECK(first->unknown == 1);
    // Sent again: the first result; under another id: all are there.
    const std::vector<Feedback> again = {SampleFeedback("ada", "f1", FeedbackType::kShown),
                                         SampleFeedback("zoe", "f1", FeedbackType::kShown)};
    CHECK(record(again, "r1")->created == 2);
    CHECK(record(again)->created == 0);
    CHECK(record(again)->duplicates == 2);
    CHECK(GetReason(record(again, "r1", "another body").status()) == "REQUEST_ID_REUSED");
    const auto nobody = record({SampleFeedback("eve", "f2", FeedbackType::kShown)});
    CHECK(nobody->unknown == 1);
    CHECK(nobody->created == 0);
  }

  SECTION("exposures and conversions count once for each customer, in any order") {
    REQUIRE(create(SampleExperiment("e1")).ok());
    const auto counts = [&] { return *store.Count({}, *store.Get({}, "e1")); };
    CHECK(counts().empty());
    under_test.Know({"ada", "bob", "cleo", "dora", "xia", "zoe"});
    const absl::Duration week = absl::Hours(24 * 7), second = absl::Seconds(1);
    REQUIRE(record({
                       // The purchase is told before what was shown, and twice.
                       SampleFeedback("ada", "p1", FeedbackType::kBought, second),
                       SampleFeedback("ada", "p2", FeedbackType::kBought, 2 * second),
                       SampleFeedback("ada", "s2", FeedbackType::kShown, 3 * second),
                       SampleFeedback("ada", "s1", FeedbackType::kShown),
                       // Bought before it was shown; a click is not the goal.
                       SampleFeedback("bob", "p1", FeedbackType::kBought),
                       SampleFeedback("bob", "s1", FeedbackType::kShown, second),
                       SampleFeedback("bob", "c1", FeedbackType::kClicked, 2 * second),
                       // In time, and too late.
                       SampleFeedback("cleo", "s1", FeedbackType::kShown),
                       SampleFeedback("cleo", "p1", FeedbackType::kBought, week - second),
                       SampleFeedback("dora", "s1", FeedbackType::kShown),
                       SampleFeedback("dora", "p1", FeedbackType::kBought, week),
                       // Never shown.
                       SampleFeedback("xia", "p1", FeedbackType::kBought),
                       SampleFeedback("zoe", "s1", FeedbackType::kShown),
                       SampleFeedback("zoe", "p1", FeedbackType::kBought),
                   })
                .ok());
    Feedback elsewhere = SampleFeedback("xia", "s1", FeedbackType::kShown);
    elsewhere.experiment_id = "e2";
    Feedback none = SampleFeedback("xia", "s2", FeedbackType::kShown);
    none.experiment_id = none.variant_id = "";
    REQUIRE(record({elsewhere, none}).ok());
    auto now = counts();
    CHECK(now.size() == 2);
    CHECK(now["old"].exposed == 4);
    CHECK(now["old"].converted == 2);
    CHECK(now["new"].exposed == 1);
    CHECK(now["new"].converted == 1);

    // A deleted customer counts no longer, and nothing of them comes back.
    under_test.Tell(changefeed::Change::Kind::kCustomerDeleted, {"cleo"});
    CHECK(counts()["old"].exposed == 3);
    CHECK(counts()["old"].converted == 1);
    CHECK(record({SampleFeedback("cleo", "s1", FeedbackType::kShown)})->unknown == 1);
    CHECK(counts()["old"].exposed == 3);
  }

  SECTION("a purchase that the feed tells of, of what was shown, is a conversion by itself") {
    REQUIRE(create(SampleExperiment("e1")).ok());
    Experiment clicks = SampleExperiment("e2");
    clicks.goal = FeedbackType::kClicked;
    REQUIRE(create(clicks).ok());
    under_test.Know({"ada", "bob", "cleo", "dora", "eli", "fay"});
    const absl::Duration week = absl::Hours(24 * 7), second = absl::Seconds(1);
    std::vector<Feedback> shown;
    for (const char* const customer : {"ada", "bob", "cleo", "dora", "eli", "fay"}) {
      shown.push_back(SampleFeedback(customer, "s1", FeedbackType::kShown, second));
    }
    shown.push_back(SampleFeedback("ada", "s2", FeedbackType::kShown, second));
    shown.back().experiment_id = "e2";
    // Told of in both ways.
    shown.push_back(SampleFeedback("fay", "b1", FeedbackType::kBought, 2 * second));
    REQUIRE(record(shown).ok());
    under_test.Tell({Purchase("ada", "p1", "mug", second), Purchase("ada", "p2", "mug", 2 * second),
                     // Before it was shown, another item, and too late.
                     Purchase("bob", "p1", "mug", absl::ZeroDuration()),
                     Purchase("cleo", "p1", "lamp", 2 * second),
                     Purchase("dora", "p1", "mug", week + second),
                     // In time.
                     Purchase("eli", "p1", "mug", week), Purchase("fay", "p1", "mug", 3 * second)});
    const auto counts = [&](const char* id) { return *store.Count({}, *store.Get({}, id)); };
    CHECK(counts("e1")["old"].exposed == 6);
    CHECK(counts("e1")["old"].converted == 3);
    CHECK(counts("e2")["old"].converted == 0);
    under_test.Tell(changefeed::Change::Kind::kCustomerDeleted, {"ada"});
    CHECK(counts("e1")["old"].converted == 2);
  }

  SECTION("purchases after an experiment was stopped are none of its conversions") {
    REQUIRE(create(SampleExperiment("e1")).ok());
    under_test.Know({"ada"});
    REQUIRE(record({SampleFeedback("ada", "s1", FeedbackType::kShown)}).ok());
    under_test.clock.Advance(absl::Hours(1));
    const Experiment stopped = *store.Stop({}, SampleMutation("Stop"), "e1");
    const absl::Duration until_stop =
        *stopped.stop_time - SampleFeedback("ada", "s1", FeedbackType::kShown).time;
    under_test.Tell({Purchase("ada", "p1", "mug", until_stop)});
    CHECK((*store.Count({}, stopped))["old"].converted == 0);
    under_test.Tell({Purchase("ada", "p2", "mug", until_stop - absl::Seconds(1))});
    CHECK((*store.Count({}, stopped))["old"].converted == 1);
  }
}

}  // namespace clientele::recommend::testing

#endif  // CLIENTELE_TESTS_CONTRACT_RECOMMEND_EXPERIMENT_STORE_CONTRACT_H_
