#ifndef CLIENTELE_SERVICES_QA_SERVICE_STORE_ARTICLES_ARTICLE_JSON_H_
#define CLIENTELE_SERVICES_QA_SERVICE_STORE_ARTICLES_ARTICLE_JSON_H_

// An article as the idempotency ledger keeps it. Pure functions, thread-safe.

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "services/qa-service/core/articles/article.h"

namespace clientele::qa {

std::string ArticleToJson(const Article& article);
// DATA_LOSS for anything that ArticleToJson did not write.
absl::StatusOr<Article> ArticleFromJson(absl::string_view json);

// ["a", "b"]
std::string TextsToJson(const std::vector<std::string>& texts);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_STORE_ARTICLES_ARTICLE_JSON_H_
