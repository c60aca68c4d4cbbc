#ifndef CLIENTELE_SERVICES_QA_SERVICE_STORES_H_
#define CLIENTELE_SERVICES_QA_SERVICE_STORES_H_

// The tables of qa-service, wired to one pool.
//
//   Stores stores(pool, &resources.cipher, clock, options);
//   Articles articles(&stores.articles, clock, ...);

#include "common/crypto/cipher.h"
#include "common/idempotency/ledger.h"
#include "common/postgres/connection_pool.h"
#include "common/time/clock.h"
#include "services/qa-service/server.h"
#include "services/qa-service/store/answering/pg_question_log.h"
#include "services/qa-service/store/articles/pg_article_store.h"
#include "services/qa-service/store/conversations/pg_conversation_store.h"
#include "services/qa-service/store/feedback/pg_feedback_store.h"
#include "services/qa-service/store/golden_questions/pg_golden_question_store.h"
#include "services/qa-service/store/handovers/pg_handover_store.h"
#include "services/qa-service/store/pg_change_sink.h"
#include "services/qa-service/store/replays/pg_recorded_answer_store.h"
#include "services/qa-service/store/retention.h"
#include "services/qa-service/store/retrieval/pg_embedding_cache.h"
#include "services/qa-service/store/upgrades/pg_upgrade_store.h"

namespace clientele::qa {

// Members are in the order of their dependencies. Thread-safe; neither copied nor moved, because
// they know each other.
struct Stores {
  // Pointers are borrowed and outlive the stores.
  Stores(postgres::ConnectionPool* pool, const crypto::Cipher* cipher, const Clock* clock,
         const ServerOptions& options);
  Stores(const Stores&) = delete;
  Stores& operator=(const Stores&) = delete;

  const Ledger ledger;
  PgArticleStore articles;
  PgEmbeddingCache embeddings;
  PgQuestionLog questions;
  PgChangeSink change_sink;
  PgHandoverStore handovers;
  PgConversationStore conversations;
  PgFeedbackStore feedback;
  PgGoldenQuestionStore golden_questions;
  PgUpgradeStore upgrades;
  PgRecordedAnswerStore recorded_answers;
  Retention retention;
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_STORES_H_
