#include "services/qa-service/core/articles/articles.h"

#include <catch2/catch_test_macros.hpp>

#include "common/status/error_details.h"
#include "services/qa-service/core/articles/article_edit.h"
#include "services/qa-service/core/articles/article_rules.h"
#include "services/qa-service/core/articles/page_token.h"
#include "tests/contract/qa/article_store_contract.h"
#include "tests/contract/qa/fake_article_store.h"
#include "tests/support/fake_clock.h"

namespace clientele::qa {
namespace {

using clientele::testing::FakeClock;
using testing::FakeArticleStore;
using testing::Request;

struct ArticlesFixture {
  Article Draft(const std::string& id) {
    Article article;
    article.id = id;
    article.title = "Returns";
    article.body = "Send it back.";
    return article;
  }
  absl::StatusOr<Article> Create(Article article, bool validate_only = false) {
    return articles.Create(context, Request(""), std::move(article), validate_only);
  }

  RequestContext context;
  FakeClock clock;
  FakeArticleStore store;
  std::vector<std::int64_t> announced;
  Articles articles{&store, &clock, [this](const RequestContext&, const RevisionRange& r) {
                      announced.push_back(r.first);
                      if (r.last != r.first) announced.push_back(r.last);
                    }};
};

TEST_CASE("a new article gets times, a language and an etag, and is announced") {
  ArticlesFixture f;
  const auto made = f.Create(f.Draft("returns"));
  REQUIRE(made.ok());
  CHECK(made->create_time == f.clock.Now());
  CHECK(made->update_time == f.clock.Now());
  CHECK(made->language_code == "en");
  CHECK_FALSE(ArticleEtag(*made).empty());
  CHECK(f.announced == std::vector<std::int64_t>{made->revision});

  Article chinese = f.Draft("tuihuo");
  chinese.title = "退货说明";
  chinese.body = "七天内可以退货。";
  CHECK(f.Create(chinese)->language_code == "zh");
  chinese.id = "declared";
  chinese.language_code = "zh-Hant-TW";
  CHECK(f.Create(chinese)->language_code == "zh-Hant-TW");
}

TEST_CASE("every violation of an article is reported at once") {
  ArticlesFixture f;
  Article article;
  article.id = "no spaces";
  article.title = std::string(kMaxTitleBytes + 1, 't');
  article.body = "";
  article.language_code = "e n";
  article.uri = std::string(kMaxUriBytes + 1, 'u');
  article.questions = {"", std::string(kMaxQuestionBytes + 1, 'q'), "caf\xE9"};
  const auto made = f.Create(article);
  CHECK(absl::IsInvalidArgument(made.status()));
  std::vector<std::string> fields;
  for (const FieldViolation& v : GetFieldViolations(made.status())) fields.push_back(v.field);
  CHECK(fields == std::vector<std::string>{"article_id", "article.title", "article.body",
                                           "article.language_code", "article.uri",
                                           "article.questions[0]", "article.questions[1]",
                                           "article.questions[2]"});
  CHECK(f.announced.empty());
}

TEST_CASE("limits hold to the byte") {
  ArticlesFixture f;
  Article article = f.Draft(std::string(64, 'a'));
  article.title = std::string(kMaxTitleBytes, 't');
  article.body = std::string(kMaxBodyBytes, 'b');
  article.uri = std::string(kMaxUriBytes, 'u');
  article.questions.assign(kMaxQuestions, std::string(kMaxQuestionBytes, 'q'));
  CHECK(f.Create(article, true).ok());
  article.id += 'a';
  article.body += 'b';
  article.questions.push_back("one more");
  CHECK(GetFieldViolations(f.Create(article, true).status()).size() == 3);
}

TEST_CASE("text with a zero byte or bytes that are not UTF-8 is refused") {
  ArticlesFixture f;
  Article article = f.Draft("a");
  article.body = std::string("a\0b", 3);
  CHECK_FALSE(f.Create(article).ok());
  article.body = "caf\xC3";
  CHECK_FALSE(f.Create(article).ok());
}

TEST_CASE("validate_only stores nothing") {
  ArticlesFixture f;
  const auto checked = f.Create(f.Draft("a"), true);
  REQUIRE(checked.ok());
  CHECK(checked->language_code == "en");
  CHECK(absl::IsNotFound(f.articles.Get(f.context, "a").status()));
  CHECK(f.announced.empty());
}

TEST_CASE("one bad row refuses the whole batch, and so does a repeated name") {
  ArticlesFixture f;
  std::vector<Article> batch = {f.Draft("a"), f.Draft("b"), f.Draft("a")};
  batch[1].title.clear();
  const auto made = f.articles.BatchCreate(f.context, Request(""), batch);
  std::vector<std::string> fields;
  for (const FieldViolation& v : GetFieldViolations(made.status())) fields.push_back(v.field);
  CHECK(fields == std::vector<std::string>{"articles[1].title", "articles[2].name"});
  CHECK(absl::IsNotFound(f.articles.Get(f.context, "a").status()));
  CHECK(absl::IsInvalidArgument(f.articles.BatchCreate(f.context, Request(""), {}).status()));
  CHECK(absl::IsInvalidArgument(
      f.articles.BatchCreate(f.context, Request(""), std::vector<Article>(501, f.Draft("a")))
          .status()));
}

TEST_CASE("pages follow each other to the end") {
  ArticlesFixture f;
  for (const char* id : {"c", "a", "b"}) REQUIRE(f.Create(f.Draft(id)).ok());
  const auto first = f.articles.List(f.context, 2, "");
  REQUIRE(first.ok());
  REQUIRE(first->articles.size() == 2);
  REQUIRE_FALSE(first->next_page_token.empty());
  // What comes and goes between pages moves nothing.
  REQUIRE(f.articles.Delete(f.context, Request(""), "b", "").ok());
  REQUIRE(f.Create(f.Draft("bb")).ok());
  const auto second = f.articles.List(f.context, 2, first->next_page_token);
  REQUIRE(second.ok());
  REQUIRE(second->articles.size() == 2);
  CHECK(second->articles[0].id == "bb");
  CHECK(second->articles[1].id == "c");
  CHECK(second->next_page_token.empty());
  CHECK(absl::IsInvalidArgument(f.articles.List(f.context, -1, "").status()));
  CHECK(absl::IsInvalidArgument(f.articles.List(f.context, 1001, "").status()));
  CHECK(absl::IsInvalidArgument(f.articles.List(f.context, 1, "made up").status()));
}

TEST_CASE("a page of articles with many long questions fits a message") {
  ArticlesFixture f;
  for (int i = 0; i < 100; ++i) {
    Article draft = f.Draft("a" + std::to_string(1000 + i));
    draft.questions.assign(kMaxQuestions, std::string(kMaxQuestionBytes, 'q'));
    REQUIRE(f.Create(draft).ok());
  }
  std::size_t seen = 0;
  std::string token;
  do {
    const auto page = f.articles.List(f.context, 1000, token);
    REQUIRE(page.ok());
    REQUIRE_FALSE(page->articles.empty());
    CHECK(page->articles.size() * kMaxQuestions * kMaxQuestionBytes < (std::size_t{3} << 20));
    seen += page->articles.size();
    token = page->next_page_token;
  } while (!token.empty());
  CHECK(seen == 100);
}

TEST_CASE("page tokens are what the service made") {
  CHECK(*DecodePageToken(EncodePageToken("a.b-c_1")) == "a.b-c_1");
  CHECK(DecodePageToken("")->empty());
  for (const char* bad : {"x", "????", "YXJ0aWNsZXM", "YXJ0aWNsZXMtYWZ0ZXI6YiBh"}) {
    CHECK(absl::IsInvalidArgument(DecodePageToken(bad).status()));
  }
}

TEST_CASE("an update changes what its mask names") {
  ArticlesFixture f;
  Article draft = f.Draft("a");
  draft.uri = "https://example.com";
  const auto made = f.Create(draft);
  REQUIRE(made.ok());
  f.clock.Advance(absl::Hours(1));

  ArticleEdit edit;
  edit.values.id = "a";
  edit.values.title = "New";
  edit.values.body = std::string(kMaxBodyBytes + 1, 'x');  // not in the mask: ignored
  edit.paths = {"title", "uri"};
  const auto updated = f.articles.Update(f.context, Request(""), edit, false);
  REQUIRE(updated.ok());
  CHECK(updated->title == "New");
  CHECK(updated->uri.empty());
  CHECK(updated->body == "Send it back.");
  CHECK(updated->create_time == made->create_time);
  CHECK(updated->update_time == f.clock.Now());
  CHECK(ArticleEtag(*updated) != ArticleEtag(*made));
}

TEST_CASE("an empty mask changes every field that is set") {
  ArticlesFixture f;
  REQUIRE(f.Create(f.Draft("a")).ok());
  ArticleEdit edit;
  edit.values.id = "a";
  edit.values.body = "现在可以退货了。";
  const auto updated = f.articles.Update(f.context, Request(""), edit, false);
  REQUIRE(updated.ok());
  CHECK(updated->title == "Returns");
  CHECK(updated->language_code == "zh");  // as found in the new text
}

TEST_CASE("a declared language that the text does not show stays when the text changes") {
  ArticlesFixture f;
  REQUIRE(f.Create(f.Draft("a")).ok());
  ArticleEdit edit;
  edit.values.id = "a";
  edit.values.language_code = "de";
  REQUIRE(f.articles.Update(f.context, Request(""), edit, false).ok());
  edit.values.language_code.clear();
  edit.values.body = "Rückgaben sind kostenlos.";
  CHECK(f.articles.Update(f.context, Request(""), edit, false)->language_code == "de");
  edit.paths = {"language_code"};
  CHECK(f.articles.Update(f.context, Request(""), edit, false)->language_code == "en");
}

TEST_CASE("an update is refused for unknown paths, bad values and a stale etag") {
  ArticlesFixture f;
  const auto made = f.Create(f.Draft("a"));
  REQUIRE(made.ok());
  ArticleEdit edit;
  edit.values.id = "a";
  edit.paths = {"title", "revision"};
  const auto bad = f.articles.Update(f.context, Request(""), edit, false);
  CHECK(GetFieldViolations(bad.status()).size() == 2);  // the path, and an empty title

  edit.paths = {"title"};
  edit.values.title = "New";
  edit.etag = "\"stale\"";
  CHECK(GetReason(f.articles.Update(f.context, Request(""), edit, true).status()) ==
        reason::kEtagMismatch);
  CHECK(absl::IsAborted(f.articles.Update(f.context, Request(""), edit, false).status()));
  edit.etag = ArticleEtag(*made);
  CHECK(f.articles.Update(f.context, Request(""), edit, true).ok());
  CHECK(f.articles.Get(f.context, "a")->title == "Returns");
  CHECK(f.articles.Update(f.context, Request(""), edit, false).ok());
  edit.values.id = "b";
  edit.etag.clear();
  CHECK(absl::IsNotFound(f.articles.Update(f.context, Request(""), edit, false).status()));
}

TEST_CASE("a deletion is announced with its own revision") {
  ArticlesFixture f;
  const auto made = f.Create(f.Draft("a"));
  REQUIRE(f.articles.Delete(f.context, Request(""), "a", ArticleEtag(*made)).ok());
  REQUIRE(f.announced.size() == 2);
  CHECK(f.announced[1] > f.announced[0]);
  CHECK(absl::IsInvalidArgument(f.articles.Delete(f.context, Request(""), "/", "")));
}

TEST_CASE("an article's end is after its beginning, and labels are labels") {
  Article article;
  article.title = "T";
  article.body = "B";
  const auto wrong = [&] {
    FieldViolations bad;
    CheckArticle(article, "article", bad);
    return std::string(bad.ToStatus().message());
  };
  CHECK(wrong().empty());
  article.valid_from = absl::FromUnixSeconds(2);
  article.valid_until = absl::FromUnixSeconds(2);
  CHECK(wrong().find("article.valid_until") != std::string::npos);
  article.valid_until = absl::FromUnixSeconds(3);
  CHECK(wrong().empty());
  article.audiences = {"agents", "a b"};
  CHECK(wrong().find("article.audiences[1]") != std::string::npos);
  article.audiences = {"agents"};
  article.tags.assign(21, "tag");
  CHECK(wrong().find("article.tags") != std::string::npos);
}

TEST_CASE("a bound that is changed alone is held against the other that is stored") {
  Article current;
  current.id = "a";
  current.title = "T";
  current.body = "B";
  current.valid_from = absl::FromUnixSeconds(100);
  current.revision = 1;
  ArticleEdit edit;
  edit.values.id = "a";
  edit.values.valid_until = absl::FromUnixSeconds(50);
  edit.paths = {"valid_until"};
  CHECK(absl::IsInvalidArgument(ApplyEdit(current, edit, absl::UnixEpoch()).status()));
  edit.values.valid_until = absl::FromUnixSeconds(150);
  CHECK(ApplyEdit(current, edit, absl::UnixEpoch())->valid_until == absl::FromUnixSeconds(150));
  // Named and not set: the bound goes.
  current.valid_until = absl::FromUnixSeconds(200);
  edit.values.valid_until = absl::InfiniteFuture();
  CHECK(ApplyEdit(current, edit, absl::UnixEpoch())->valid_until == absl::InfiniteFuture());
}

}  // namespace
}  // namespace clientele::qa
