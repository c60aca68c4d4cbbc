#ifndef CLIENTELE_TESTS_CONTRACT_QA_EMBEDDING_CACHE_CONTRACT_H_
#define CLIENTELE_TESTS_CONTRACT_QA_EMBEDDING_CACHE_CONTRACT_H_

// What every EmbeddingCache does: run by the fake's test and by the one of PostgreSQL. Called from
// a TEST_CASE with an empty cache and the empty store whose articles it goes with.

#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "services/qa-service/core/retrieval/embedding_cache.h"
#include "tests/contract/qa/article_store_contract.h"

namespace clientele::qa::testing {

inline void CheckEmbeddingCacheContract(ArticleStore& articles, EmbeddingCache& cache) {
  const RequestContext context;
  const auto made = articles.Create(context, Request(""), StoredArticle("a"));
  REQUIRE(made.ok());
  const std::int64_t revision = made->revision;
  const std::vector<ArticleVectors> vectors = {{"a", revision, {{0.25f, -1.5f}, {3, 4}}}};
  constexpr std::int64_t kRoom = 1 << 20;
  const auto rows = [&](const std::string& key, std::int64_t of) {
    const auto found = cache.Find(context, key, {of}, kRoom);
    REQUIRE(found.ok());
    CHECK(found->through == of);
    return found->articles.empty() ? std::vector<std::vector<float>>() : found->articles[0].rows;
  };

  SECTION("vectors come back as they were put, under their key alone") {
    REQUIRE(cache.Put(context, "m/1", vectors).ok());
    CHECK(rows("m/1", revision) == vectors[0].rows);
    CHECK(rows("m/2", revision).empty());
    const auto found = cache.Find(context, "m/1", {revision, revision + 1}, kRoom);
    REQUIRE(found.ok());
    REQUIRE(found->articles.size() == 1);
    CHECK(SameContent(found->articles[0].article, *made));
    CHECK(found->articles[0].article.revision == revision);
    CHECK(found->through == revision + 1);
  }

  SECTION("a read ends once it holds enough, and says how far it came") {
    std::vector<std::int64_t> revisions = {revision};
    REQUIRE(cache.Put(context, "m/1", vectors).ok());
    for (const char* id : {"b", "c"}) {
      revisions.push_back(articles.Create(context, Request(""), StoredArticle(id))->revision);
      REQUIRE(cache.Put(context, "m/1", {{id, revisions.back(), {{1, 2}}}}).ok());
    }
    const auto first = cache.Find(context, "m/1", revisions, 1);
    REQUIRE(first.ok());
    REQUIRE(first->articles.size() == 1);
    CHECK(first->through == revision);
    const auto rest = cache.Find(context, "m/1", {revisions[1], revisions[2]}, kRoom);
    REQUIRE(rest.ok());
    REQUIRE(rest->articles.size() == 2);
    CHECK(rest->articles[0].article.id == "b");
    CHECK(rest->articles[1].article.id == "c");
  }

  SECTION("vectors of an article that is not there are not kept, those beside them are") {
    REQUIRE(cache.Put(context, "m/1", {{"gone", 999, {{1, 2}}}, vectors[0]}).ok());
    CHECK(rows("m/1", 999).empty());
    CHECK(rows("m/1", revision) == vectors[0].rows);
  }

  SECTION("vectors go with their revision, and come too late for it") {
    REQUIRE(cache.Put(context, "m/1", vectors).ok());
    const auto same = [](const Article& current) -> absl::StatusOr<Article> { return current; };
    REQUIRE(articles.Update(context, Request(""), "a", same).ok());
    CHECK(rows("m/1", revision).empty());
    REQUIRE(cache.Put(context, "m/1", vectors).ok());
    CHECK(rows("m/1", revision).empty());
  }

  SECTION("vectors go with their article") {
    REQUIRE(cache.Put(context, "m/1", vectors).ok());
    REQUIRE(articles.Delete(context, Request(""), "a", "").ok());
    CHECK(rows("m/1", revision).empty());
  }
}

}  // namespace clientele::qa::testing

#endif  // CLIENTELE_TESTS_CONTRACT_QA_EMBEDDING_CACHE_CONTRACT_H_
