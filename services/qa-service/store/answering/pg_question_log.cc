#include "services/qa-service/store/answering/pg_question_log.h"

#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"
#include "services/qa-service/store/answering/question_statements.h"

namespace clientele::qa {

using postgres::Bytes;
using postgres::Result;
using postgres::Transaction;

std::string QuestionPlace(absl::string_view customer_id) {
  return absl::StrCat("qa.questions.question:", customer_id);
}

std::string KnownCustomerIndex(const crypto::Cipher& cipher, absl::string_view customer_id) {
  return cipher.BlindIndex(customer_id, "qa.known_customers");
}

absl::Status PgQuestionLog::Record(const RequestContext& context, const AskedQuestion& question) {
  return pool_->Transact(context, [&](Transaction& t) -> absl::Status {
    CLIENTELE_RETURN_IF_ERROR(t.Execute(statements::kShareQuestions).status());
    return t
        .Execute(statements::kInsertQuestion,
                 {question.customer_id,
                  Bytes{cipher_->Encrypt(question.text, QuestionPlace(question.customer_id))},
                  question.language, static_cast<int>(question.state), question.confidence,
                  question.article_id, question.time,
                  Bytes{KnownCustomerIndex(*cipher_, question.customer_id)}, question.answer_id})
        .status();
  });
}

absl::StatusOr<std::vector<UnansweredQuestion>> PgQuestionLog::NewestUnanswered(
    const RequestContext& context, std::int64_t limit) {
  std::vector<UnansweredQuestion> questions;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(
      context,
      [&](Transaction& t) -> absl::Status {
        questions.clear();
        CLIENTELE_ASSIGN_OR_RETURN(const Result rows,
                                   t.Execute(statements::kListUnanswered, {limit}));
        questions.reserve(rows.size());
        for (const postgres::Row row : rows) {
          CLIENTELE_ASSIGN_OR_RETURN(std::string text,
                                     cipher_->Decrypt(row.Bytes(1), QuestionPlace(row.Text(0))));
          questions.push_back({std::move(text), row.Text(2), row.Time(3)});
        }
        return absl::OkStatus();
      },
      {.read_only = true}));
  return questions;
}

absl::StatusOr<std::int64_t> PgQuestionLog::Prune(const RequestContext& context,
                                                  absl::Time before) {
  std::int64_t pruned = 0;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(context, [&](Transaction& t) -> absl::Status {
    CLIENTELE_ASSIGN_OR_RETURN(const Result rows, t.Execute(statements::kPruneQuestions, {before}));
    pruned = rows.affected_rows();
    return absl::OkStatus();
  }));
  return pruned;
}

}  // namespace clientele::qa
