// QaRpc's call about answers that are given again.
#include "common/rpc/time_conversion.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/qa-service/core/articles/article_rules.h"
#include "services/qa-service/rpc/qa_conversion.h"
#include "services/qa-service/rpc/qa_rpc.h"

namespace clientele::qa {
namespace {

v1::AnswerOutcome OutcomeToProto(const AnswerOutcome& outcome) {
  v1::AnswerOutcome proto;
  proto.set_state(ToProto(outcome.state));
  proto.set_answer(outcome.text);
  proto.set_reason(outcome.reason);
  if (outcome.state == AnswerState::kAnswered) proto.set_mode(ToProto(outcome.mode));
  proto.set_confidence(outcome.confidence);
  proto.mutable_models()->Assign(outcome.models.begin(), outcome.models.end());
  for (const CitedRange& cited : outcome.citations)
    proto.add_articles(ArticleName(cited.article_id));
  return proto;
}

v1::ReplayAnswerResponse ReplayToProto(const ReplayedAnswer& replayed) {
  v1::ReplayAnswerResponse proto;
  proto.set_answer_id(replayed.recorded.answer_id);
  proto.set_question(replayed.recorded.question.text);
  *proto.mutable_ask_time() = rpc::ToTimestamp(replayed.recorded.ask_time);
  *proto.mutable_recorded() = OutcomeToProto(replayed.recorded.outcome);
  *proto.mutable_replayed() = OutcomeToProto(replayed.now);
  proto.set_same(replayed.is_same);
  proto.set_other_models(replayed.has_other_models);
  for (const std::string& id : replayed.changed_article_ids) {
    proto.add_changed_articles(ArticleName(id));
  }
  proto.set_exact(replayed.is_exact);
  return proto;
}

}  // namespace

grpc::ServerUnaryReactor* QaRpc::ReplayAnswer(grpc::CallbackServerContext* context,
                                              const v1::ReplayAnswerRequest* request,
                                              v1::ReplayAnswerResponse* response) {
  return dispatcher_->Unary(
      context, request, response, "ReplayAnswer",
      [this](const RequestContext& c,
             const v1::ReplayAnswerRequest& r) -> absl::StatusOr<v1::ReplayAnswerResponse> {
        FieldViolations bad;
        CheckArticleId(r.answer_id(), "answer_id", bad);
        CLIENTELE_RETURN_IF_ERROR(bad.ToStatus());
        CLIENTELE_ASSIGN_OR_RETURN(const ReplayedAnswer replayed,
                                   replays_->Replay(c, r.answer_id()));
        return ReplayToProto(replayed);
      });
}

}  // namespace clientele::qa
