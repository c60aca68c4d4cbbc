#include "services/qa-service/store/articles/pg_article_store.h"

#include <set>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/qa-service/store/articles/article_json.h"
#include "services/qa-service/store/articles/article_row.h"
#include "services/qa-service/store/articles/article_statements.h"

namespace clientele::qa {
namespace {

using postgres::Result;
using postgres::Row;
using postgres::Transaction;
using postgres::Value;

const postgres::TransactionOptions kReadOnly{.read_only = true};

// Waits for the mutations before it.
absl::Status LockRevision(Transaction& transaction) {
  return transaction.Execute(statements::kLockRevision).status();
}

// The last of `count` new revisions. The lock is held.
absl::StatusOr<std::int64_t> TakeRevisions(Transaction& transaction, std::int64_t count) {
  CLIENTELE_ASSIGN_OR_RETURN(const Result rows,
                             transaction.Execute(statements::kTakeRevisions, {count}));
  if (rows.empty()) return absl::InternalError("the revision counter is missing");
  return rows[0].Int64(0);
}

absl::StatusOr<Article> LockArticle(Transaction& transaction, const std::string& id) {
  CLIENTELE_ASSIGN_OR_RETURN(const Result rows,
                             transaction.Execute(statements::kLockArticle, {id}));
  if (rows.empty()) return NotFound(ArticleName(id));
  return ArticleOf(rows[0]);
}

absl::Status InsertArticles(Transaction& transaction, const std::vector<const Article*>& articles,
                            std::int64_t first_revision) {
  std::vector<std::string> ids, titles, bodies, languages, uris, questions, audiences, tags;
  std::vector<absl::Time> valid_from, valid_until;
  std::vector<std::int64_t> revisions;
  for (const Article* article : articles) {
    ids.push_back(article->id);
    titles.push_back(article->title);
    bodies.push_back(article->body);
    languages.push_back(article->language_code);
    uris.push_back(article->uri);
    questions.push_back(TextsToJson(article->questions));
    valid_from.push_back(article->valid_from);
    valid_until.push_back(article->valid_until);
    audiences.push_back(TextsToJson(article->audiences));
    tags.push_back(TextsToJson(article->tags));
    revisions.push_back(first_revision + static_cast<std::int64_t>(revisions.size()));
  }
  return transaction
      .Execute(statements::kInsertArticles,
               {ids, titles, bodies, languages, uris, questions, articles.front()->create_time,
                revisions, valid_from, valid_until, audiences, tags})
      .status();
}

// What a batch's result looks like in the ledger.
std::string ToText(const BatchCreated& result) {
  return absl::StrCat(result.created_count, " ", result.existing_count, " ", result.last_revision);
}

absl::StatusOr<BatchCreated> BatchFromText(const std::string& text) {
  const std::vector<std::string> parts = absl::StrSplit(text, ' ');
  BatchCreated result;
  if (parts.size() != 3 || !absl::SimpleAtoi(parts[0], &result.created_count) ||
      !absl::SimpleAtoi(parts[1], &result.existing_count) ||
      !absl::SimpleAtoi(parts[2], &result.last_revision)) {
    return absl::DataLossError("a stored result of a batch cannot be read");
  }
  return result;
}

}  // namespace

absl::StatusOr<Article> PgArticleStore::Create(const RequestContext& context,
                                               const MutationId& mutation, const Article& article) {
  std::string stored;
  const auto insert = [&](Transaction& t) -> absl::StatusOr<std::string> {
    CLIENTELE_RETURN_IF_ERROR(LockRevision(t));
    Article made = article;
    CLIENTELE_ASSIGN_OR_RETURN(made.revision, TakeRevisions(t, 1));
    CLIENTELE_ASSIGN_OR_RETURN(
        const Result rows,
        t.Execute(statements::kInsertArticle,
                  {made.id, made.title, made.body, made.language_code, made.uri, made.questions,
                   made.create_time, made.update_time, made.revision, made.valid_from,
                   made.valid_until, made.audiences, made.tags}));
    if (rows.affected_rows() == 0) return AlreadyExists(ArticleName(made.id));
    return ArticleToJson(made);
  };
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(context, [&](Transaction& t) -> absl::Status {
    CLIENTELE_ASSIGN_OR_RETURN(stored, ledger_->Once(t, mutation, "", [&] { return insert(t); }));
    return absl::OkStatus();
  }));
  return ArticleFromJson(stored);
}

