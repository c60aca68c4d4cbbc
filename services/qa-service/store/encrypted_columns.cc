#include "services/qa-service/store/encrypted_columns.h"

#include "common/idempotency/ledger.h"
#include "services/qa-service/store/answering/pg_question_log.h"
#include "services/qa-service/store/migrations.h"

namespace clientele::qa {

using database::EncryptedColumn;

std::vector<EncryptedColumn> EncryptedColumns() {
  const EncryptedColumn questions(
      {.schema = kSchema,
       .table = "questions",
       .column = "question",
       .key = {{"customer_id"}, {"question_id", "bigint", "-9223372036854775808"}}},
      [](const EncryptedColumn::Key& key) { return QuestionPlace(key[0]); });
  return {questions, LedgerResults(kSchema)};
}

}  // namespace clientele::qa
