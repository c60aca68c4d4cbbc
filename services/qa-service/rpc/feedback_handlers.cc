// QaRpc's calls about what people say of answers, and about what they ask in vain.
#include <string>
#include <utility>

#include "common/rpc/mutation.h"
#include "common/rpc/time_conversion.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/qa-service/rpc/qa_conversion.h"
#include "services/qa-service/rpc/qa_rpc.h"

namespace clientele::qa {
namespace {

absl::StatusOr<AnswerFeedback> FeedbackOf(const v1::AnswerFeedback& proto) {
  const bool known = v1::AnswerVerdict_IsValid(proto.verdict()) &&
                     proto.verdict() != v1::ANSWER_VERDICT_UNSPECIFIED;
  if (!known) return InvalidField("feedback.verdict", "must be a verdict");
  AnswerFeedback feedback;
  feedback.answer_id = proto.answer_id();
  // The numbers are those of the API.
  feedback.verdict = static_cast<AnswerVerdict>(proto.verdict());
  if (!proto.customer().empty()) feedback.customer_id = IdOf("customers/", proto.customer());
  feedback.text = proto.text();
  return feedback;
}

v1::ListKnowledgeGapsResponse GapsToProto(const GapList& list) {
  v1::ListKnowledgeGapsResponse proto;
  proto.set_question_count(list.question_count);
  for (const KnowledgeGap& gap : list.gaps) {
    v1::KnowledgeGap& row = *proto.add_gaps();
    for (const std::string& term : gap.terms) row.add_terms(term);
    row.set_question_count(gap.question_count);
    for (const std::string& example : gap.examples) row.add_examples(example);
    if (!gap.nearest_article.empty()) row.set_nearest_article(ArticleName(gap.nearest_article));
    *row.mutable_last_ask_time() = rpc::ToTimestamp(gap.last_ask_time);
  }
  return proto;
}

}  // namespace

grpc::ServerUnaryReactor* QaRpc::RecordAnswerFeedback(
    grpc::CallbackServerContext* context, const v1::RecordAnswerFeedbackRequest* request,
    v1::AnswerFeedback* response) {
  return dispatcher_->Unary(
      context, request, response, "RecordAnswerFeedback",
      [this](const RequestContext& c,
             const v1::RecordAnswerFeedbackRequest& r) -> absl::StatusOr<v1::AnswerFeedback> {
        CLIENTELE_ASSIGN_OR_RETURN(
            const MutationId id, rpc::MakeMutationId<v1::QaService>(c, "RecordAnswerFeedback", r));
        CLIENTELE_ASSIGN_OR_RETURN(AnswerFeedback feedback, FeedbackOf(r.feedback()));
        CLIENTELE_ASSIGN_OR_RETURN(const AnswerFeedback kept,
                                   feedbacks_->Record(c, id, std::move(feedback)));
        v1::AnswerFeedback result = r.feedback();
        result.clear_create_time();
        if (kept.create_time.has_value()) {
          *result.mutable_create_time() = rpc::ToTimestamp(*kept.create_time);
        }
        return result;
      });
}

grpc::ServerUnaryReactor* QaRpc::ListKnowledgeGaps(grpc::CallbackServerContext* context,
                                                   const v1::ListKnowledgeGapsRequest* request,
                                                   v1::ListKnowledgeGapsResponse* response) {
  return dispatcher_->Unary(context, request, response, "ListKnowledgeGaps",
                            [this](const RequestContext& c, const v1::ListKnowledgeGapsRequest& r)
                                -> absl::StatusOr<v1::ListKnowledgeGapsResponse> {
                              CLIENTELE_ASSIGN_OR_RETURN(
                                  const GapList list,
                                  gaps_->List(c, r.page_size(), r.max_questions()));
                              return GapsToProto(list);
                            });
}

}  // namespace clientele::qa
