#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_RETRIEVAL_CITABLE_ARTICLE_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_RETRIEVAL_CITABLE_ARTICLE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "services/qa-service/core/articles/article.h"

namespace clientele::qa {

// What the index keeps of an article to cite it: its texts behind each other in one block, because
// an index holds them for every article. The views live as long as the object, also when it moves.
struct CitableArticle {
  CitableArticle() = default;
  explicit CitableArticle(const Article& article);

  absl::string_view id;
  absl::string_view title;
  absl::string_view body;
  absl::string_view language_code;
  absl::string_view uri;
  std::int64_t revision = 0;
  absl::Time valid_from = absl::InfinitePast();
  absl::Time valid_until = absl::InfiniteFuture();
  std::vector<std::string> audiences;
  std::vector<std::string> tags;

 private:
  std::unique_ptr<char[]> texts_;
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_RETRIEVAL_CITABLE_ARTICLE_H_
