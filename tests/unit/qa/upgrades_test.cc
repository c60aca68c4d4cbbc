#include "services/qa-service/core/upgrades/upgrades.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "absl/strings/match.h"

#include "tests/contract/qa/article_store_contract.h"
#include "tests/contract/qa/fake_article_store.h"
#include "tests/contract/qa/fake_embedding_cache.h"
#include "tests/contract/qa/memory_golden_question_store.h"
#include "tests/contract/qa/memory_upgrade_store.h"
#include "tests/support/fake_clock.h"
#include "tests/unit/qa/fake_encoder_versions.h"
#include "tests/unit/qa/index_fixture.h"

namespace clientele::qa::testing {
namespace {

// What all replicas share.
struct SharedStores {
  SharedStores() {
    // "a" comes first where nothing tells the articles apart.
    Put("a", "Kettles carry a warranty of five years.");
    Put("b", "You can return any item within thirty days.");
    Put("c", "Parcels are shipped by train on Mondays.");
  }
  void Put(const std::string& id, const std::string& body) {
    REQUIRE(articles.Create(context, Request(""), MakeArticle(id, "Help", body)).ok());
  }
  void Expect(const std::string& id, const std::string& question, const std::string& article) {
    REQUIRE(golden.Create(context, {}, {id, question, "", article, "", {}}).ok());
  }
  void ExpectAll() {
    Expect("g1", "Can I return an item within thirty days?", "b");
    Expect("g2", "Are parcels shipped by train?", "c");
  }

  RequestContext context;
  clientele::testing::FakeClock clock;
  FakeArticleStore articles;
  FakeEmbeddingCache cache{&articles};
  MemoryGoldenQuestionStore golden;
  MemoryUpgradeStore store;
};

// One replica, whose answers come from vectors alone: those of "fake/9" say nothing.
struct UpgradingReplica {
  explicit UpgradingReplica(SharedStores& the_shared, UpgradesOptions options = {},
                            RefresherOptions refresh = {})
      : shared(the_shared),
        refresher(&shared.articles, &shared.cache, &embedder, &shared.clock, refresh),
        upgrades(
            &shared.store, &shared.golden, &versions, &refresher,
            [this](std::shared_ptr<const KnowledgeIndex> index, std::optional<double> minimum) {
              AnswererOptions answering;
              answering.min_confidence = minimum;
              return std::make_unique<const Answerer>([index] { return index; }, &embedder, nullptr,
                                                      &shared.clock, answering);
            },
            &shared.clock,
            [&] {
              options.on_verdict = [this](const UpgradeTrial& trial) { verdicts.push_back(trial); };
              return options;
            }()) {
    embedder.model.clear();
    embedder.blind = "fake/9";
    embedder.lexical_weight = 0;
  }

  // Turns of both tasks, until neither has anything to do at once.
  absl::Status Turn(int turns = 10) {
    absl::Status last;
    for (int i = 0; i < turns; ++i) {
      refresher.RunOnce(shared.context).IgnoreError();  // no encoder serves at first
      last = upgrades.RunOnce(shared.context);
    }
    return last;
  }
  // A version appears, and what comes of it.
  void Find(const std::string& version) {
    versions.Find(version);
    REQUIRE(Turn().ok());
  }
  std::string indexed() const {
    const auto index = refresher.Snapshot();
    return index == nullptr ? "none" : index->model_id();
  }
  UpgradeReport Report() const { return upgrades.Report(shared.context, "", 0).value(); }

