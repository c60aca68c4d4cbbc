#include "services/qa-service/core/retrieval/index_refresher.h"

#include <catch2/catch_test_macros.hpp>

#include "tests/support/fake_clock.h"
#include "tests/unit/qa/article_store_contract.h"
#include "tests/unit/qa/fake_article_store.h"
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

  absl::Status Turn() { return refresher.RunOnce(context); }
  std::vector<std::string> Find(const std::string& question, bool vectors = true) {
    const auto index = refresher.Snapshot();
    if (index == nullptr) return {"no index"};
    return Ids(index->Search(MakeQuery(question, "en", vectors)));
  }

  RequestContext context;
  FakeEmbedder embedder;
  IndexRefresher refresher;
};

struct Fixture {
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
  FakeEmbeddingCache cache;
  FakeClock clock;
};

TEST_CASE("a turn takes in what another replica made, changed and deleted") {
  Fixture f;
  Replica replica(&f.store, &f.cache, &f.clock);
  f.Put("a", "Parcels arrive on Monday.");
  REQUIRE(replica.Turn().ok());
  CHECK(replica.Find("parcels on monday") == std::vector<std::string>{"a"});

  const std::int64_t changed = f.Change("a", "Parcels arrive by balloon.");
  f.Put("b", "Lamps shine at night.");
  CHECK_FALSE(replica.refresher.HasApplied(changed));
  REQUIRE(replica.Turn().ok());
  CHECK(replica.refresher.HasApplied(changed));
  CHECK(replica.Find("monday", false).empty());
  CHECK(replica.Find("balloon", false) == std::vector<std::string>{"a"});
  CHECK(replica.Find("lamps", false) == std::vector<std::string>{"b"});

  f.Delete("a");
  REQUIRE(replica.Turn().ok());
  CHECK(replica.Find("balloon", false).empty());
  CHECK(replica.refresher.Snapshot()->article_count() == 1);
}

TEST_CASE("an article that was deleted and made again is there") {
  Fixture f;
  Replica replica(&f.store, &f.cache, &f.clock);
  f.Put("a", "Old lamp.");
  f.Delete("a");
  f.Put("a", "New lamp.");
  REQUIRE(replica.Turn().ok());
  CHECK(replica.refresher.Snapshot()->article_count() == 1);
  CHECK(replica.Find("new lamp") == std::vector<std::string>{"a"});
}

TEST_CASE("an empty store is ready once a model serves") {
  Fixture f;
  Replica replica(&f.store, &f.cache, &f.clock);
  replica.embedder.model.clear();
  CHECK(absl::IsUnavailable(replica.Turn()));
  CHECK_FALSE(replica.refresher.ready());
  replica.embedder.model = "fake/1";
  REQUIRE(replica.Turn().ok());
  CHECK(replica.refresher.ready());
}

TEST_CASE("a store or a model that is away delays, and the next turn heals") {
  Fixture f;
  Replica replica(&f.store, &f.cache, &f.clock);
  f.Put("a", "Lamps shine.");
  f.store.SetAway(true);
  CHECK(absl::IsUnavailable(replica.Turn()));
  f.store.SetAway(false);
  replica.embedder.failure = absl::ResourceExhaustedError("busy");
  CHECK(absl::IsResourceExhausted(replica.Turn()));
  CHECK_FALSE(replica.refresher.ready());
  replica.embedder.failure = absl::OkStatus();
  REQUIRE(replica.Turn().ok());
  CHECK(replica.Find("lamps") == std::vector<std::string>{"a"});

  // Once ready, it answers from what it has.
  f.store.SetAway(true);
  CHECK_FALSE(replica.Turn().ok());
  CHECK(replica.Find("lamps") == std::vector<std::string>{"a"});
}

TEST_CASE("an article that the model cannot take is found by its words") {
  Fixture f;
  Replica replica(&f.store, &f.cache, &f.clock);
  f.Put("a", "Lamps shine.");
  replica.embedder.failure = absl::InternalError("broken");
  REQUIRE(replica.Turn().ok());
  CHECK(replica.Find("lamps", false) == std::vector<std::string>{"a"});
}

TEST_CASE("a restart computes nothing again") {
  Fixture f;
  f.Put("a", "Lamps shine.");
  f.Put("b", "Parcels fly.");
  Replica first(&f.store, &f.cache, &f.clock);
  REQUIRE(first.Turn().ok());
  CHECK(first.embedder.embedded == 2);
  Replica second(&f.store, &f.cache, &f.clock);
  REQUIRE(second.Turn().ok());
  CHECK(second.embedder.embedded == 0);
  CHECK(second.Find("lamps") == first.Find("lamps"));
  f.Change("a", "Lamps glow.");
  REQUIRE(second.Turn().ok());
  CHECK(second.embedder.embedded == 1);
}

