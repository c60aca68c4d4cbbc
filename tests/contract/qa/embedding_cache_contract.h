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
  const auto rows = [&](const std::string& key, std::int64_t of) {
    const auto found = cache.Find(context, key, {of});
    REQUIRE(found.ok());
    return found->contains(of) ? found->at(of).rows : std::vector<std::vector<float>>();
  };

  SECTION("vectors come back as they were put, under their key alone") {
    REQUIRE(cache.Put(context, "m/1", vectors).ok());
    CHECK(rows("m/1", revision) == vectors[0].rows);
    CHECK(rows("m/2", revision).empty());
    CHECK(cache.Find(context, "m/1", {revision, revision + 1})->size() == 1);
    CHECK(cache.Find(context, "m/1", {})->empty());
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
