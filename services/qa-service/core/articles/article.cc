#include "services/qa-service/core/articles/article.h"

#include "absl/strings/str_cat.h"

namespace clientele::qa {

std::string ArticleEtag(const Article& article) {
  return absl::StrCat("\"", absl::Hex(article.revision), "\"");
}

std::string ArticleName(const std::string& id) { return absl::StrCat("articles/", id); }

}  // namespace clientele::qa