absl::StatusOr<BatchCreated> PgArticleStore::CreateMissing(const RequestContext& context,
                                                           const MutationId& mutation,
                                                           absl::Span<const Article> articles) {
  std::string stored;
  const auto insert = [&](Transaction& t) -> absl::StatusOr<std::string> {
    CLIENTELE_RETURN_IF_ERROR(LockRevision(t));
    std::vector<std::string> ids;
    for (const Article& article : articles) ids.push_back(article.id);
    CLIENTELE_ASSIGN_OR_RETURN(const Result rows, t.Execute(statements::kFindIds, {ids}));
    std::set<std::string> existing;
    for (const Row row : rows) existing.insert(row.Text(0));
    std::vector<const Article*> missing;
    for (const Article& article : articles) {
      if (existing.count(article.id) == 0) missing.push_back(&article);
    }
    BatchCreated result;
    result.created_count = static_cast<std::int64_t>(missing.size());
    result.existing_count = static_cast<std::int64_t>(existing.size());
    if (!missing.empty()) {
      CLIENTELE_ASSIGN_OR_RETURN(result.last_revision, TakeRevisions(t, result.created_count));
      CLIENTELE_RETURN_IF_ERROR(
          InsertArticles(t, missing, result.last_revision - result.created_count + 1));
    }
    return ToText(result);
  };
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(context, [&](Transaction& t) -> absl::Status {
    CLIENTELE_ASSIGN_OR_RETURN(stored, ledger_->Once(t, mutation, "", [&] { return insert(t); }));
    return absl::OkStatus();
  }));
  return BatchFromText(stored);
}

absl::StatusOr<Article> PgArticleStore::Get(const RequestContext& context, const std::string& id) {
  Article article;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& t) -> absl::Status {
        CLIENTELE_ASSIGN_OR_RETURN(const Result rows, t.Execute(statements::kGetArticle, {id}));
        if (rows.empty()) return NotFound(ArticleName(id));
        article = ArticleOf(rows[0]);
        return absl::OkStatus();
      },
      kReadOnly));
  return article;
}

absl::StatusOr<ArticleSlice> PgArticleStore::List(const RequestContext& context,
                                                  const std::string& after_id, std::int64_t limit,
                                                  std::int64_t max_bytes) {
  ArticleSlice slice;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& t) -> absl::Status {
        slice = {};
        CLIENTELE_ASSIGN_OR_RETURN(
            const Result rows, t.Execute(statements::kListArticles, {after_id, limit, max_bytes}));
        for (const Row row : rows) {
          slice.articles.push_back(ArticleOf(row));
          slice.more = row.Int64(13) > static_cast<std::int64_t>(rows.size());
        }
        return absl::OkStatus();
      },
      kReadOnly));
  return slice;
}

