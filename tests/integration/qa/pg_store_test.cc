#include <sstream>
#include <thread>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "absl/time/clock.h"

#include "services/qa-service/core/retrieval/index_refresher.h"
#include "tests/contract/changefeed/change_sink_contract.h"
#include "tests/contract/qa/article_store_contract.h"
#include "tests/contract/qa/embedding_cache_contract.h"
#include "tests/contract/qa/golden_question_store_contract.h"
#include "tests/contract/qa/question_log_contract.h"
#include "tests/contract/qa/upgrade_store_contract.h"
#include "tests/integration/qa/pg_fixture.h"
#include "tests/unit/qa/fake_embedder.h"
#include "tests/unit/qa/index_fixture.h"

namespace clientele::qa::testing {
namespace {

using changefeed::Change;
using changefeed::ChangeBatch;

constexpr postgres::Statement kQuestions{"test.questions", "SELECT q::text FROM qa.questions q"};
constexpr postgres::Statement kQuestionCustomers{"test.question_customers",
                                                 "SELECT customer_id FROM qa.questions"};
constexpr postgres::Statement kQuestionBytes{"test.question_bytes",
                                             "SELECT encode(question, 'escape') FROM qa.questions"};
constexpr postgres::Statement kLedger{"test.ledger", "SELECT l::text FROM qa.request_ledger l"};
constexpr postgres::Statement kKnown{"test.known", "SELECT k::text FROM qa.known_customers k"};
constexpr postgres::Statement kEncoders{"test.encoders",
                                        "SELECT encoder FROM qa.embeddings ORDER BY 1"};

AskedQuestion Asked(const std::string& customer, const std::string& text) {
  AskedQuestion question;
  question.customer_id = customer;
  question.text = text;
  question.language = "en";
  question.time = absl::Now();
  return question;
}

Change Happened(Change::Kind kind, const std::string& customer) {
  Change change;
  change.kind = kind;
  change.customer_id = customer;
  return change;
}

TEST_CASE("PostgreSQL keeps the article store's contract") {
  PgFixture f;
  CheckArticleStoreContract(f.store);
}

TEST_CASE("PostgreSQL keeps the embedding cache's contract") {
  PgFixture f;
  CheckEmbeddingCacheContract(f.store, f.cache);
}

TEST_CASE("PostgreSQL keeps the golden question store's contract") {
  PgFixture f;
  CheckGoldenQuestionStoreContract(f.golden_questions);
}

TEST_CASE("PostgreSQL keeps the upgrade store's contract") {
  PgFixture f;
  CheckUpgradeStoreContract(f.upgrades);
}

TEST_CASE("PostgreSQL keeps the question log's contract") {
  PgFixture f;
  const auto count = [&f](const std::string& customer) {
    int rows = 0;
    std::istringstream customers(f.Dump(kQuestionCustomers));
    for (std::string line; std::getline(customers, line);) rows += line == customer ? 1 : 0;
    return rows;
  };
  CheckQuestionLogContract({f.log, f.log, f.sink, count});
}

TEST_CASE("the sink keeps the contract of every sink") {
  PgFixture f;
  changefeed::CheckChangeSinkContract(f.sink);
}

TEST_CASE("migrating again changes nothing and the schema is then accepted") {
  PgFixture f;
  CHECK(MigrateSchema(*f.pool).ok());
  CHECK(CheckSchema(*f.pool).ok());
}

TEST_CASE("an unmigrated database is told from a migrated one") {
  const auto database = clientele::testing::TestDatabase::Create();
  const auto pool = database.Pool();
  CHECK(absl::IsFailedPrecondition(CheckSchema(*pool)));
}

TEST_CASE("revisions of concurrent mutations are distinct and in commit order") {
  PgFixture f;
  std::vector<std::thread> writers;
  for (int w = 0; w < 4; ++w) {
    writers.emplace_back([&, w] {
      for (int i = 0; i < 10; ++i) {
        const std::string id = std::to_string(w) + "-" + std::to_string(i);
        (void)f.store.Create({}, Request(""), StoredArticle(id));
      }
    });
  }
  // A reader that follows by revision misses nothing.
  std::int64_t known = 0;
  std::size_t seen = 0;
  while (seen < 40) {
    const auto changes = f.store.ChangesAfter({}, known, 7);
    REQUIRE(changes.ok());
    for (const ArticleChange& change : *changes) {
      CHECK(change.revision == known + 1);
      known = change.revision;
      ++seen;
    }
  }
  for (std::thread& writer : writers) writer.join();
  CHECK(known == 40);
}

TEST_CASE("two identical requests at once have one effect") {
  PgFixture f;
  std::vector<std::thread> callers;
  std::vector<absl::StatusOr<Article>> results(4, absl::UnknownError(""));
  for (std::size_t i = 0; i < results.size(); ++i) {
    callers.emplace_back(
        [&, i] { results[i] = f.store.Create({}, Request("same"), StoredArticle("a")); });
  }
  for (std::thread& caller : callers) caller.join();
  for (const auto& result : results) {
    REQUIRE(result.ok());
    CHECK(result->revision == results[0]->revision);
  }
  CHECK(f.store.ChangesAfter({}, 0, 10)->size() == 1);
}

TEST_CASE("a second replica sees an article within one iteration and never cites a deleted one") {
  PgFixture f;
  FakeEmbedder embedder;
  IndexRefresher first(&f.store, &f.cache, &embedder, f.clock, {});
  IndexRefresher second(&f.store, &f.cache, &embedder, f.clock, {});
  REQUIRE(first.RunOnce(f.context).ok());
  REQUIRE(second.RunOnce(f.context).ok());

  Article article = StoredArticle("zeppelin", "The zeppelin leaves at noon.");
  article.audiences.clear();
  article.valid_from = absl::InfinitePast();
  const auto made = f.store.Create(f.context, Request(""), article);
  REQUIRE(made.ok());
  REQUIRE(first.RunOnce(f.context).ok());
  const std::size_t computed = embedder.embedded;
  REQUIRE(second.RunOnce(f.context).ok());
  CHECK(embedder.embedded == computed);  // the first one's vectors
  CHECK(second.HasApplied({made->revision, made->revision}));
  const auto hits = second.Snapshot()->Search(MakeQuery("zeppelin noon")).hits;
  REQUIRE(hits.size() == 1);
  CHECK(hits[0].text.cosine > 0.3);  // vectors came whole out of the database

  REQUIRE(f.store.Delete(f.context, Request(""), "zeppelin", "").ok());
  REQUIRE(second.RunOnce(f.context).ok());
  CHECK(second.Snapshot()->Search(MakeQuery("zeppelin noon")).hits.empty());
}

TEST_CASE("rows of vectors are kept for the current revision alone") {
  PgFixture f;
  const auto made = f.store.Create(f.context, Request(""), StoredArticle("a"));
  REQUIRE(made.ok());
  REQUIRE(f.cache.Put(f.context, "m/1", {{"a", made->revision, {{1, 2}}}}).ok());
  CHECK(f.Dump(kEncoders) == "m/1\n");
  const auto same = [](const Article& current) -> absl::StatusOr<Article> { return current; };
  REQUIRE(f.store.Update(f.context, Request(""), "a", same).ok());
  CHECK(f.Dump(kEncoders).empty());
}

TEST_CASE("vectors of models that are gone are removed after a time") {
  PgFixture f;
  const auto made = f.store.Create(f.context, Request(""), StoredArticle("a"));
  for (const char* key : {"m/1", "m/2"}) {
    const std::vector<ArticleVectors> vectors = {{"a", made->revision, {{1, 2}}}};
    REQUIRE(f.cache.Put(f.context, key, vectors).ok());
  }
  CHECK(*f.cache.Prune(f.context, "m/2", absl::Now() - absl::Hours(1)) == 0);
  CHECK(*f.cache.Prune(f.context, "m/2", absl::Now() + absl::Hours(1)) == 1);
  CHECK(f.Dump(kEncoders) == "m/2\n");
}

// What the feed tells when customers are made; returns the cursor behind it.
std::string Created(PgFixture& f, const std::vector<std::string>& customers) {
  ChangeBatch batch{{}, "created"};
  for (const std::string& customer : customers) {
    batch.changes.push_back(Happened(Change::Kind::kCustomerCreated, customer));
  }
  REQUIRE(f.sink.Apply("", batch).ok());
  return batch.cursor;
}

TEST_CASE("a question is stored encrypted and bound to its customer") {
  PgFixture f;
  Created(f, {"mary"});
  REQUIRE(f.log.Record(f.context, Asked("mary", "Where is my umbrella?")).ok());
  CHECK(f.Dump(kQuestions).find("mary") != std::string::npos);
  CHECK(f.Dump(kQuestionBytes).find("umbrella") == std::string::npos);
}

TEST_CASE("nothing is kept of a customer whom the feed has not shown, until it does") {
  PgFixture f;
  REQUIRE(f.log.Record(f.context, Asked("mary", "Where is my umbrella?")).ok());
  CHECK(f.Dump(kQuestions).empty());
  Created(f, {"mary"});
  CHECK(f.Dump(kKnown).find("mary") == std::string::npos);  // keyed hashes
  REQUIRE(f.log.Record(f.context, Asked("mary", "Where is my hat?")).ok());
  REQUIRE(f.log.Record(f.context, Asked("bob", "Where is my coat?")).ok());
  CHECK(f.Dump(kQuestions).find("mary") != std::string::npos);
  CHECK(f.Dump(kQuestions).find("bob") == std::string::npos);
}

TEST_CASE("hearing of a customer again, as when the feed is read anew, changes nothing") {
  PgFixture f;
  const std::string cursor = Created(f, {"mary"});
  const std::string known = f.Dump(kKnown);
  REQUIRE(f.sink.Apply(cursor, {{Happened(Change::Kind::kCustomerCreated, "mary")}, "c2"}).ok());
  CHECK(f.Dump(kKnown) == known);
}

TEST_CASE("questions go after the retention") {
  PgFixture f;
  Created(f, {"mary"});
  AskedQuestion old = Asked("mary", "Old?");
  old.time = absl::Now() - absl::Hours(24 * 91);
  REQUIRE(f.log.Record(f.context, old).ok());
  REQUIRE(f.log.Record(f.context, Asked("mary", "New?")).ok());
  CHECK(*f.log.Prune(f.context, absl::Now() - absl::Hours(24 * 90)) == 1);
}

TEST_CASE("a customer's deletion leaves nothing of their questions") {
  PgFixture f;
  const std::string cursor = Created(f, {"mary", "bob"});
  REQUIRE(f.log.Record(f.context, Asked("mary", "Where is my umbrella?")).ok());
  REQUIRE(f.log.Record(f.context, Asked("bob", "Where is my hat?")).ok());
  MutationId id = Request("r1");
  REQUIRE(f.pool
              ->Transact(f.context,
                         [&](postgres::Transaction& t) {
                           return f.ledger
                               .Once(t, id, "mary",
                                     []() -> absl::StatusOr<std::string> { return "of mary"; })
                               .status();
                         })
              .ok());
  REQUIRE_FALSE(f.Dump(kLedger).empty());

  ChangeBatch batch{
      {Happened(Change::Kind::kEvent, "bob"), Happened(Change::Kind::kCustomerDeleted, "mary")},
      "c1"};
  REQUIRE(f.sink.Apply(cursor, batch).ok());
  CHECK(*f.sink.LoadCursor() == "c1");
  // Nothing names her any more, in no table that held something of hers.
  for (const postgres::Statement* dump : {&kQuestions, &kLedger, &kKnown}) {
    CHECK(f.Dump(*dump).find("mary") == std::string::npos);
  }
  CHECK(f.Dump(kLedger).empty());
  CHECK(f.Dump(kQuestions).find("bob") != std::string::npos);

  // A question that was on its way is not kept; one of a new customer of that id is.
  REQUIRE(f.log.Record(f.context, Asked("mary", "Too late?")).ok());
  CHECK(f.Dump(kQuestions).find("mary") == std::string::npos);
  REQUIRE(f.sink.Apply("c1", {{Happened(Change::Kind::kCustomerCreated, "mary")}, "c2"}).ok());
  REQUIRE(f.log.Record(f.context, Asked("mary", "Hello again?")).ok());
  CHECK(f.Dump(kQuestions).find("mary") != std::string::npos);
}

TEST_CASE("a batch behind the cursor has no effect") {
  PgFixture f;
  const std::string cursor = Created(f, {"mary"});
  REQUIRE(f.log.Record(f.context, Asked("mary", "Where?")).ok());
  REQUIRE(f.sink.Apply(cursor, {{}, "c1"}).ok());
  const ChangeBatch batch{{Happened(Change::Kind::kCustomerDeleted, "mary")}, "c1"};
  CHECK(absl::IsAborted(f.sink.Apply(cursor, batch)));
  CHECK(*f.sink.LoadCursor() == "c1");
  CHECK(f.Dump(kQuestions).find("mary") != std::string::npos);
}

TEST_CASE("tombstones are pruned by age") {
  PgFixture f;
  REQUIRE(f.store.Create(f.context, Request(""), StoredArticle("a")).ok());
  REQUIRE(f.store.Delete(f.context, Request(""), "a", "").ok());
  CHECK(*f.store.PruneTombstones(f.context, absl::Now() - absl::Hours(1)) == 0);
  CHECK(*f.store.PruneTombstones(f.context, absl::Now() + absl::Hours(1)) == 1);
}

}  // namespace
}  // namespace clientele::qa::testing
