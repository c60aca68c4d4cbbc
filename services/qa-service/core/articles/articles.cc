#include "services/qa-service/core/articles/articles.h"

#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"

#include "common/paging/page_builder.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/qa-service/core/articles/article_rules.h"
#include "services/qa-service/core/articles/page_token.h"

namespace clientele::qa {
namespace {

constexpr std::int64_t kDefaultPageSize = 50;
constexpr std::int64_t kMaxPageSize = 1000;

std::size_t ArticleBytes(const Article& article) {
  std::size_t bytes = paging::kRowBytes + article.id.size() + article.title.size() +
                      article.body.size() + article.language_code.size() + article.uri.size();
  for (const std::string& question : article.questions) bytes += 4 + question.size();
  for (const std::string& audience : article.audiences) bytes += 4 + audience.size();
  for (const std::string& tag : article.tags) bytes += 4 + tag.size();
  return bytes;
}

void Stamp(absl::Time now, Article& article) {
  FillLanguage(article);
  article.create_time = now;
  article.update_time = now;
  article.revision = 0;
}

}  // namespace

void Articles::Changed(const RequestContext& context, const RevisionRange& revisions) const {
  if (on_change_ && revisions.last > 0) on_change_(context, revisions);
}

absl::StatusOr<Article> Articles::Create(const RequestContext& context, const MutationId& mutation,
                                         Article article, bool validate_only) {
  FieldViolations bad;
  CheckArticleId(article.id, "article_id", bad);
  CheckArticle(article, "article", bad);
  CheckRequestId(mutation.request_id, bad);
  CLIENTELE_RETURN_IF_ERROR(bad.ToStatus());
  Stamp(clock_->Now(), article);
  if (validate_only) return article;
  CLIENTELE_ASSIGN_OR_RETURN(Article created, store_->Create(context, mutation, article));
  Changed(context, {created.revision, created.revision});
  return created;
}

absl::StatusOr<BatchCreated> Articles::BatchCreate(const RequestContext& context,
                                                   const MutationId& mutation,
                                                   std::vector<Article> articles) {
  FieldViolations bad;
  CheckRequestId(mutation.request_id, bad);
  if (articles.empty() || articles.size() > kMaxBatchArticles) {
    bad.Add("articles", absl::StrCat("must hold 1 to ", kMaxBatchArticles, " articles"));
    return bad.ToStatus();
  }
  absl::flat_hash_set<std::string> ids;
  for (std::size_t i = 0; i < articles.size(); ++i) {
    const std::string prefix = absl::StrCat("articles[", i, "]");
    CheckArticleId(articles[i].id, absl::StrCat(prefix, ".name"), bad);
    CheckArticle(articles[i], prefix, bad);
    if (!ids.insert(articles[i].id).second) {
      bad.Add(absl::StrCat(prefix, ".name"), "is the name of an earlier article of this batch");
    }
  }
  CLIENTELE_RETURN_IF_ERROR(bad.ToStatus());
  const absl::Time now = clock_->Now();
  for (Article& article : articles) Stamp(now, article);
  CLIENTELE_ASSIGN_OR_RETURN(BatchCreated result,
                             store_->CreateMissing(context, mutation, articles));
  Changed(context, {result.last_revision - result.created_count + 1, result.last_revision});
  return result;
}

absl::StatusOr<Article> Articles::Get(const RequestContext& context, const std::string& id) {
  FieldViolations bad;
  CheckArticleId(id, "name", bad);
  CLIENTELE_RETURN_IF_ERROR(bad.ToStatus());
  return store_->Get(context, id);
}

absl::StatusOr<ArticlePage> Articles::List(const RequestContext& context, std::int64_t page_size,
                                           const std::string& page_token) {
  if (page_size < 0 || page_size > kMaxPageSize) {
    return InvalidField("page_size", absl::StrCat("must be 0 to ", kMaxPageSize));
  }
  if (page_size == 0) page_size = kDefaultPageSize;
  CLIENTELE_ASSIGN_OR_RETURN(const std::string after, DecodePageToken(page_token));
  ArticlePage page;
  CLIENTELE_ASSIGN_OR_RETURN(ArticleSlice slice,
                             store_->List(context, after, page_size, paging::kMaxPageBytes));
  page.articles = std::move(slice.articles);
  const bool cut =
      paging::CutPage(page.articles, static_cast<std::size_t>(page_size), ArticleBytes);
  if ((cut || slice.more) && !page.articles.empty()) {
    page.next_page_token = EncodePageToken(page.articles.back().id);
  }
  return page;
}

absl::StatusOr<Article> Articles::Update(const RequestContext& context, const MutationId& mutation,
                                         const ArticleEdit& edit, bool validate_only) {
  FieldViolations bad;
  CheckEdit(edit, bad);
  CheckRequestId(mutation.request_id, bad);
  CLIENTELE_RETURN_IF_ERROR(bad.ToStatus());
  const absl::Time now = clock_->Now();
  if (validate_only) {
    CLIENTELE_ASSIGN_OR_RETURN(const Article current, store_->Get(context, edit.values.id));
    return ApplyEdit(current, edit, now);
  }
  CLIENTELE_ASSIGN_OR_RETURN(Article updated, store_->Update(context, mutation, edit.values.id,
                                                             [&](const Article& current) {
                                                               return ApplyEdit(current, edit, now);
                                                             }));
  Changed(context, {updated.revision, updated.revision});
  return updated;
}

absl::Status Articles::Delete(const RequestContext& context, const MutationId& mutation,
                              const std::string& id, const std::string& etag) {
  FieldViolations bad;
  CheckArticleId(id, "name", bad);
  CheckRequestId(mutation.request_id, bad);
  CLIENTELE_RETURN_IF_ERROR(bad.ToStatus());
  CLIENTELE_ASSIGN_OR_RETURN(const std::int64_t revision,
                             store_->Delete(context, mutation, id, etag));
  Changed(context, {revision, revision});
  return absl::OkStatus();
}

}  // namespace clientele::qa