absl::StatusOr<Article> PgArticleStore::Update(const RequestContext& context,
                                               const MutationId& mutation, const std::string& id,
                                               Edit edit) {
  std::string stored;
  const auto update = [&](Transaction& t) -> absl::StatusOr<std::string> {
    CLIENTELE_RETURN_IF_ERROR(LockRevision(t));
    CLIENTELE_ASSIGN_OR_RETURN(const Article current, LockArticle(t, id));
    CLIENTELE_ASSIGN_OR_RETURN(Article next, edit(current));
    CLIENTELE_ASSIGN_OR_RETURN(next.revision, TakeRevisions(t, 1));
    CLIENTELE_RETURN_IF_ERROR(t.Execute(statements::kDropEmbeddings, {current.revision}).status());
    CLIENTELE_RETURN_IF_ERROR(
        t.Execute(statements::kUpdateArticle,
                  {id, next.title, next.body, next.language_code, next.uri, next.questions,
                   next.update_time, next.revision, next.valid_from, next.valid_until,
                   next.audiences, next.tags})
            .status());
    return ArticleToJson(next);
  };
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(context, [&](Transaction& t) -> absl::Status {
    CLIENTELE_ASSIGN_OR_RETURN(stored, ledger_->Once(t, mutation, "", [&] { return update(t); }));
    return absl::OkStatus();
  }));
  return ArticleFromJson(stored);
}

absl::StatusOr<std::int64_t> PgArticleStore::Delete(const RequestContext& context,
                                                    const MutationId& mutation,
                                                    const std::string& id,
                                                    const std::string& etag) {
  std::string stored;
  const auto remove = [&](Transaction& t) -> absl::StatusOr<std::string> {
    CLIENTELE_RETURN_IF_ERROR(LockRevision(t));
    CLIENTELE_ASSIGN_OR_RETURN(const Article current, LockArticle(t, id));
    if (!etag.empty() && etag != ArticleEtag(current)) return EtagMismatch(ArticleName(id));
    CLIENTELE_ASSIGN_OR_RETURN(const std::int64_t revision, TakeRevisions(t, 1));
    CLIENTELE_RETURN_IF_ERROR(t.Execute(statements::kDeleteArticle, {id}).status());
    CLIENTELE_RETURN_IF_ERROR(
        t.Execute(statements::kInsertTombstone, {revision, id, clock_->Now()}).status());
    return absl::StrCat(revision);
  };
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(context, [&](Transaction& t) -> absl::Status {
    CLIENTELE_ASSIGN_OR_RETURN(stored, ledger_->Once(t, mutation, "", [&] { return remove(t); }));
    return absl::OkStatus();
  }));
  std::int64_t revision = 0;
  if (!absl::SimpleAtoi(stored, &revision)) {
    return absl::DataLossError("a stored result of a deletion cannot be read");
  }
  return revision;
}

absl::StatusOr<std::vector<ArticleChange>> PgArticleStore::ChangesAfter(
    const RequestContext& context, std::int64_t revision, std::int64_t limit) {
  std::vector<ArticleChange> changes;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& t) -> absl::Status {
        changes.clear();
        CLIENTELE_ASSIGN_OR_RETURN(const Result rows,
                                   t.Execute(statements::kChangesAfter, {revision, limit}));
        for (const Row row : rows) {
          changes.push_back({row.Text(1), row.Int64(0), row.Bool(2)});
        }
        return absl::OkStatus();
      },
      kReadOnly));
  return changes;
}

absl::StatusOr<std::vector<Article>> PgArticleStore::Load(const RequestContext& context,
                                                          absl::Span<const std::string> ids) {
  const std::vector<std::string> wanted(ids.begin(), ids.end());
  std::vector<Article> articles;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& t) -> absl::Status {
        articles.clear();
        CLIENTELE_ASSIGN_OR_RETURN(const Result rows,
                                   t.Execute(statements::kLoadArticles, {wanted}));
        for (const Row row : rows) articles.push_back(ArticleOf(row));
        return absl::OkStatus();
      },
      kReadOnly));
  return articles;
}

absl::StatusOr<std::int64_t> PgArticleStore::PruneTombstones(const RequestContext& context,
                                                             absl::Time before) {
  std::int64_t pruned = 0;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(context, [&](Transaction& t) -> absl::Status {
    CLIENTELE_ASSIGN_OR_RETURN(const Result rows,
                               t.Execute(statements::kPruneTombstones, {before}));
    pruned = rows.affected_rows();
    return absl::OkStatus();
  }));
  return pruned;
}

}  // namespace clientele::qa
