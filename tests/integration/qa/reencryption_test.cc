#include "common/database/reencryption.h"

#include <set>
#include <string>

#include <catch2/catch_test_macros.hpp>

#include "absl/time/clock.h"

#include "services/qa-service/store/encrypted_columns.h"
#include "tests/integration/qa/pg_fixture.h"
#include "tests/support/bytea_columns.h"
#include "tests/support/key_rings.h"

namespace clientele::qa::testing {
namespace {

TEST_CASE("every column of bytes is encrypted again after a rotation, or needs no key") {
  PgFixture f;
  std::set<std::string> expected = clientele::testing::NamesOf(EncryptedColumns());
  expected.insert("qa.deleted_customers.customer_index");  // a blind index
  expected.insert("qa.known_customers.customer_index");    // likewise
  expected.insert("qa.embeddings.vectors");                // of articles
  expected.insert("qa.request_ledger.body_hash");          // a keyed hash
  expected.insert("qa.schema_migrations.sql_sha256");
  CHECK(clientele::testing::ByteaColumns(*f.pool, "qa") == expected);
}

TEST_CASE("questions are read with the new key alone") {
  PgFixture f;
  const crypto::Cipher old_ring = clientele::testing::OldRing();
  PgQuestionLog log(f.pool.get(), &old_ring);
  PgChangeSink sink(f.pool.get(), &f.ledger, &old_ring, f.clock);
  changefeed::ChangeBatch created{{}, "c1"};
  for (const char* customer : {"mary", "王"}) {
    changefeed::Change change;
    change.kind = changefeed::Change::Kind::kCustomerCreated;
    change.customer_id = customer;
    created.changes.push_back(change);
  }
  REQUIRE(sink.Apply("", created).ok());
  for (const char* customer : {"mary", "mary", "王"}) {
    AskedQuestion question;
    question.customer_id = customer;
    question.text = "Where is my umbrella?";
    question.language = "en";
    question.time = absl::Now();
    REQUIRE(log.Record(f.context, question).ok());
  }
  const database::EncryptedColumn questions = EncryptedColumns().front();
  const auto counts = database::ReencryptColumn(*f.pool, f.context,
                                                clientele::testing::RotatedRing(), questions, 2);
  CHECK(counts.value() == database::ReencryptionCounts{.reencrypted = 3});

  constexpr postgres::Statement kAll{"test.all_questions",
                                     "SELECT customer_id, question FROM qa.questions"};
  const absl::Status read = f.pool->Transact(f.context, [&](postgres::Transaction& t) {
    const auto rows = t.Execute(kAll);
    REQUIRE(rows.ok());
    CHECK(rows->size() == 3);
    for (const postgres::Row row : *rows) {
      const auto question =
          clientele::testing::NewRing().Decrypt(row.Bytes(1), QuestionPlace(row.Text(0)));
      CHECK(question.value() == "Where is my umbrella?");
    }
    return absl::OkStatus();
  });
  CHECK(read.ok());
}

}  // namespace
}  // namespace clientele::qa::testing
