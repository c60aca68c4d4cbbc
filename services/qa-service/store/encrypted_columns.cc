#include "services/qa-service/store/encrypted_columns.h"

#include "common/idempotency/ledger.h"
#include "services/qa-service/store/answering/pg_question_log.h"
#include "services/qa-service/store/conversations/pg_conversation_store.h"
#include "services/qa-service/store/feedback/pg_feedback_store.h"
#include "services/qa-service/store/handovers/pg_handover_store.h"
#include "services/qa-service/store/migrations.h"
#include "services/qa-service/store/replays/pg_recorded_answer_store.h"

namespace clientele::qa {

using database::EncryptedColumn;

std::vector<EncryptedColumn> EncryptedColumns() {
  const EncryptedColumn questions(
      {.schema = kSchema,
       .table = "questions",
       .column = "question",
       .key = {{"customer_id"}, {"question_id", "bigint", "-9223372036854775808"}}},
      [](const EncryptedColumn::Key& key) { return QuestionPlace(key[0]); });
  const auto handovers = [](const char* column) {
    return EncryptedColumn({.schema = kSchema,
                            .table = "handovers",
                            .column = column,
                            .key = {{"customer_id"}, {"handover_id"}}},
                           [column](const EncryptedColumn::Key& key) {
                             return HandoverPlace(column, key[0], key[1]);
                           });
  };
  const EncryptedColumn conversations(
      {.schema = kSchema,
       .table = "conversations",
       .column = "turns",
       .key = {{"customer_id"}, {"conversation_id"}}},
      [](const EncryptedColumn::Key& key) { return ConversationPlace(key[0], key[1]); });
  const EncryptedColumn feedback(
      {.schema = kSchema,
       .table = "feedback",
       .column = "comment",
       .key = {{"customer_id"}, {"answer_id"}}},
      [](const EncryptedColumn::Key& key) { return FeedbackPlace(key[0], key[1]); });
  const EncryptedColumn recorded_answers(
      {.schema = kSchema,
       .table = "recorded_answers",
       .column = "content",
       .key = {{"customer_id"}, {"answer_id"}}},
      [](const EncryptedColumn::Key& key) { return RecordedAnswerPlace(key[0], key[1]); });
  return {questions, handovers("content"), handovers("note"),     conversations,
          feedback,  recorded_answers,     LedgerResults(kSchema)};
}

}  // namespace clientele::qa
