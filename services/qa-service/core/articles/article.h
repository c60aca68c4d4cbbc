#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_ARTICLES_ARTICLE_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_ARTICLES_ARTICLE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"

namespace clientele::qa {

// A piece of the company's knowledge. Plain value; texts are UTF-8.
struct Article {
  std::string id;  // without "articles/"
  std::string title;
  std::string body;
  std::string language_code;  // BCP 47; never empty once stored
  std::string uri;
  std::vector<std::string> questions;  // that this article answers
  // From the first to before the second it can be found; infinite: without a bound.
  absl::Time valid_from = absl::InfinitePast();
  absl::Time valid_until = absl::InfiniteFuture();
  // Whom it is for, such as "agents"; none: everyone.
  std::vector<std::string> audiences;
  std::vector<std::string> tags;
  absl::Time create_time;
  absl::Time update_time;
  // Grows with every mutation of any article; 0 before the article is stored.
  // Commit order is revision order.
  std::int64_t revision = 0;
};

// Revisions from first to last, both included.
struct RevisionRange {
  std::int64_t first = 0;
  std::int64_t last = 0;
};

// Changes with every update of the article.
std::string ArticleEtag(const Article& article);

// "articles/{id}".
std::string ArticleName(const std::string& id);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_ARTICLES_ARTICLE_H_
