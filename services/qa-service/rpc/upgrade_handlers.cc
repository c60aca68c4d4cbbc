// QaRpc's call about what became of upgrades.
#include <string>

#include "common/rpc/time_conversion.h"
#include "common/status/status_macros.h"
#include "services/qa-service/rpc/qa_conversion.h"
#include "services/qa-service/rpc/qa_rpc.h"

namespace clientele::qa {
namespace {

v1::AnsweringSetup SetupToProto(const AnsweringSetup& setup) {
  v1::AnsweringSetup proto;
  proto.set_text_encoder(setup.encoder);
  if (setup.min_confidence.has_value()) proto.set_min_confidence(*setup.min_confidence);
  return proto;
}

v1::GoldenFigures FiguresToProto(const GoldenFigures& figures) {
  v1::GoldenFigures proto;
  proto.set_right_first_count(figures.right_first);
  proto.set_right_in_three_count(figures.right_in_three);
  proto.set_answered_rightly_count(figures.answered_rightly);
  proto.set_answered_wrongly_count(figures.answered_wrongly);
  proto.set_abstained_count(figures.abstained);
  proto.set_abstained_rightly_count(figures.abstained_rightly);
  proto.set_answer_f1(figures.answer_f1);
  return proto;
}

v1::GoldenAnswer AnswerToProto(const GoldenAnswer& answer) {
  v1::GoldenAnswer proto;
  proto.set_state(ToProto(answer.state));
  if (!answer.article.empty()) proto.set_article(ArticleName(answer.article));
  proto.set_answer(answer.text);
  proto.set_confidence(answer.confidence);
  return proto;
}

v1::UpgradeTrial TrialToProto(const UpgradeTrial& trial) {
  v1::UpgradeTrial proto;
  *proto.mutable_candidate() = SetupToProto(trial.key.candidate);
  if (!trial.key.serving.encoder.empty()) {
    *proto.mutable_serving() = SetupToProto(trial.key.serving);
  }
  // The numbers are those of the API.
  proto.set_outcome(static_cast<v1::UpgradeOutcome>(trial.outcome));
  proto.set_margin(trial.key.margin);
  *proto.mutable_create_time() = rpc::ToTimestamp(trial.create_time);
  const TrialResult& result = trial.result;
  proto.set_question_count(result.question_count);
  proto.set_question_with_article_count(result.with_article);
  proto.set_question_with_answer_count(result.with_answer);
  if (result.question_count == 0) return proto;
  *proto.mutable_candidate_figures() = FiguresToProto(result.candidate);
  *proto.mutable_serving_figures() = FiguresToProto(result.serving);
  proto.set_changed_answer_count(result.changed_count);
  for (const ChangedAnswer& example : result.examples) {
    v1::ChangedAnswer& changed = *proto.add_changed_answers();
    changed.set_golden_question(GoldenQuestionName(example.golden_question));
    changed.set_question(example.text);
    if (!example.expected_article.empty()) {
      changed.set_expected_article(ArticleName(example.expected_article));
    }
    *changed.mutable_serving() = AnswerToProto(example.serving);
    *changed.mutable_candidate() = AnswerToProto(example.candidate);
  }
  return proto;
}

v1::UpgradeReport ReportToProto(const UpgradeReport& report) {
  v1::UpgradeReport proto;
  if (report.serving.has_value()) {
    *proto.mutable_serving() = SetupToProto(report.serving->setup);
    *proto.mutable_serving_since() = rpc::ToTimestamp(report.serving->since);
  }
  if (report.pending.has_value()) {
    v1::PendingUpgrade& pending = *proto.mutable_pending();
    *pending.mutable_candidate() = SetupToProto(report.pending->candidate);
    pending.set_missing_article_count(static_cast<std::int64_t>(report.pending->missing_articles));
    pending.set_asked_count(static_cast<std::int64_t>(report.pending->asked));
    pending.set_question_count(static_cast<std::int64_t>(report.pending->questions));
  }
  for (const UpgradeTrial& trial : report.trials) *proto.add_trials() = TrialToProto(trial);
  return proto;
}

}  // namespace

grpc::ServerUnaryReactor* QaRpc::GetUpgradeReport(grpc::CallbackServerContext* context,
                                                  const v1::GetUpgradeReportRequest* request,
                                                  v1::UpgradeReport* response) {
  return dispatcher_->Unary(
      context, request, response, "GetUpgradeReport",
      [this](const RequestContext& c,
             const v1::GetUpgradeReportRequest& r) -> absl::StatusOr<v1::UpgradeReport> {
        CLIENTELE_ASSIGN_OR_RETURN(const UpgradeReport report,
                                   upgrades_->Report(c, r.text_encoder(), r.max_trials()));
        return ReportToProto(report);
      });
}

}  // namespace clientele::qa