TEST_CASE("a new model's index replaces the old one when it is complete") {
  Fixture f;
  Replica replica(&f.store, &f.cache, &f.clock,
                  {.iteration_budget = absl::ZeroDuration(), .group_articles = 1});
  f.Put("a", "Lamps shine.");
  f.Put("b", "Parcels fly.");
  REQUIRE(replica.Turn().ok());
  CHECK_FALSE(replica.refresher.ready());  // one article a turn
  REQUIRE(replica.Turn().ok());
  REQUIRE(replica.refresher.ready());
  CHECK(replica.refresher.Snapshot()->model_id() == "fake/1");

  replica.embedder.model = "fake/2";
  REQUIRE(replica.Turn().ok());
  CHECK(replica.refresher.Snapshot()->model_id() == "fake/1");
  CHECK(replica.refresher.Snapshot()->article_count() == 2);
  f.Delete("b");
  REQUIRE(replica.Turn().ok());
  CHECK(replica.refresher.Snapshot()->model_id() == "fake/2");
  CHECK(replica.Find("lamps") == std::vector<std::string>{"a"});
}

TEST_CASE("an article that comes while the model changes is found at once") {
  Fixture f;
  Replica replica(&f.store, &f.cache, &f.clock,
                  {.iteration_budget = absl::ZeroDuration(), .group_articles = 1});
  for (const char* id : {"a", "b", "c"}) f.Put(id, std::string("Lamp ") + id);
  for (int i = 0; i < 3; ++i) REQUIRE(replica.Turn().ok());
  replica.embedder.model = "fake/2";
  REQUIRE(replica.Turn().ok());
  const std::int64_t revision = f.Put("d", "Zeppelin rides.");
  REQUIRE(replica.Turn().ok());
  CHECK(replica.refresher.Snapshot()->model_id() == "fake/1");
  CHECK(replica.refresher.HasApplied(revision));
  CHECK(replica.Find("zeppelin", false) == std::vector<std::string>{"d"});

  // The old model comes back: what was taken in by words is embedded after all.
  replica.embedder.model = "fake/1";
  REQUIRE(replica.Turn().ok());
  const auto hits = replica.refresher.Snapshot()->Search(MakeQuery("zeppelin rides")).hits;
  REQUIRE_FALSE(hits.empty());
  CHECK(hits[0].article->article.id == "d");
  CHECK(hits[0].text.cosine > 0.5);
}

TEST_CASE("a deletion is not kept waiting by a long import") {
  Fixture f;
  Replica replica(&f.store, &f.cache, &f.clock, {.group_texts = 1});
  f.Put("gone", "Secret lamp.");
  REQUIRE(replica.Turn().ok());
  for (int i = 0; i < 8; ++i) f.Put("n" + std::to_string(i), "Parcels fly.");
  bool seen_gone = false;
  replica.embedder.on_embed = [&] {
    if (replica.embedder.embedded == 3) f.Delete("gone");
    f.clock.Advance(absl::Milliseconds(200));
    if (replica.embedder.embedded == 6) seen_gone = replica.Find("secret", false).empty();
  };
  REQUIRE(replica.Turn().ok());
  CHECK(seen_gone);
}

TEST_CASE("a replica that slept longer than tombstones are kept starts over") {
  Fixture f;
  Replica replica(&f.store, &f.cache, &f.clock, {.max_gap = absl::Hours(1)});
  f.Put("a", "Lamps shine.");
  f.Put("b", "Parcels fly.");
  REQUIRE(replica.Turn().ok());
  f.Delete("a");
  f.store.DropTombstones();
  REQUIRE(replica.Turn().ok());
  CHECK(replica.refresher.Snapshot()->article_count() == 2);  // it cannot know yet
  f.clock.Advance(absl::Hours(2));
  REQUIRE(replica.Turn().ok());
  CHECK(replica.refresher.Snapshot()->article_count() == 1);
  CHECK(replica.Find("lamps", false).empty());
}

TEST_CASE("waiting for a revision ends when it shows, or in time") {
  Fixture f;
  Replica replica(&f.store, &f.cache, &f.clock);
  const std::int64_t revision = f.Put("a", "Lamps shine.");
  CHECK_FALSE(replica.refresher.WaitUntilApplied(revision, absl::ZeroDuration()));
  REQUIRE(replica.Turn().ok());
  CHECK(replica.refresher.WaitUntilApplied(revision, absl::InfiniteDuration()));
  CHECK(replica.refresher.pending() == 0);
}

}  // namespace
}  // namespace clientele::qa
