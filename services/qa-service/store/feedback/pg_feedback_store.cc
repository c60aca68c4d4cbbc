#include "services/qa-service/store/feedback/pg_feedback_store.h"

#include "absl/strings/str_cat.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/qa-service/store/answering/pg_question_log.h"
#include "services/qa-service/store/answering/question_statements.h"
#include "services/qa-service/store/feedback/feedback_statements.h"

namespace clientele::qa {

using postgres::Bytes;
using postgres::Result;
using postgres::Transaction;

std::string FeedbackPlace(absl::string_view customer_id, absl::string_view answer_id) {
  return absl::StrCat("qa.feedback.comment:", customer_id, "/", answer_id);
}

absl::StatusOr<bool> PgFeedbackStore::Record(const RequestContext& context,
                                             const MutationId& mutation,
                                             const AnswerFeedback& feedback) {
  const std::string comment =
      cipher_->Encrypt(feedback.text, FeedbackPlace(feedback.customer_id, feedback.answer_id));
  const absl::Status recorded = pool_->Transact(context, [&](Transaction& t) -> absl::Status {
    const auto upsert = [&]() -> absl::StatusOr<std::string> {
      CLIENTELE_RETURN_IF_ERROR(t.Execute(statements::kShareQuestions).status());
      CLIENTELE_ASSIGN_OR_RETURN(
          const Result stored,
          t.Execute(statements::kUpsertFeedback,
                    {feedback.customer_id, feedback.answer_id, static_cast<int>(feedback.verdict),
                     Bytes{comment}, feedback.create_time,
                     Bytes{KnownCustomerIndex(*cipher_, feedback.customer_id)}}));
      if (stored.affected_rows() == 0) return NotFound("the customer");
      return std::string();
    };
    return ledger_->Once(t, mutation, feedback.customer_id, upsert).status();
  });
  // Rolled back: the ledger keeps nothing of them either.
  if (absl::IsNotFound(recorded)) return false;
  CLIENTELE_RETURN_IF_ERROR(recorded);
  return true;
}

absl::StatusOr<std::int64_t> PgFeedbackStore::Prune(const RequestContext& context,
                                                    absl::Time before) {
  std::int64_t pruned = 0;
  CLIENTELE_RETURN_IF_ERROR(pool_->Transact(context, [&](Transaction& t) -> absl::Status {
    CLIENTELE_ASSIGN_OR_RETURN(const Result rows, t.Execute(statements::kPruneFeedback, {before}));
    pruned = rows.affected_rows();
    return absl::OkStatus();
  }));
  return pruned;
}

}  // namespace clientele::qa
