#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_ARTICLES_ARTICLES_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_ARTICLES_ARTICLES_H_

// Everything a caller can do with articles: checks, then the store, then the
// replica's own index.
//
//   Articles articles(&store, clock, [&](const RequestContext& c, const RevisionRange& r) {
//     refresher.CatchUp(c, r);
//   });
//   CLIENTELE_ASSIGN_OR_RETURN(Article made, articles.Create(context, mutation, article, false));
//
// Thread-safe. Nothing is changed by a call that fails, except that a call whose
// outcome is unknown (UNAVAILABLE, DEADLINE_EXCEEDED) may have taken effect: send
// it again with the same request_id.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "common/executor/request_context.h"
#include "common/idempotency/mutation_id.h"
#include "common/time/clock.h"
#include "services/qa-service/core/articles/article.h"
#include "services/qa-service/core/articles/article_edit.h"
#include "services/qa-service/core/articles/article_store.h"

namespace clientele::qa {

struct ArticlePage {
  std::vector<Article> articles;
  std::string next_page_token;  // empty on the last page
};

class Articles {
 public:
  // Called with the revisions of each change that this replica made, before the caller
  // is answered. May be empty.
  using OnChange = std::function<void(const RequestContext&, const RevisionRange&)>;

  // `store` and `clock` are borrowed and outlive this.
  Articles(ArticleStore* store, const Clock* clock, OnChange on_change)
      : store_(store), clock_(clock), on_change_(std::move(on_change)) {}

  // `validate_only` checks the request alone and returns what would be stored,
  // without a revision.
  absl::StatusOr<Article> Create(const RequestContext& context, const MutationId& mutation,
                                 Article article, bool validate_only);
  absl::StatusOr<BatchCreated> BatchCreate(const RequestContext& context,
                                           const MutationId& mutation,
                                           std::vector<Article> articles);
  absl::StatusOr<Article> Get(const RequestContext& context, const std::string& id);
  // page_size 0 means 50; 1 to 1000 otherwise.
  absl::StatusOr<ArticlePage> List(const RequestContext& context, std::int64_t page_size,
                                   const std::string& page_token);
  // `validate_only` also checks that the article exists and the etag is current.
  absl::StatusOr<Article> Update(const RequestContext& context, const MutationId& mutation,
                                 const ArticleEdit& edit, bool validate_only);
  absl::Status Delete(const RequestContext& context, const MutationId& mutation,
                      const std::string& id, const std::string& etag);

 private:
  void Changed(const RequestContext& context, const RevisionRange& revisions) const;

  ArticleStore* const store_;
  const Clock* const clock_;
  const OnChange on_change_;
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_ARTICLES_ARTICLES_H_
