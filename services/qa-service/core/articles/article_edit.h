#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_ARTICLES_ARTICLE_EDIT_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_ARTICLES_ARTICLE_EDIT_H_

// An update of an article: new values, and which of them count.
//
//   ArticleEdit edit{.values = article, .paths = {"title", "questions"}, .etag = "\"1f\""};
//   CLIENTELE_RETURN_IF_ERROR(CheckEdit(edit));
//   CLIENTELE_ASSIGN_OR_RETURN(Article next, ApplyEdit(current, edit, now));
//
// Pure functions, thread-safe.

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/status/error_details.h"
#include "services/qa-service/core/articles/article.h"

namespace clientele::qa {

struct ArticleEdit {
  // id says which article; the other fields are the new values.
  Article values;
  // Of title, body, language_code, uri, questions, valid_from, valid_until, audiences and tags; "*"
  // means all of them. Empty: every one that is set in `values`.
  std::vector<std::string> paths;
  // Where not empty, it must be the article's current etag.
  std::string etag;
};

// Adds what is wrong with the edit on its own, without the article.
void CheckEdit(const ArticleEdit& edit, FieldViolations& bad);

// `current` after the edit, with update_time; the revision stays for the store to
// set. An emptied language_code is detected again. ABORTED (reason ETAG_MISMATCH)
// when the etag is stale, INVALID_ARGUMENT where the article would end before it begins.
absl::StatusOr<Article> ApplyEdit(const Article& current, const ArticleEdit& edit, absl::Time now);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_ARTICLES_ARTICLE_EDIT_H_
