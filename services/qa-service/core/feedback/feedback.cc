#include "services/qa-service/core/feedback/feedback.h"

#include <cstddef>

#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/qa-service/core/articles/article_rules.h"

namespace clientele::qa {
namespace {

constexpr std::size_t kMaxFeedbackBytes = 4096;

}  // namespace

absl::StatusOr<AnswerFeedback> Feedbacks::Record(const RequestContext& context,
                                                 const MutationId& mutation,
                                                 AnswerFeedback feedback) const {
  FieldViolations bad;
  CheckArticleId(feedback.answer_id, "feedback.answer_id", bad);
  if (!feedback.customer_id.empty()) {
    CheckArticleId(feedback.customer_id, "feedback.customer", bad);
  }
  CheckText(feedback.text, "feedback.text", 0, kMaxFeedbackBytes, bad);
  CheckRequestId(mutation.request_id, bad);
  CLIENTELE_RETURN_IF_ERROR(bad.ToStatus());
  feedback.create_time = clock_->Now();
  CLIENTELE_ASSIGN_OR_RETURN(const bool kept, store_->Record(context, mutation, feedback));
  if (!kept) feedback.create_time.reset();
  if (on_feedback_) on_feedback_(feedback.verdict);
  return feedback;
}

}  // namespace clientele::qa
