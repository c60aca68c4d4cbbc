#ifndef CLIENTELE_SERVICES_QA_SERVICE_CORE_ARTICLES_ARTICLE_STORE_H_
#define CLIENTELE_SERVICES_QA_SERVICE_CORE_ARTICLES_ARTICLE_STORE_H_

// The durable articles, as the domain needs them. store/articles/pg_article_store.h keeps
// them in PostgreSQL; tests share one contract test between it and a fake.
//
// Every mutation takes the next revisions of one counter in commit order: a reader
// that has seen revision R misses nothing when it asks for what is above R.
//
// Thread-safe. Errors of all methods: UNAVAILABLE (reason DATABASE_UNAVAILABLE),
// DEADLINE_EXCEEDED, CANCELLED; and INVALID_ARGUMENT (reason REQUEST_ID_REUSED)
// of mutations.

#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "common/executor/request_context.h"
#include "common/idempotency/mutation_id.h"
#include "services/qa-service/core/articles/article.h"

namespace clientele::qa {

// That an article was made, changed or deleted, by its latest mutation.
struct ArticleChange {
  std::string id;
  std::int64_t revision = 0;
  bool deleted = false;
};

struct BatchCreated {
  std::int64_t created_count = 0;
  std::int64_t existing_count = 0;
  // Of the last article created; 0 when none was.
  std::int64_t last_revision = 0;
};

struct ArticleSlice {
  std::vector<Article> articles;
  bool more = false;  // whether there are articles after the last one
};

class ArticleStore {
 public:
  virtual ~ArticleStore() = default;

  // Stores a checked article and returns it with its revision. ALREADY_EXISTS when
  // the id is taken.
  virtual absl::StatusOr<Article> Create(const RequestContext& context, const MutationId& mutation,
                                         const Article& article) = 0;

  // Stores those whose id is free, in one transaction. Ids are distinct.
  virtual absl::StatusOr<BatchCreated> CreateMissing(const RequestContext& context,
                                                     const MutationId& mutation,
                                                     absl::Span<const Article> articles) = 0;

  // NOT_FOUND when there is none.
  virtual absl::StatusOr<Article> Get(const RequestContext& context, const std::string& id) = 0;

  // At most `limit` articles with an id above `after_id`, ascending in byte order,
  // fewer when their bodies and questions would hold more than `max_bytes` (but at least one).
  virtual absl::StatusOr<ArticleSlice> List(const RequestContext& context,
                                            const std::string& after_id, std::int64_t limit,
                                            std::int64_t max_bytes) = 0;

  // Locks the article, hands it to `edit` and stores what that returns. An error of
  // `edit` changes nothing and is returned. NOT_FOUND when there is none.
  using Edit = absl::FunctionRef<absl::StatusOr<Article>(const Article& current)>;
  virtual absl::StatusOr<Article> Update(const RequestContext& context, const MutationId& mutation,
                                         const std::string& id, Edit edit) = 0;

  // Deletes the article and leaves a tombstone for the replicas; returns the
  // tombstone's revision. NOT_FOUND when there is none; ABORTED (reason
  // ETAG_MISMATCH) when `etag` is neither empty nor current.
  virtual absl::StatusOr<std::int64_t> Delete(const RequestContext& context,
                                              const MutationId& mutation, const std::string& id,
                                              const std::string& etag) = 0;

  // At most `limit` changes with a revision above `revision`, ascending.
  virtual absl::StatusOr<std::vector<ArticleChange>> ChangesAfter(const RequestContext& context,
                                                                  std::int64_t revision,
                                                                  std::int64_t limit) = 0;

  // Those of the articles that exist, in any order.
  virtual absl::StatusOr<std::vector<Article>> Load(const RequestContext& context,
                                                    absl::Span<const std::string> ids) = 0;
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_CORE_ARTICLES_ARTICLE_STORE_H_
