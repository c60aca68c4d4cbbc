#include "services/qa-service/core/retrieval/citable_article.h"

#include <algorithm>
#include <cstddef>

namespace clientele::qa {

CitableArticle::CitableArticle(const Article& article)
    : revision(article.revision),
      valid_from(article.valid_from),
      valid_until(article.valid_until),
      audiences(article.audiences),
      tags(article.tags),
      texts_(new char[article.id.size() + article.title.size() + article.body.size() +
                      article.language_code.size() + article.uri.size()]) {
  std::size_t at = 0;
  const auto keep = [&](const std::string& text) {
    char* const place = texts_.get() + at;
    std::copy(text.begin(), text.end(), place);
    at += text.size();
    return absl::string_view(place, text.size());
  };
  id = keep(article.id);
  title = keep(article.title);
  body = keep(article.body);
  language_code = keep(article.language_code);
  uri = keep(article.uri);
}

}  // namespace clientele::qa
