#ifndef CLIENTELE_TESTS_CONTRACT_QA_ARTICLE_STORE_CONTRACT_H_
#define CLIENTELE_TESTS_CONTRACT_QA_ARTICLE_STORE_CONTRACT_H_

// What every ArticleStore does: run by the fake's test and by the one of
// PostgreSQL. Called from a TEST_CASE with a fresh, empty store.

#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "common/status/error_details.h"
#include "services/qa-service/core/articles/article_store.h"

namespace clientele::qa::testing {

inline Article StoredArticle(const std::string& id, const std::string& body = "A body.") {
  Article article;
  article.id = id;
  article.title = "Title of " + id;
  article.body = body;
  article.language_code = "en";
  article.uri = "https://example.com/" + id;
  article.questions = {"What is \"" + id + "\"?", "它是什么，{a,b}\\？", ""};
  article.create_time = absl::FromUnixSeconds(1'700'000'000);
  article.update_time = article.create_time;
  article.valid_from = absl::FromUnixSeconds(1'600'000'000);
  article.valid_until = absl::FromUnixSeconds(1'900'000'000);
  article.audiences = {"agents", "staff"};
  article.tags = {"returns"};
  return article;
}

inline MutationId Request(const std::string& request_id, const std::string& body_hash = "hash",
                          const std::string& method = "Method") {
  MutationId id;
  id.caller = "tester";
  id.method = method;
  id.request_id = request_id;
  id.body_hash = body_hash;
  id.body_hash.resize(32, '.');
  return id;
}

inline bool SameContent(const Article& a, const Article& b) {
  return a.id == b.id && a.title == b.title && a.body == b.body &&
         a.language_code == b.language_code && a.uri == b.uri && a.questions == b.questions &&
         a.create_time == b.create_time && a.update_time == b.update_time &&
         a.valid_from == b.valid_from && a.valid_until == b.valid_until &&
         a.audiences == b.audiences && a.tags == b.tags;
}

inline void CheckArticleStoreContract(ArticleStore& store) {
  const RequestContext context;
  const MutationId none = Request("");

  SECTION("what is created is read back, with a revision") {
    const Article article = StoredArticle("a");
    const auto made = store.Create(context, none, article);
    REQUIRE(made.ok());
    CHECK(SameContent(*made, article));
    CHECK(made->revision > 0);
    const auto read = store.Get(context, "a");
    REQUIRE(read.ok());
    CHECK(SameContent(*read, article));
    CHECK(read->revision == made->revision);
  }

  SECTION("an article without bounds, audiences and tags is read back as such") {
    Article article = StoredArticle("a");
    article.valid_from = absl::InfinitePast();
    article.valid_until = absl::InfiniteFuture();
    article.audiences.clear();
    article.tags.clear();
    Article other = article;
    other.id = "b";
    other.valid_from = absl::FromUnixSeconds(1'600'000'000);
    REQUIRE(store.Create(context, Request("unbounded"), article).ok());
    CHECK(SameContent(*store.Create(context, Request("unbounded"), article), article));
    REQUIRE(store.CreateMissing(context, none, std::vector<Article>{other}).ok());
    CHECK(SameContent(*store.Get(context, "a"), article));
    CHECK(SameContent(*store.Get(context, "b"), other));
    CHECK(SameContent(store.Load(context, std::vector<std::string>{"a"})->front(), article));
    CHECK(SameContent(store.List(context, "", 1, 1 << 20)->articles.front(), article));
    const auto bounded = store.Update(context, none, "a", [&](const Article& current) {
      Article next = current;
      next.valid_until = absl::FromUnixSeconds(1'800'000'000);
      next.tags = {"old", "new"};
      return absl::StatusOr<Article>(next);
    });
    REQUIRE(bounded.ok());
    CHECK(store.Get(context, "a")->valid_until == absl::FromUnixSeconds(1'800'000'000));
    CHECK(store.Get(context, "a")->tags == std::vector<std::string>{"old", "new"});
  }

  SECTION("an id is taken once, and an unknown id is not found") {
    REQUIRE(store.Create(context, none, StoredArticle("a")).ok());
    const auto again = store.Create(context, none, StoredArticle("a", "Another body."));
    CHECK(absl::IsAlreadyExists(again.status()));
    CHECK(store.Get(context, "a")->body == "A body.");
    CHECK(absl::IsNotFound(store.Get(context, "b").status()));
    CHECK(absl::IsNotFound(store.Delete(context, none, "b", "").status()));
    const auto same = [](const Article& current) -> absl::StatusOr<Article> { return current; };
    CHECK(absl::IsNotFound(store.Update(context, none, "b", same).status()));
  }

  SECTION("the same request has one effect, another body under its id is refused") {
    const auto first = store.Create(context, Request("r1"), StoredArticle("a"));
    const auto second = store.Create(context, Request("r1"), StoredArticle("a"));
    REQUIRE(first.ok());
    REQUIRE(second.ok());
    CHECK(second->revision == first->revision);
    CHECK(SameContent(*second, *first));
    const auto other = store.Create(context, Request("r1", "other"), StoredArticle("b"));
    CHECK(GetReason(other.status()) == reason::kRequestIdReused);
    CHECK(absl::IsNotFound(store.Get(context, "b").status()));

    const auto deleted = store.Delete(context, Request("r2"), "a", "");
    const auto repeated = store.Delete(context, Request("r2"), "a", "");
    REQUIRE(deleted.ok());
    REQUIRE(repeated.ok());
    CHECK(*repeated == *deleted);
  }

  SECTION("a request that failed may be sent again") {
    REQUIRE(store.Create(context, none, StoredArticle("a")).ok());
    CHECK_FALSE(store.Create(context, Request("r1"), StoredArticle("a")).ok());
    REQUIRE(store.Delete(context, none, "a", "").ok());
    CHECK(store.Create(context, Request("r1"), StoredArticle("a")).ok());
  }

  SECTION("a batch makes what is missing and counts the rest") {
    REQUIRE(store.Create(context, none, StoredArticle("b", "Kept.")).ok());
    const std::vector<Article> batch = {StoredArticle("a"), StoredArticle("b"), StoredArticle("c")};
    const auto made = store.CreateMissing(context, Request("r1"), batch);
    REQUIRE(made.ok());
    CHECK(made->created_count == 2);
    CHECK(made->existing_count == 1);
    CHECK(store.Get(context, "c")->revision == made->last_revision);
    CHECK(store.Get(context, "b")->body == "Kept.");
    CHECK(SameContent(*store.Get(context, "a"), batch[0]));
    const auto replay = store.CreateMissing(context, Request("r1"), batch);
    REQUIRE(replay.ok());
    CHECK(replay->created_count == 2);
    const auto nothing = store.CreateMissing(context, none, batch);
    REQUIRE(nothing.ok());
    CHECK(nothing->created_count == 0);
    CHECK(nothing->existing_count == 3);
    CHECK(nothing->last_revision == 0);
  }

  SECTION("an update stores what the edit returns; its error changes nothing") {
    const auto made = store.Create(context, none, StoredArticle("a"));
    REQUIRE(made.ok());
    const auto rename = [](const Article& current) -> absl::StatusOr<Article> {
      Article next = current;
      next.title = "Renamed";
      next.questions.clear();
      return next;
    };
    const auto updated = store.Update(context, Request("r1"), "a", rename);
    REQUIRE(updated.ok());
    CHECK(updated->title == "Renamed");
    CHECK(updated->questions.empty());
    CHECK(updated->revision > made->revision);
    CHECK(store.Update(context, Request("r1"), "a", rename)->revision == updated->revision);

    const auto refuse = [](const Article& current) -> absl::StatusOr<Article> {
      return EtagMismatch(ArticleName(current.id));
    };
    CHECK(absl::IsAborted(store.Update(context, none, "a", refuse).status()));
    CHECK(store.Get(context, "a")->revision == updated->revision);
  }

  SECTION("a stale etag deletes nothing") {
    const auto made = store.Create(context, none, StoredArticle("a"));
    REQUIRE(made.ok());
    CHECK(absl::IsAborted(store.Delete(context, none, "a", "\"stale\"").status()));
    REQUIRE(store.Get(context, "a").ok());
    CHECK(store.Delete(context, none, "a", ArticleEtag(*made)).ok());
    CHECK(absl::IsNotFound(store.Get(context, "a").status()));
  }

  SECTION("lists are in byte order, cut by count and by bytes") {
    for (const char* id : {"b", "a", "Z", "a-1", "a.1"}) {
      REQUIRE(store.Create(context, none, StoredArticle(id, std::string(100, 'x'))).ok());
    }
    const auto ids = [](const ArticleSlice& slice) {
      std::vector<std::string> list;
      for (const Article& article : slice.articles) list.push_back(article.id);
      return list;
    };
    const auto all = store.List(context, "", 5, 1 << 20);
    REQUIRE(all.ok());
    CHECK(ids(*all) == std::vector<std::string>{"Z", "a", "a-1", "a.1", "b"});
    CHECK_FALSE(all->more);
    const auto page = store.List(context, "a", 2, 1 << 20);
    CHECK(ids(*page) == std::vector<std::string>{"a-1", "a.1"});
    CHECK(page->more);
    const auto by_bytes = store.List(context, "", 5, 300);
    CHECK(by_bytes->articles.size() == 2);
    CHECK(by_bytes->more);
    CHECK(store.List(context, "", 5, 1)->articles.size() == 1);
    CHECK(store.List(context, "b", 5, 1 << 20)->articles.empty());
    CHECK_FALSE(store.List(context, "b", 5, 1 << 20)->more);
  }

  SECTION("changes come in the order of their revisions, the latest of each article") {
    REQUIRE(store.Create(context, none, StoredArticle("a")).ok());
    REQUIRE(store.Create(context, none, StoredArticle("b")).ok());
    REQUIRE(store.Create(context, none, StoredArticle("c")).ok());
    const auto deleted = store.Delete(context, none, "b", "");
    REQUIRE(deleted.ok());
    const auto same = [](const Article& current) -> absl::StatusOr<Article> { return current; };
    REQUIRE(store.Update(context, none, "a", same).ok());

    const auto changes = store.ChangesAfter(context, 0, 10);
    REQUIRE(changes.ok());
    REQUIRE(changes->size() == 3);
    CHECK((*changes)[0].id == "c");
    CHECK((*changes)[1].id == "b");
    CHECK((*changes)[1].deleted);
    CHECK((*changes)[1].revision == *deleted);
    CHECK((*changes)[2].id == "a");
    CHECK_FALSE((*changes)[2].deleted);
    CHECK(store.ChangesAfter(context, 0, 2)->size() == 2);
    CHECK(store.ChangesAfter(context, (*changes)[1].revision, 10)->size() == 1);
    CHECK(store.ChangesAfter(context, (*changes)[2].revision, 10)->empty());
  }

  SECTION("those of the asked articles that exist are loaded") {
    REQUIRE(store.Create(context, none, StoredArticle("a")).ok());
    const auto loaded = store.Load(context, {"a", "gone"});
    REQUIRE(loaded.ok());
    REQUIRE(loaded->size() == 1);
    CHECK(SameContent((*loaded)[0], StoredArticle("a")));
  }
}

}  // namespace clientele::qa::testing

#endif  // CLIENTELE_TESTS_CONTRACT_QA_ARTICLE_STORE_CONTRACT_H_
