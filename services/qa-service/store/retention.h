#ifndef CLIENTELE_SERVICES_QA_SERVICE_STORE_RETENTION_H_
#define CLIENTELE_SERVICES_QA_SERVICE_STORE_RETENTION_H_

// Removes what qa-service no longer needs: old questions, recorded answers, hand-overs,
// conversations and feedback, tombstones of articles, vectors of encoders that no longer serve, and
// results of the idempotency ledger.

#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "common/executor/request_context.h"
#include "common/idempotency/ledger.h"
#include "common/postgres/connection_pool.h"
#include "common/time/clock.h"
#include "services/qa-service/store/answering/pg_question_log.h"
#include "services/qa-service/store/articles/pg_article_store.h"
#include "services/qa-service/store/conversations/pg_conversation_store.h"
#include "services/qa-service/store/feedback/pg_feedback_store.h"
#include "services/qa-service/store/handovers/pg_handover_store.h"
#include "services/qa-service/store/replays/pg_recorded_answer_store.h"
#include "services/qa-service/store/retrieval/pg_embedding_cache.h"

namespace clientele::qa {

struct RetentionOptions {
  // Customers' questions, and recorded answers.
  absl::Duration questions = absl::Hours(24 * 90);
  // From their creation.
  absl::Duration handovers = absl::Hours(24 * 730);
  // From their last turn.
  absl::Duration conversations = absl::Hours(24 * 30);
  // What was said of answers.
  absl::Duration feedback = absl::Hours(24 * 730);
  // Notes on deleted articles. More than RefresherOptions::max_gap.
  absl::Duration tombstones = absl::Hours(24 * 7);
  // Vectors of other encoders: a model may be rolled back for this long without computing
  // anything again.
  absl::Duration embeddings = absl::Hours(24 * 30);
};

class Retention {
 public:
  // All are borrowed.
  struct Stores {
    postgres::ConnectionPool* pool = nullptr;
    const Ledger* ledger = nullptr;
    PgArticleStore* articles = nullptr;
    PgEmbeddingCache* embeddings = nullptr;
    PgQuestionLog* questions = nullptr;
    PgHandoverStore* handovers = nullptr;
    PgConversationStore* conversations = nullptr;
    PgFeedbackStore* feedback = nullptr;
    PgRecordedAnswerStore* recorded_answers = nullptr;
  };

  Retention(Stores stores, const Clock* clock, RetentionOptions options)
      : stores_(stores), clock_(clock), options_(options) {}

  // Removes once. `encoder_id` is the one that serves; empty keeps all vectors. Thread-safe.
  absl::Status Prune(const RequestContext& context, const std::string& encoder_id);

 private:
  const Stores stores_;
  const Clock* const clock_;
  const RetentionOptions options_;
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_STORE_RETENTION_H_