  SharedStores& shared;
  FakeEmbedder embedder;
  FakeEncoderVersions versions{&embedder};
  IndexRefresher refresher;
  std::vector<UpgradeTrial> verdicts;
  Upgrades upgrades;
};

UpgradesOptions WithMinimum(std::optional<double> minimum) {
  UpgradesOptions options;
  options.min_confidence = minimum;
  return options;
}

TEST_CASE("the first version serves at once, and the report says that nothing was compared") {
  SharedStores shared;
  shared.ExpectAll();
  UpgradingReplica replica(shared, WithMinimum(0.4));
  replica.Find("fake/1");
  CHECK(replica.embedder.model == "fake/1");
  CHECK(replica.indexed() == "fake/1");
  CHECK(replica.upgrades.min_confidence() == 0.4);
  const UpgradeReport report = replica.Report();
  REQUIRE(report.serving.has_value());
  CHECK(report.serving->setup == AnsweringSetup{"fake/1", 0.4});
  REQUIRE(report.trials.size() == 1);
  CHECK(report.trials[0].outcome == UpgradeOutcome::kNotCompared);
}

TEST_CASE("a version that answers as well takes over, with its index whole") {
  SharedStores shared;
  shared.ExpectAll();
  UpgradingReplica replica(shared, WithMinimum(0));
  replica.Find("fake/1");
  replica.Find("fake/2");
  CHECK(replica.embedder.model == "fake/2");
  CHECK(replica.indexed() == "fake/2");
  CHECK(replica.embedder.previous.empty());  // freed once the index has followed
  REQUIRE(replica.verdicts.size() == 2);
  CHECK(replica.verdicts[1].outcome == UpgradeOutcome::kAccepted);
  CHECK(replica.verdicts[1].result.question_count == 2);
  CHECK(replica.verdicts[1].result.candidate.right_first == 2);
  CHECK(replica.verdicts[1].result.serving.right_first == 2);
  CHECK(shared.store.Serving(shared.context).value()->setup.encoder == "fake/2");
}

TEST_CASE("a version that finds less is refused, and what served goes on") {
  SharedStores shared;
  shared.ExpectAll();
  UpgradingReplica replica(shared, WithMinimum(0));
  replica.Find("fake/1");
  replica.Find("fake/9");
  CHECK(replica.embedder.model == "fake/1");
  CHECK(replica.indexed() == "fake/1");
  CHECK(replica.versions.refused.contains("fake/9"));
  CHECK(absl::StrContains(replica.versions.reasons.at(0), "of 2 golden questions"));
  const UpgradeReport report = replica.Report();
  REQUIRE(report.trials.size() == 2);
  CHECK(report.trials[0].outcome == UpgradeOutcome::kRefused);
  CHECK(report.trials[0].result.candidate.right_first == 0);
  CHECK(report.trials[0].result.examples.size() == 2);
  CHECK_FALSE(report.pending.has_value());
  CHECK(shared.store.Serving(shared.context).value()->setup.encoder == "fake/1");
}

TEST_CASE("without golden questions a new version takes over unasked, and the report says so") {
  SharedStores shared;
  UpgradingReplica replica(shared);
  replica.Find("fake/1");
  replica.Find("fake/9");
  CHECK(replica.indexed() == "fake/9");
  CHECK(replica.Report().trials[0].outcome == UpgradeOutcome::kNotAsked);
}

TEST_CASE("until its index is complete a version answers nothing, and the old one all") {
  SharedStores shared;
  shared.ExpectAll();
  UpgradingReplica replica(shared, WithMinimum(0),
                           {.iteration_budget = absl::ZeroDuration(), .group_articles = 1});
  replica.Find("fake/1");
  replica.versions.Find("fake/2");
  REQUIRE(replica.Turn(1).ok());
  CHECK(replica.indexed() == "fake/1");
  CHECK(replica.embedder.model == "fake/1");
  const UpgradeReport report = replica.Report();
  REQUIRE(report.pending.has_value());
  CHECK(report.pending->candidate.encoder == "fake/2");
  CHECK(report.pending->missing_articles == 2);
  CHECK(report.pending->questions == 2);
  // Meanwhile articles come and go, in both indexes.
  shared.Put("d", "Zeppelins ride.");
  REQUIRE(replica.Turn(2).ok());
  CHECK(replica.indexed() == "fake/1");
  CHECK(replica.refresher.Snapshot()->article_count() == 4);
  REQUIRE(replica.Turn().ok());
  CHECK(replica.indexed() == "fake/2");
  CHECK(replica.refresher.Snapshot()->article_count() == 4);
}

TEST_CASE("what is asked is what is golden once the index is complete") {
  SharedStores shared;
  UpgradingReplica replica(shared, WithMinimum(0),
                           {.iteration_budget = absl::ZeroDuration(), .group_articles = 1});
  replica.Find("fake/1");
  replica.versions.Find("fake/9");
  REQUIRE(replica.Turn(1).ok());
  shared.ExpectAll();
  REQUIRE(replica.Turn(20).ok());
  CHECK(replica.verdicts.back().outcome == UpgradeOutcome::kRefused);
  CHECK(replica.verdicts.back().result.question_count == 2);
}

TEST_CASE("a process that is killed on the way begins again with what served") {
  SharedStores shared;
  shared.ExpectAll();
  {
    UpgradingReplica replica(shared, WithMinimum(0),
                             {.iteration_budget = absl::ZeroDuration(), .group_articles = 1});
    replica.versions.Find("fake/1");
    REQUIRE(replica.Turn().ok());
    replica.versions.Find("fake/2");
    REQUIRE(replica.Turn(2).ok());
  }
  UpgradingReplica again(shared, WithMinimum(0),
                         {.iteration_budget = absl::ZeroDuration(), .group_articles = 1});
  again.versions.Find("fake/1");
  again.versions.Find("fake/2");
  again.upgrades.RunOnce(shared.context).IgnoreError();
  CHECK(again.embedder.model == "fake/1");
  CHECK(again.embedder.candidate == "fake/2");
  REQUIRE(again.Turn(20).ok());
  CHECK(again.indexed() == "fake/2");
}

TEST_CASE("the verdict of one replica is that of all, and nobody asks again") {
  SharedStores shared;
  shared.ExpectAll();
  UpgradingReplica first(shared, WithMinimum(0));
  UpgradingReplica second(shared, WithMinimum(0));
  for (UpgradingReplica* replica : {&first, &second}) replica->versions.Find("fake/1");
  REQUIRE(first.Turn().ok());
  REQUIRE(second.Turn().ok());
  first.Find("fake/2");
  second.Find("fake/2");
  CHECK(second.indexed() == "fake/2");
  CHECK(second.Report().trials.size() == 2);

  first.Find("fake/9");
  second.versions.Find("fake/9");
  const std::size_t embedded = second.embedder.embedded;
  REQUIRE(second.upgrades.RunOnce(shared.context).ok());
  CHECK(second.versions.refused.contains("fake/9"));
  CHECK(second.embedder.embedded == embedded);
}

TEST_CASE("a replica that was behind follows what serves by now") {
  SharedStores shared;
  UpgradingReplica first(shared);
  UpgradingReplica second(shared);
  for (UpgradingReplica* replica : {&first, &second}) {
    replica->versions.Find("fake/1");
    REQUIRE(replica->Turn().ok());
  }
  first.Find("fake/2");
  // The second one sees both of the newer versions at once.
  second.versions.found.insert("fake/2");
  second.versions.Find("fake/3");
  second.Turn(1).IgnoreError();
  REQUIRE(second.Turn(20).ok());
  CHECK(second.indexed() == "fake/3");
  CHECK(shared.store.Serving(shared.context).value()->setup.encoder == "fake/3");
  first.versions.Find("fake/3");
  REQUIRE(first.Turn(20).ok());
  CHECK(first.indexed() == "fake/3");
}

TEST_CASE("what was refused is tried again when the golden questions change") {
  SharedStores shared;
  shared.ExpectAll();
  UpgradingReplica replica(shared, WithMinimum(0));
  replica.Find("fake/1");
  replica.Find("fake/9");
  REQUIRE(replica.versions.refused.contains("fake/9"));
  shared.clock.Advance(absl::Minutes(1));
  REQUIRE(replica.Turn().ok());
  CHECK(replica.verdicts.size() == 2);  // nothing has changed
  for (const char* id : {"g1", "g2"}) {
    REQUIRE(shared.golden.Delete(shared.context, {}, id).ok());
  }
  shared.clock.Advance(absl::Minutes(1));
  REQUIRE(replica.Turn().ok());
  CHECK(replica.indexed() == "fake/9");
}

TEST_CASE("who goes back to an older version gets it, whatever the questions say") {
  SharedStores shared;
  shared.ExpectAll();
  UpgradingReplica replica(shared, WithMinimum(0));
  replica.embedder.blind = "fake/1";
  replica.Find("fake/2");
  replica.versions.found = {"fake/1"};  // the other's folder is removed
  replica.embedder.candidate = "fake/1";
  REQUIRE(replica.Turn().ok());
  CHECK(replica.indexed() == "fake/1");
  CHECK(replica.verdicts.back().outcome == UpgradeOutcome::kRolledBack);
  CHECK(replica.verdicts.back().result.candidate.right_first == 0);
}

TEST_CASE("another least confidence is tried before it decides anything") {
  SharedStores shared;
  shared.ExpectAll();
  {
    UpgradingReplica before(shared, WithMinimum(0));
    before.versions.Find("fake/1");
    REQUIRE(before.Turn().ok());
  }
  UpgradingReplica strict(shared, WithMinimum(1));
  strict.Find("fake/1");
  CHECK(strict.upgrades.min_confidence() == 0.0);
  REQUIRE(strict.verdicts.size() == 1);
  CHECK(strict.verdicts[0].outcome == UpgradeOutcome::kRefused);
  CHECK(strict.verdicts[0].result.candidate.abstained == 2);

  UpgradingReplica near(shared, WithMinimum(0.001));
  near.Find("fake/1");
  CHECK(near.upgrades.min_confidence() == 0.001);
  CHECK(near.verdicts.at(0).outcome == UpgradeOutcome::kAccepted);
  CHECK(shared.store.Serving(shared.context).value()->setup == AnsweringSetup{"fake/1", 0.001});
}

TEST_CASE("a version that is gone, and another encoder, leave the place to what is there") {
  SharedStores shared;
  {
    UpgradingReplica before(shared);
    before.versions.Find("other/3");
    REQUIRE(before.Turn().ok());
  }
  UpgradingReplica replica(shared);
  replica.Find("fake/1");
  CHECK(replica.indexed() == "fake/1");
  CHECK(replica.verdicts.at(0).outcome == UpgradeOutcome::kNotCompared);
  CHECK(replica.verdicts.at(0).key.serving.encoder == "other/3");
}

TEST_CASE("while the store is away nothing new serves") {
  SharedStores shared;
  shared.store.failure = absl::UnavailableError("away");
  UpgradingReplica replica(shared);
  replica.versions.Find("fake/1");
  CHECK(absl::IsUnavailable(replica.Turn()));
  CHECK(replica.embedder.model.empty());
  shared.store.failure = absl::OkStatus();
  REQUIRE(replica.Turn().ok());
  CHECK(replica.indexed() == "fake/1");
}

TEST_CASE("an iteration ends in time and the next one goes on") {
  SharedStores shared;
  shared.ExpectAll();
  UpgradesOptions options = WithMinimum(0);
  options.iteration_budget = absl::ZeroDuration();
  UpgradingReplica replica(shared, options);
  replica.Find("fake/1");
  replica.versions.Find("fake/2");
  REQUIRE(replica.refresher.RunOnce(shared.context).ok());
  REQUIRE(replica.upgrades.RunOnce(shared.context).ok());
  CHECK(replica.upgrades.has_more());
  CHECK(replica.Report().pending->asked == 1);
  REQUIRE(replica.upgrades.RunOnce(shared.context).ok());
  CHECK_FALSE(replica.upgrades.has_more());
  CHECK(replica.embedder.model == "fake/2");
}

TEST_CASE("questions are answered with vectors throughout an upgrade") {
  SharedStores shared;
  UpgradingReplica replica(shared, WithMinimum(0),
                           {.iteration_budget = absl::ZeroDuration(), .group_articles = 1});
  const Answerer answerer([&] { return replica.refresher.Snapshot(); }, &replica.embedder, nullptr,
                          &shared.clock, {});
  replica.Find("fake/1");
  replica.versions.Find("fake/2");
  Question question;
  question.text = "Can I return an item within thirty days?";
  std::vector<std::string> models;
  const auto ask = [&] {
    const auto answer = answerer.Ask(shared.context, question);
    REQUIRE(answer.ok());
    REQUIRE(answer->models.size() == 1);  // vectors took part
    if (models.empty() || models.back() != answer->models[0]) models.push_back(answer->models[0]);
  };
  for (int i = 0; i < 10; ++i) {
    ask();
    REQUIRE(replica.refresher.RunOnce(shared.context).ok());
    ask();
    REQUIRE(replica.upgrades.RunOnce(shared.context).ok());
  }
  CHECK(models == std::vector<std::string>{"fake/1", "fake/2"});
}

}  // namespace
}  // namespace clientele::qa::testing
