#include "services/qa-service/core/retrieval/index_refresher.h"

#include <catch2/catch_test_macros.hpp>

#include "tests/contract/qa/article_store_contract.h"
#include "tests/contract/qa/fake_article_store.h"
#include "tests/contract/qa/fake_embedding_cache.h"
#include "tests/support/fake_clock.h"
#include "tests/unit/qa/index_fixture.h"

namespace clientele::qa {
namespace {

using clientele::testing::FakeClock;
using testing::FakeArticleStore;
using testing::FakeEmbedder;
using testing::FakeEmbeddingCache;
using testing::Ids;
using testing::MakeArticle;
using testing::MakeQuery;
using testing::Request;

struct Replica {
  explicit Replica(FakeArticleStore* the_store, FakeEmbeddingCache* the_cache, FakeClock* clock,
                   RefresherOptions options = {})
      : refresher(the_store, the_cache, &embedder, clock, options) {}

  absl::Status Iterate() { return refresher.RunOnce(context); }
  // Iterations until nothing waits.
  absl::Status CatchUp() {
    absl::Status status;
    do {
      status = Iterate();
    } while (status.ok() && refresher.has_more());
    return status;
  }
  std::vector<std::string> Find(const std::string& question, bool vectors = true) {
    const auto index = refresher.Snapshot();
    if (index == nullptr) return {"no index"};
    return Ids(index->Search(MakeQuery(question, "en", vectors)));
  }

  RequestContext context;
  FakeEmbedder embedder;
  IndexRefresher refresher;
};

struct RefresherFixture {
  std::int64_t Put(const std::string& id, const std::string& body) {
    return store.Create(context, Request(""), MakeArticle(id, "Help", body))->revision;
  }
  std::int64_t Change(const std::string& id, const std::string& body) {
    return store
        .Update(context, Request(""), id,
                [&](const Article& current) -> absl::StatusOr<Article> {
                  Article next = current;
                  next.body = body;
                  return next;
                })
        ->revision;
  }
  std::int64_t Delete(const std::string& id) { return *store.Delete(context, Request(""), id, ""); }

