#ifndef CLIENTELE_SERVICES_QA_SERVICE_STORE_ARTICLES_ARTICLE_ROW_H_
#define CLIENTELE_SERVICES_QA_SERVICE_STORE_ARTICLES_ARTICLE_ROW_H_

#include "common/postgres/row.h"
#include "services/qa-service/core/articles/article.h"

namespace clientele::qa {

// Of a row whose first columns are article_id, title, body, language_code, uri, questions,
// create_time, update_time, revision, valid_from, valid_until, audiences and tags.
inline Article ArticleOf(const postgres::Row& row) {
  Article article;
  article.id = row.Text(0);
  article.title = row.Text(1);
  article.body = row.Text(2);
  article.language_code = row.Text(3);
  article.uri = row.Text(4);
  article.questions = row.TextArray(5);
  article.create_time = row.Time(6);
  article.update_time = row.Time(7);
  article.revision = row.Int64(8);
  article.valid_from = row.Time(9);
  article.valid_until = row.Time(10);
  article.audiences = row.TextArray(11);
  article.tags = row.TextArray(12);
  return article;
}

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_STORE_ARTICLES_ARTICLE_ROW_H_
