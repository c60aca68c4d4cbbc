#include "services/qa-service/stores.h"

#include "common/idempotency/ledger_retention.h"
#include "services/qa-service/store/migrations.h"

namespace clientele::qa {

Stores::Stores(postgres::ConnectionPool* pool, const crypto::Cipher* cipher, const Clock* clock,
               const ServerOptions& options)
    : ledger(kSchema, cipher, clock, KeptFor(options.request_retention)),
      articles(pool, &ledger, clock),
      embeddings(pool, clock),
      questions(pool, cipher),
      change_sink(pool, &ledger, cipher, clock),
      handovers(pool, &ledger, cipher),
      conversations(pool, &ledger, cipher),
      feedback(pool, &ledger, cipher),
      golden_questions(pool, &ledger),
      upgrades(pool),
      recorded_answers(pool, cipher),
      retention({pool, &ledger, &articles, &embeddings, &questions, &handovers, &conversations,
                 &feedback, &recorded_answers},
                clock,
                {.questions = options.question_retention,
                 .handovers = options.handover_retention,
                 .conversations = options.conversation_retention}) {}

}  // namespace clientele::qa