  RequestContext context;
  FakeArticleStore store;
  FakeEmbeddingCache cache{&store};
  FakeClock clock;
};

TEST_CASE("an iteration takes in what another replica made, changed and deleted") {
  RefresherFixture f;
  Replica replica(&f.store, &f.cache, &f.clock);
  f.Put("a", "Parcels arrive on Monday.");
  REQUIRE(replica.Iterate().ok());
  CHECK(replica.Find("parcels on monday") == std::vector<std::string>{"a"});

  const std::int64_t changed = f.Change("a", "Parcels arrive by balloon.");
  f.Put("b", "Lamps shine at night.");
  CHECK_FALSE(replica.refresher.HasApplied({changed, changed}));
  REQUIRE(replica.Iterate().ok());
  CHECK(replica.refresher.HasApplied({changed, changed}));
  CHECK(replica.Find("monday", false).empty());
  CHECK(replica.Find("balloon", false) == std::vector<std::string>{"a"});
  CHECK(replica.Find("lamps", false) == std::vector<std::string>{"b"});

  f.Delete("a");
  REQUIRE(replica.Iterate().ok());
  CHECK(replica.Find("balloon", false).empty());
  CHECK(replica.refresher.Snapshot()->article_count() == 1);
}

TEST_CASE("an article that was deleted and made again is there") {
  RefresherFixture f;
  Replica replica(&f.store, &f.cache, &f.clock);
  f.Put("a", "Old lamp.");
  f.Delete("a");
  f.Put("a", "New lamp.");
  REQUIRE(replica.Iterate().ok());
  CHECK(replica.refresher.Snapshot()->article_count() == 1);
  CHECK(replica.Find("new lamp") == std::vector<std::string>{"a"});
}

TEST_CASE("an empty store is ready once a model serves") {
  RefresherFixture f;
  Replica replica(&f.store, &f.cache, &f.clock);
  replica.embedder.model.clear();
  CHECK(absl::IsUnavailable(replica.Iterate()));
  CHECK_FALSE(replica.refresher.ready());
  replica.embedder.model = "fake/1";
  REQUIRE(replica.Iterate().ok());
  CHECK(replica.refresher.ready());
}

TEST_CASE("a store or a model that is away delays, and the next iteration heals") {
  RefresherFixture f;
  Replica replica(&f.store, &f.cache, &f.clock);
  f.Put("a", "Lamps shine.");
  f.store.SetAway(true);
  CHECK(absl::IsUnavailable(replica.Iterate()));
  f.store.SetAway(false);
  replica.embedder.failure = absl::ResourceExhaustedError("busy");
  CHECK(absl::IsResourceExhausted(replica.Iterate()));
  CHECK_FALSE(replica.refresher.ready());
  replica.embedder.failure = absl::OkStatus();
  REQUIRE(replica.Iterate().ok());
  CHECK(replica.Find("lamps") == std::vector<std::string>{"a"});

  // Once ready, it answers from what it has.
  f.store.SetAway(true);
  CHECK_FALSE(replica.Iterate().ok());
  CHECK(replica.Find("lamps") == std::vector<std::string>{"a"});
}

TEST_CASE("an article that the model cannot take is found by its words") {
  RefresherFixture f;
  Replica replica(&f.store, &f.cache, &f.clock);
  f.Put("a", "Lamps shine.");
  replica.embedder.failure = absl::InternalError("broken");
  REQUIRE(replica.Iterate().ok());
  CHECK(replica.Find("lamps", false) == std::vector<std::string>{"a"});
}

TEST_CASE("a restart computes nothing again") {
  RefresherFixture f;
  f.Put("a", "Lamps shine.");
  f.Put("b", "Parcels fly.");
  Replica first(&f.store, &f.cache, &f.clock);
  REQUIRE(first.Iterate().ok());
  CHECK(first.embedder.embedded == 2);
  Replica second(&f.store, &f.cache, &f.clock);
  REQUIRE(second.Iterate().ok());
  CHECK(second.embedder.embedded == 0);
  CHECK(second.Find("lamps") == first.Find("lamps"));
  f.Change("a", "Lamps glow.");
  REQUIRE(second.Iterate().ok());
  CHECK(second.embedder.embedded == 1);
}

TEST_CASE("a new model's index replaces the old one when it is complete") {
  RefresherFixture f;
  Replica replica(&f.store, &f.cache, &f.clock,
                  {.iteration_budget = absl::ZeroDuration(), .group_articles = 1});
  f.Put("a", "Lamps shine.");
  f.Put("b", "Parcels fly.");
  REQUIRE(replica.Iterate().ok());
  CHECK_FALSE(replica.refresher.ready());  // one article an iteration
  REQUIRE(replica.Iterate().ok());
  REQUIRE(replica.refresher.ready());
  CHECK(replica.refresher.Snapshot()->model_id() == "fake/1");

  replica.embedder.model = "fake/2";
  REQUIRE(replica.Iterate().ok());
  CHECK(replica.refresher.Snapshot()->model_id() == "fake/1");
  CHECK(replica.refresher.Snapshot()->article_count() == 2);
  f.Delete("b");
  REQUIRE(replica.Iterate().ok());
  CHECK(replica.refresher.Snapshot()->model_id() == "fake/2");
  CHECK(replica.Find("lamps") == std::vector<std::string>{"a"});
}

TEST_CASE("the index of a version that waits is shown once it is complete, and serves with it") {
  RefresherFixture f;
  Replica replica(&f.store, &f.cache, &f.clock,
                  {.iteration_budget = absl::ZeroDuration(), .group_articles = 1});
  f.Put("a", "Lamps shine.");
  f.Put("b", "Parcels fly.");
  for (int i = 0; i < 2; ++i) REQUIRE(replica.Iterate().ok());
  CHECK(replica.refresher.Candidate() == nullptr);

  replica.embedder.candidate = "fake/2";
  REQUIRE(replica.Iterate().ok());
  CHECK(replica.refresher.Candidate() == nullptr);
  CHECK(replica.refresher.candidate_pending() == 1);
  REQUIRE(replica.Iterate().ok());
  REQUIRE(replica.refresher.Candidate() != nullptr);
  CHECK(replica.refresher.Candidate()->model_id() == "fake/2");
  CHECK(replica.refresher.Candidate()->article_count() == 2);
  // However long it waits, it follows what changes and takes no place.
  f.Delete("b");
  REQUIRE(replica.Iterate().ok());
  CHECK(replica.refresher.Candidate()->article_count() == 1);
  CHECK(replica.refresher.Snapshot()->model_id() == "fake/1");

  SECTION("it serves") {
    replica.embedder.previous = "fake/1";
    replica.embedder.model = "fake/2";
    replica.embedder.candidate.clear();
    const std::size_t embedded = replica.embedder.embedded;
    REQUIRE(replica.Iterate().ok());
    CHECK(replica.refresher.Snapshot()->model_id() == "fake/2");
    CHECK(replica.refresher.Candidate() == nullptr);
    CHECK(replica.embedder.embedded == embedded);
  }
  SECTION("it is refused") {
    replica.embedder.candidate.clear();
    REQUIRE(replica.Iterate().ok());
    CHECK(replica.refresher.Candidate() == nullptr);
    CHECK(replica.refresher.Snapshot()->model_id() == "fake/1");
  }
}

TEST_CASE("until its index has followed, a version that served before embeds what is new") {
  RefresherFixture f;
  Replica replica(&f.store, &f.cache, &f.clock,
                  {.iteration_budget = absl::ZeroDuration(), .group_articles = 1});
  for (const char* id : {"a", "b", "c"}) f.Put(id, std::string("Lamp ") + id);
  for (int i = 0; i < 3; ++i) REQUIRE(replica.Iterate().ok());
  replica.embedder.previous = "fake/1";
  replica.embedder.model = "fake/2";
  f.Put("d", "Zeppelin rides.");
  REQUIRE(replica.Iterate().ok());
  CHECK(replica.refresher.Snapshot()->model_id() == "fake/1");
  const auto hits = replica.refresher.Snapshot()->Search(MakeQuery("zeppelin rides")).hits;
  REQUIRE_FALSE(hits.empty());
  CHECK(hits[0].article->article.id == "d");
  CHECK(hits[0].text.cosine > 0.5);
}

TEST_CASE("an article that comes while the model changes is found at once") {
  RefresherFixture f;
  Replica replica(&f.store, &f.cache, &f.clock,
                  {.iteration_budget = absl::ZeroDuration(), .group_articles = 1});
  for (const char* id : {"a", "b", "c"}) f.Put(id, std::string("Lamp ") + id);
  for (int i = 0; i < 3; ++i) REQUIRE(replica.Iterate().ok());
  replica.embedder.model = "fake/2";
  REQUIRE(replica.Iterate().ok());
  const std::int64_t revision = f.Put("d", "Zeppelin rides.");
  REQUIRE(replica.Iterate().ok());
  CHECK(replica.refresher.Snapshot()->model_id() == "fake/1");
  CHECK(replica.refresher.HasApplied({revision, revision}));
  CHECK(replica.Find("zeppelin", false) == std::vector<std::string>{"d"});

  // The old model comes back: what was taken in by words is embedded after all.
  replica.embedder.model = "fake/1";
  REQUIRE(replica.Iterate().ok());
  const auto hits = replica.refresher.Snapshot()->Search(MakeQuery("zeppelin rides")).hits;
  REQUIRE_FALSE(hits.empty());
  CHECK(hits[0].article->article.id == "d");
  CHECK(hits[0].text.cosine > 0.5);
}

TEST_CASE("a deletion is not kept waiting by a long import") {
  RefresherFixture f;
  Replica replica(&f.store, &f.cache, &f.clock, {.group_texts = 1});
  f.Put("gone", "Secret lamp.");
  REQUIRE(replica.Iterate().ok());
  for (int i = 0; i < 8; ++i) f.Put("n" + std::to_string(i), "Parcels fly.");
  bool seen_gone = false;
  replica.embedder.on_embed = [&] {
    if (replica.embedder.embedded == 3) f.Delete("gone");
    f.clock.Advance(absl::Milliseconds(200));
    if (replica.embedder.embedded == 6) seen_gone = replica.Find("secret", false).empty();
  };
  REQUIRE(replica.CatchUp().ok());
  CHECK(seen_gone);
}

TEST_CASE("a replica that slept longer than tombstones are kept starts over") {
  RefresherFixture f;
  Replica replica(&f.store, &f.cache, &f.clock, {.max_gap = absl::Hours(1)});
  f.Put("a", "Lamps shine.");
  f.Put("b", "Parcels fly.");
  REQUIRE(replica.Iterate().ok());
  f.Delete("a");
  f.store.DropTombstones();
  REQUIRE(replica.Iterate().ok());
  CHECK(replica.refresher.Snapshot()->article_count() == 2);  // it cannot know yet
  f.clock.Advance(absl::Hours(2));
  REQUIRE(replica.Iterate().ok());
  CHECK(replica.refresher.Snapshot()->article_count() == 1);
  CHECK(replica.Find("lamps", false).empty());
}

TEST_CASE("waiting for a revision ends when it shows, or in time") {
  RefresherFixture f;
  Replica replica(&f.store, &f.cache, &f.clock);
  const std::int64_t revision = f.Put("a", "Lamps shine.");
  CHECK_FALSE(replica.refresher.WaitUntilApplied({revision, revision}, absl::ZeroDuration()));
  REQUIRE(replica.Iterate().ok());
  CHECK(replica.refresher.WaitUntilApplied({revision, revision}, absl::InfiniteDuration()));
  CHECK(replica.refresher.pending() == 0);
}

// A body of several passages: one for every two repetitions.
std::string LongBody(const std::string& word, int repetitions) {
  std::string body;
  for (int p = 0; p < repetitions; ++p) {
    for (int i = 0; i < 60; ++i) body += word + std::to_string(p) + " ";
    body += "end. ";
  }
  return body;
}

TEST_CASE("an index is finished by a model that is slower than any deadline of a group") {
  RefresherFixture f;
  Replica replica(&f.store, &f.cache, &f.clock);
  replica.embedder.clock = &f.clock;
  replica.embedder.time_per_text = absl::Seconds(20);  // 60 texts: 1,200 s
  replica.context.deadline = f.clock.Now() + absl::Seconds(30);
  REQUIRE(replica.Iterate().ok());
  for (int i = 0; i < 20; ++i) f.Put("a" + std::to_string(i), LongBody("lamp", 5));

  std::size_t iterations = 0;
  std::size_t stored_before = 0;
  bool stored_as_it_came = false;
  do {
    replica.context.deadline = f.clock.Now() + absl::Seconds(30);  // a new one for each iteration
    REQUIRE(replica.Iterate().ok());
    stored_as_it_came = stored_as_it_came || (f.cache.size() > 0 && f.cache.size() < 20);
    CHECK(f.cache.size() >= stored_before);
    stored_before = f.cache.size();
    REQUIRE(++iterations < 500);
  } while (replica.refresher.has_more());
  CHECK(stored_as_it_came);
  CHECK(f.cache.size() == 20);
  CHECK(replica.refresher.failures() == 0);
  CHECK(replica.embedder.last_priority == Priority::kBackground);
  // What was computed is not computed again: no text twice.
  CHECK(replica.embedder.embedded == 60);
}

TEST_CASE("an article created while a slow model has an import to do is found before it") {
  RefresherFixture f;
  Replica replica(&f.store, &f.cache, &f.clock);
  REQUIRE(replica.Iterate().ok());
  replica.embedder.clock = &f.clock;
  replica.embedder.time_per_text = absl::Seconds(5);
  for (int i = 0; i < 20; ++i) f.Put("a" + std::to_string(i), LongBody("lamp", 40));
  for (int i = 0; i < 10; ++i) REQUIRE(replica.Iterate().ok());
  const std::size_t embedded = replica.embedder.embedded;
  const std::int64_t revision = f.Put("new", "Zeppelin rides.");
  while (!replica.refresher.HasApplied({revision, revision})) REQUIRE(replica.Iterate().ok());
  CHECK(replica.embedder.embedded - embedded <= 4);
  CHECK(replica.refresher.has_more());
  CHECK(replica.Find("zeppelin rides") == std::vector<std::string>{"new"});
}

TEST_CASE("under a stream of new articles the oldest one still gets in") {
  RefresherFixture f;
  Replica replica(&f.store, &f.cache, &f.clock);
  REQUIRE(replica.Iterate().ok());
  replica.embedder.clock = &f.clock;
  replica.embedder.time_per_text = absl::Seconds(5);
  const std::int64_t old = f.Put("old", LongBody("lamp", 10));
  int created = 0;
  while (!replica.refresher.HasApplied({old, old})) {
    REQUIRE(++created < 60);
    f.Put("new" + std::to_string(created), LongBody("boat", 3));
    REQUIRE(replica.Iterate().ok());
  }
}

TEST_CASE("an article that the model fails on waits aside, others go on") {
  RefresherFixture f;
  std::vector<std::string> named;
  absl::Duration retry;
  Replica replica(
      &f.store, &f.cache, &f.clock,
      {.on_failure = [&](const std::string& id, const absl::Status& status, absl::Duration after) {
        named.push_back(id);
        CHECK(absl::IsInternal(status));
        retry = after;
      }});
  replica.embedder.unloved = "cursed";
  f.Put("a", "Lamps shine.");
  f.Put("b", "A cursed lantern.");
  f.Put("c", "Parcels fly.");
  REQUIRE(replica.CatchUp().ok());
  CHECK(replica.refresher.ready());
  CHECK(f.cache.size() == 2);
  CHECK(named == std::vector<std::string>{"b"});
  CHECK(replica.refresher.failures() == 1);
  CHECK(replica.refresher.set_aside() == 1);
  CHECK(replica.Find("lantern", false) == std::vector<std::string>{"b"});  // by its words

  const std::size_t calls = replica.embedder.calls;
  REQUIRE(replica.CatchUp().ok());
  CHECK(replica.embedder.calls == calls);  // not before its time
  const absl::Duration first_wait = retry;
  f.clock.Advance(retry);
  REQUIRE(replica.CatchUp().ok());
  CHECK(named.size() == 2);
  CHECK(retry == 2 * first_wait);

  replica.embedder.unloved.clear();
  f.clock.Advance(retry);
  REQUIRE(replica.CatchUp().ok());
  CHECK(f.cache.size() == 3);
  CHECK(replica.refresher.set_aside() == 0);
}

TEST_CASE("a text that takes longer than a call may is given more time each time") {
  RefresherFixture f;
  Replica replica(&f.store, &f.cache, &f.clock, {.call_timeout = absl::Seconds(10)});
  replica.embedder.clock = &f.clock;
  replica.embedder.time_per_text = absl::Seconds(35);
  f.Put("a", "Lamps shine.");
  for (int i = 0; i < 3; ++i) {
    REQUIRE(replica.CatchUp().ok());
    f.clock.Advance(absl::Minutes(1));
  }
  CHECK(f.cache.size() == 1);
  CHECK(replica.refresher.failures() == 2);
}

TEST_CASE("an operator may serve from what is there while the rest is indexed") {
  RefresherFixture f;
  for (const char* id : {"a", "b", "c"}) f.Put(id, std::string("Lamp ") + id);
  RefresherOptions options = {.iteration_budget = absl::ZeroDuration(), .group_articles = 1};
  Replica patient(&f.store, &f.cache, &f.clock, options);
  REQUIRE(patient.Iterate().ok());
  CHECK_FALSE(patient.refresher.ready());

  options.serve_incomplete = true;
  RefresherFixture g;
  for (const char* id : {"a", "b", "c"}) g.Put(id, std::string("Lamp ") + id);
  Replica eager(&g.store, &g.cache, &g.clock, options);
  REQUIRE(eager.Iterate().ok());
  REQUIRE(eager.refresher.ready());
  CHECK(eager.refresher.Snapshot()->article_count() == 1);
  CHECK(eager.Find("lamp").size() == 1);
  REQUIRE(eager.CatchUp().ok());
  CHECK(eager.refresher.Snapshot()->article_count() == 3);
}

TEST_CASE("a batch shows when all of its articles do") {
  RefresherFixture f;
  Replica replica(&f.store, &f.cache, &f.clock,
                  {.iteration_budget = absl::ZeroDuration(), .group_articles = 1});
  REQUIRE(replica.Iterate().ok());
  const std::int64_t first = f.Put("a", "Lamps shine.");
  const std::int64_t last = f.Put("b", "Parcels fly.");
  REQUIRE(replica.Iterate().ok());
  CHECK(replica.refresher.HasApplied({first, last}) == false);
  REQUIRE(replica.Iterate().ok());
  CHECK(replica.refresher.HasApplied({first, last}));
}

}  // namespace
}  // namespace clientele::qa
