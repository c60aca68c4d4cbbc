#ifndef CLIENTELE_TESTS_INTEGRATION_QA_PG_FIXTURE_H_
#define CLIENTELE_TESTS_INTEGRATION_QA_PG_FIXTURE_H_

#include <memory>
#include <string>

#include <catch2/catch_test_macros.hpp>

#include "common/crypto/cipher.h"
#include "common/idempotency/ledger.h"
#include "common/status/status_macros.h"
#include "services/qa-service/store/answering/pg_question_log.h"
#include "services/qa-service/store/articles/pg_article_store.h"
#include "services/qa-service/store/conversations/pg_conversation_store.h"
#include "services/qa-service/store/feedback/pg_feedback_store.h"
#include "services/qa-service/store/golden_questions/pg_golden_question_store.h"
#include "services/qa-service/store/handovers/pg_handover_store.h"
#include "services/qa-service/store/migrations.h"
#include "services/qa-service/store/pg_change_sink.h"
#include "services/qa-service/store/replays/pg_recorded_answer_store.h"
#include "services/qa-service/store/retrieval/pg_embedding_cache.h"
#include "services/qa-service/store/upgrades/pg_upgrade_store.h"
#include "tests/support/fake_clock.h"
#include "tests/support/test_database.h"

namespace clientele::qa::testing {

// The service's stores over a migrated database of their own.
struct PgFixture {
  // Everything that one column holds, as PostgreSQL writes it.
  std::string Dump(const postgres::Statement& statement) {
    std::string all;
    const absl::Status status =
        pool->Transact(context, [&](postgres::Transaction& t) -> absl::Status {
          all.clear();
          CLIENTELE_ASSIGN_OR_RETURN(const postgres::Result rows, t.Execute(statement));
          for (const postgres::Row row : rows) all += row.Text(0) + "\n";
          return absl::OkStatus();
        });
    INFO(status.ToString());
    REQUIRE(status.ok());
    return all;
  }

  // What the feed tells: customers that were made, or are gone.
  void Tell(changefeed::Change::Kind kind, const std::string& customer) {
    changefeed::ChangeBatch batch;
    batch.changes.emplace_back();
    batch.changes.back().kind = kind;
    batch.changes.back().customer_id = customer;
    const absl::StatusOr<std::string> cursor = sink.LoadCursor();
    REQUIRE(cursor.ok());
    batch.cursor = *cursor + "x";
    REQUIRE(sink.Apply(*cursor, batch).ok());
  }
  void Know(const std::string& customer) {
    Tell(changefeed::Change::Kind::kCustomerCreated, customer);
  }
  void Erase(const std::string& customer) {
    Tell(changefeed::Change::Kind::kCustomerDeleted, customer);
  }

  // On the system's clock, which deadlines are compared with.
  const Clock* clock = SystemClock::Get();
  clientele::testing::TestDatabase database =
      clientele::testing::TestDatabase::Migrated<MigrateSchema>();
  std::unique_ptr<postgres::ConnectionPool> pool = database.Pool();
  crypto::Cipher cipher = crypto::Cipher::WithRandomKey();
  Ledger ledger{kSchema, &cipher, clock};
  PgArticleStore store{pool.get(), &ledger, clock};
  PgEmbeddingCache cache{pool.get(), clock};
  PgQuestionLog log{pool.get(), &cipher};
  PgHandoverStore handovers{pool.get(), &ledger, &cipher};
  PgConversationStore conversations{pool.get(), &ledger, &cipher};
  PgFeedbackStore feedback{pool.get(), &ledger, &cipher};
  PgRecordedAnswerStore recorded_answers{pool.get(), &cipher};
  PgGoldenQuestionStore golden_questions{pool.get(), &ledger};
  PgUpgradeStore upgrades{pool.get()};
  PgChangeSink sink{pool.get(), &ledger, &cipher, clock};
  RequestContext context;
};

}  // namespace clientele::qa::testing

#endif  // CLIENTELE_TESTS_INTEGRATION_QA_PG_FIXTURE_H_
