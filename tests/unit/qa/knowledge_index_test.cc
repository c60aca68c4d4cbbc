#include "services/qa-service/core/retrieval/knowledge_index.h"

#include <algorithm>
#include <cmath>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>

#include "tests/unit/qa/index_fixture.h"

namespace clientele::qa {
namespace {

using Catch::Matchers::WithinAbs;
using testing::Ids;
using testing::MakeArticle;
using testing::MakeQuery;
using testing::Prepare;

std::vector<Article> Shop() {
  return {
      MakeArticle("returns", "Returns", "You can return any item within thirty days.", "en",
                  {"How do I send something back?"}),
      MakeArticle("shipping", "Shipping", "Orders over fifty pounds ship free of charge."),
      MakeArticle("warranty", "Warranty", "Every lamp carries a two year guarantee."),
      MakeArticle("tuihuo", "退货说明", "商品签收后七天内可以申请退货。", "zh"),
  };
}

IndexBuilder Build(const std::vector<Article>& articles, bool one_by_one = false) {
  IndexBuilder builder("fake/1");
  std::vector<PreparedArticle> prepared;
  for (const Article& article : articles) prepared.push_back(Prepare(article));
  if (one_by_one) {
    for (const PreparedArticle& article : prepared) builder.Put({&article, 1});
  } else {
    builder.Put(prepared);
  }
  return builder;
}

TEST_CASE("BM25 scores of an index agree with a score computed by hand") {
  // Three passages of terms (title, then body), all of length 4, so every norm is
  // k1; "lamp" is in one of three, twice there.
  IndexBuilder builder("");
  const std::vector<Article> articles = {MakeArticle("a", "lamp", "lamp oil wick"),
                                         MakeArticle("b", "soap", "soap dish rack"),
                                         MakeArticle("c", "rope", "rope knot hook")};
  for (const Article& article : articles) {
    const PreparedArticle prepared = Prepare(article, false);
    builder.Put({&prepared, 1});
  }
  const auto result = builder.Snapshot()->Search(MakeQuery("lamp", "en", false));
  REQUIRE(Ids(result) == std::vector<std::string>{"a"});
  // idf = ln(1 + 2.5/1.5) cancels against the bound idf * 2.2:
  // lexical = (2 * 2.2 / (2 + 1.2)) / 2.2 = 2 / 3.2
  CHECK_THAT(result.hits[0].text.lexical, WithinAbs(0.625, 1e-6));
  CHECK_THAT(result.hits[0].score, WithinAbs(0.625, 1e-6));
  CHECK_THAT(result.hits[0].coverage, WithinAbs(1.0, 1e-9));
}

TEST_CASE("an index does not depend on how its articles came in") {
  std::vector<Article> articles = Shop();
  const auto at_once = Build(articles).Snapshot();
  std::reverse(articles.begin(), articles.end());
  IndexBuilder changed = Build(articles, true);
  for (int i = 0; i < 20; ++i) {
    const PreparedArticle extra =
        Prepare(MakeArticle("extra" + std::to_string(i), "Return", "Return return return."));
    changed.Put({&extra, 1});
  }
  for (int i = 0; i < 20; ++i) CHECK(changed.Remove("extra" + std::to_string(i)));
  const auto later = changed.Snapshot();

  CHECK(later->article_count() == at_once->article_count());
  for (const char* question : {"return an item", "free shipping of orders", "lamp guarantee"}) {
    const auto a = at_once->Search(MakeQuery(question));
    const auto b = later->Search(MakeQuery(question));
    REQUIRE(Ids(a) == Ids(b));
    for (std::size_t i = 0; i < a.hits.size(); ++i) {
      CHECK_THAT(a.hits[i].score, WithinAbs(b.hits[i].score, 1e-6));
      CHECK_THAT(a.hits[i].coverage, WithinAbs(b.hits[i].coverage, 1e-9));
    }
  }
}

TEST_CASE("putting an article again replaces it") {
  IndexBuilder builder = Build(Shop());
  Article changed = MakeArticle("shipping", "Shipping", "We deliver by bicycle.");
  changed.revision = 9;
  const PreparedArticle prepared = Prepare(changed);
  builder.Put({&prepared, 1});
  CHECK(builder.RevisionOf("shipping") == 9);
  CHECK(builder.Snapshot()->article_count() == 4);
  const auto hits = builder.Snapshot()->Search(MakeQuery("bicycle")).hits;
  REQUIRE_FALSE(hits.empty());
  CHECK(hits[0].article->article.body == "We deliver by bicycle.");
  const auto old = builder.Snapshot()->Search(MakeQuery("fifty pounds", "en", false)).hits;
  CHECK(old.empty());
}

TEST_CASE("a removed article is gone from new snapshots and whole in old ones") {
  IndexBuilder builder = Build(Shop());
  const auto before = builder.Snapshot();
  CHECK(builder.Remove("returns"));
  CHECK_FALSE(builder.Remove("returns"));
  CHECK(Ids(before->Search(MakeQuery("return an item"))).front() == "returns");
  for (const std::string& id : Ids(builder.Snapshot()->Search(MakeQuery("return an item")))) {
    CHECK(id != "returns");
  }
}

TEST_CASE("the asked language comes first, and another one where words or meaning are shared") {
  std::vector<Article> articles = Shop();
  articles.push_back(MakeArticle("us", "Returns", "Return any item in America.", "en-US"));
  const auto index = Build(articles).Snapshot();
  const auto english = Ids(index->Search(MakeQuery("return item")));
  CHECK(std::count(english.begin(), english.end(), "us") == 1);
  CHECK(std::count(english.begin(), english.end(), "tuihuo") == 0);
  CHECK(Ids(index->Search(MakeQuery("怎么退货", "zh"))) == std::vector<std::string>{"tuihuo"});
  // Of two equal articles the one in the asked language.
  articles.push_back(MakeArticle("de", "Returns", "Return any item in America.", "de"));
  const auto both = Build(articles).Snapshot();
  CHECK(Ids(both->Search(MakeQuery("return an item in America", "en"))).front() == "us");
  CHECK(Ids(both->Search(MakeQuery("return an item in America", "de"))).front() == "de");
  // A language that is guessed wrong hides nothing.
  CHECK(Ids(both->Search(MakeQuery("怎么退货", "en"))).front() == "tuihuo");
  CHECK(index->Search(MakeQuery("retour", "fr")).hits.empty());
}

TEST_CASE("an article's own questions find its passage") {
  const auto result = Build(Shop()).Snapshot()->Search(MakeQuery("send something back"));
  REQUIRE_FALSE(result.hits.empty());
  CHECK(result.hits[0].article->article.id == "returns");
  CHECK(result.hits[0].question.present);
  CHECK(result.hits[0].question.lexical > result.hits[0].text.lexical);
  CHECK(result.hits[0].coverage > 0.9);
}

TEST_CASE("each article is cited once, by its best passage") {
  std::string body;
  for (int i = 0; i < 3; ++i) {
    for (int w = 0; w < 79; ++w) body += "filler ";
    body += "words.\n";
  }
  body += "The parcel locker opens with a code.";
  for (int w = 0; w < 70; ++w) body += " Calm";
  const auto index = Build({MakeArticle("long", "Guide", body)}).Snapshot();
  const auto result = index->Search(MakeQuery("parcel locker code"));
  REQUIRE(result.hits.size() == 1);
  const Passage passage = result.hits[0].article->passages[result.hits[0].passage];
  CHECK(body.substr(passage.begin, 17) == "The parcel locker");
}

TEST_CASE("coverage weighs rare words more and finds long Chinese words by their pairs") {
  const auto index = Build(Shop()).Snapshot();
  const auto half = index->Search(MakeQuery("return zeppelin")).hits;
  REQUIRE_FALSE(half.empty());
  CHECK(half[0].coverage > 0.1);
  CHECK(half[0].coverage < 0.5);  // the unknown word is the rarer one

  ContentWord word{"申请退货单", {"申请", "请退", "退货", "货单"}};
  IndexQuery query = MakeQuery("退货", "zh");
  query.words = {word};
  const auto hits = index->Search(query).hits;
  REQUIRE_FALSE(hits.empty());
  CHECK_THAT(hits[0].coverage, WithinAbs(0.75, 1e-9));  // "货单" is nowhere
}

TEST_CASE("fusion is a convex combination and the second row adds a part") {
  const RowEvidence text{true, 0.4, 0.8};
  const RowEvidence question{true, 0.2, 0.2};
  const FusionOptions options{.lexical_weight = 0.25, .second_row_weight = 0.5};
  CHECK_THAT(FuseRow(text, true, options), WithinAbs(0.25 * 0.4 + 0.75 * 0.8, 1e-12));
  CHECK_THAT(FuseRow(text, false, options), WithinAbs(0.4, 1e-12));
  CHECK(FuseRow({false, 1, 1}, true, options) == 0);
  CHECK(FuseRow({true, 0, -0.5}, true, options) == 0);
  CHECK_THAT(FuseRows(text, question, true, options), WithinAbs(0.7 + 0.5 * 0.2, 1e-12));
}

Article Visible(const std::string& id, absl::Time from, absl::Time until,
                std::vector<std::string> audiences = {}, std::vector<std::string> tags = {}) {
  Article article = MakeArticle(id, "Zeppelin " + id, "The zeppelin leaves at noon.");
  article.valid_from = from;
  article.valid_until = until;
  article.audiences = std::move(audiences);
  article.tags = std::move(tags);
  return article;
}

TEST_CASE("an article is found from the start of its validity to before its end") {
  const absl::Time from = absl::FromUnixSeconds(1000);
  const absl::Time until = absl::FromUnixSeconds(2000);
  IndexBuilder builder("fake/1");
  const PreparedArticle prepared = Prepare(Visible("a", from, until));
  builder.Put({&prepared, 1});
  const auto index = builder.Snapshot();
  const auto found = [&](absl::Time now) {
    IndexQuery query = MakeQuery("When does the zeppelin leave?");
    query.now = now;
    return !index->Search(query).hits.empty();
  };
  CHECK_FALSE(found(from - absl::Nanoseconds(1)));
  CHECK(found(from));
  CHECK(found(until - absl::Nanoseconds(1)));
  CHECK_FALSE(found(until));
}

TEST_CASE("articles for an audience are found by it alone, and tags narrow the search") {
  const absl::Time past = absl::InfinitePast();
  const absl::Time future = absl::InfiniteFuture();
  IndexBuilder builder("fake/1");
  for (const Article& article : {Visible("all", past, future),
                                 Visible("inside", past, future, {"agents"}, {"flights", "new"}),
                                 Visible("tagged", past, future, {}, {"flights"})}) {
    const PreparedArticle prepared = Prepare(article);
    builder.Put({&prepared, 1});
  }
  const auto index = builder.Snapshot();
  const auto found = [&](const std::string& audience, std::vector<std::string> tags) {
    IndexQuery query = MakeQuery("When does the zeppelin leave?");
    query.audience = audience;
    query.tags = std::move(tags);
    std::vector<std::string> ids = Ids(index->Search(query));
    std::sort(ids.begin(), ids.end());
    return ids;
  };
  using Found = std::vector<std::string>;
  CHECK(found("", {}) == Found{"all", "tagged"});
  CHECK(found("customers", {}) == Found{"all", "tagged"});
  CHECK(found("agents", {}) == Found{"all", "inside", "tagged"});
  CHECK(found("agents", {"flights"}) == Found{"inside", "tagged"});
  CHECK(found("agents", {"flights", "new"}) == Found{"inside"});
  CHECK(found("", {"none"}).empty());
}

TEST_CASE("many articles that are over do not hide the one that is valid") {
  IndexBuilder builder("fake/1");
  for (int i = 0; i < 200; ++i) {
    const PreparedArticle prepared = Prepare(
        Visible("old" + std::to_string(i), absl::InfinitePast(), absl::FromUnixSeconds(1000)));
    builder.Put({&prepared, 1});
  }
  Article current =
      MakeArticle("current", "Departures",
                  "Our company runs many things. Among them the zeppelin. It may leave "
                  "on some days and not on others, which the board shows.");
  const PreparedArticle prepared = Prepare(current);
  builder.Put({&prepared, 1});
  IndexQuery query = MakeQuery("When does the zeppelin leave at noon?");
  query.now = absl::FromUnixSeconds(1000);
  CHECK(Ids(builder.Snapshot()->Search(query)) == std::vector<std::string>{"current"});
}

}  // namespace
}  // namespace clientele::qa
