#include "services/qa-service/store/replays/pg_recorded_answer_store.h"

#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/qa-service/store/answering/pg_question_log.h"
#include "services/qa-service/store/answering/question_statements.h"
#include "services/qa-service/store/replays/recorded_answer_json.h"
#include "services/qa-service/store/replays/recorded_answer_statements.h"

namespace clientele::qa {

using postgres::Bytes;
using postgres::Result;
using postgres::Transaction;

std::string RecordedAnswerPlace(absl::string_view customer_id, absl::string_view answer_id) {
  return absl::StrCat("qa.recorded_answers.content:", customer_id, "/", answer_id);
}

absl::StatusOr<bool> PgRecordedAnswerStore::Insert(const RequestContext& context,
                                                   const RecordedAnswer& answer) {
  const std::string& customer_id = answer.question.customer_id;
  const std::string content = cipher_->Encrypt(RecordedAnswerToJson(answer),
                                               RecordedAnswerPlace(customer_id, answer.answer_id));
  bool is_kept = false;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(context, [&](Transaction& t) -> absl::Status {
    CLIENTELE_RETURN_IF_ERROR(t.Execute(statements::kShareQuestions).status());
    CLIENTELE_ASSIGN_OR_RETURN(
        const Result inserted,
        t.Execute(statements::kInsertRecordedAnswer,
                  {customer_id, answer.answer_id, Bytes{content}, answer.ask_time,
                   Bytes{KnownCustomerIndex(*cipher_, customer_id)}}));
    is_kept = inserted.affected_rows() > 0;
    return absl::OkStatus();
  }));
  return is_kept;
}

absl::StatusOr<RecordedAnswer> PgRecordedAnswerStore::Get(const RequestContext& context,
                                                          absl::string_view answer_id) {
  RecordedAnswer answer;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& t) -> absl::Status {
        CLIENTELE_ASSIGN_OR_RETURN(const Result rows,
                                   t.Execute(statements::kGetRecordedAnswer, {answer_id}));
        if (rows.empty()) return NotFound("a recorded answer of this id");
        const std::string customer_id = rows[0].Text(0);
        CLIENTELE_ASSIGN_OR_RETURN(
            const std::string json,
            cipher_->Decrypt(rows[0].Bytes(1), RecordedAnswerPlace(customer_id, answer_id)));
        CLIENTELE_ASSIGN_OR_RETURN(answer, RecordedAnswerFromJson(json));
        answer.question.customer_id = customer_id;
        answer.answer_id = std::string(answer_id);
        answer.ask_time = rows[0].Time(2);
        return absl::OkStatus();
      },
      {.read_only = true}));
  return answer;
}

absl::StatusOr<std::int64_t> PgRecordedAnswerStore::Prune(const RequestContext& context,
                                                          absl::Time before) {
  std::int64_t pruned = 0;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(context, [&](Transaction& t) -> absl::Status {
    CLIENTELE_ASSIGN_OR_RETURN(const Result rows,
                               t.Execute(statements::kPruneRecordedAnswers, {before}));
    pruned = rows.affected_rows();
    return absl::OkStatus();
  }));
  return pruned;
}

}  // namespace clientele::qa
