#ifndef CLIENTELE_SERVICES_QA_SERVICE_RPC_QA_RPC_H_
#define CLIENTELE_SERVICES_QA_SERVICE_RPC_QA_RPC_H_

#include "clientele/qa/v1/qa_service.grpc.pb.h"

#include "common/rpc/dispatcher.h"
#include "services/qa-service/core/answering/answerer.h"
#include "services/qa-service/core/articles/articles.h"
#include "services/qa-service/core/conversations/dialogue.h"
#include "services/qa-service/core/feedback/feedback.h"
#include "services/qa-service/core/gaps/knowledge_gaps.h"
#include "services/qa-service/core/golden_questions/golden_questions.h"
#include "services/qa-service/core/handovers/handover_feed.h"
#include "services/qa-service/core/handovers/handovers.h"
#include "services/qa-service/core/replays/answer_replays.h"
#include "services/qa-service/core/upgrades/upgrades.h"

namespace clientele::qa {

// clientele.qa.v1.QaService over the domain: parses, calls, converts back.
class QaRpc final : public v1::QaService::CallbackService {
 public:
  struct Domain {
    Articles* articles = nullptr;
    const Answerer* answerer = nullptr;
    const Dialogue* dialogue = nullptr;
    Handovers* handovers = nullptr;
    HandoverFeed* handover_feed = nullptr;
    const Feedbacks* feedbacks = nullptr;
    KnowledgeGaps* gaps = nullptr;
    const GoldenQuestions* golden_questions = nullptr;
    const Upgrades* upgrades = nullptr;
    const AnswerReplays* replays = nullptr;
  };

  // All borrowed; they outlive the server's Stop().
  QaRpc(rpc::Dispatcher* dispatcher, const Domain& domain)
      : dispatcher_(dispatcher),
        articles_(domain.articles),
        answerer_(domain.answerer),
        dialogue_(domain.dialogue),
        handovers_(domain.handovers),
        handover_feed_(domain.handover_feed),
        feedbacks_(domain.feedbacks),
        gaps_(domain.gaps),
        golden_questions_(domain.golden_questions),
        upgrades_(domain.upgrades),
        replays_(domain.replays) {}

  grpc::ServerUnaryReactor* CreateArticle(grpc::CallbackServerContext* context,
                                          const v1::CreateArticleRequest* request,
                                          v1::Article* response) override;
  grpc::ServerUnaryReactor* BatchCreateArticles(grpc::CallbackServerContext* context,
                                                const v1::BatchCreateArticlesRequest* request,
                                                v1::BatchCreateArticlesResponse* response) override;
  grpc::ServerUnaryReactor* GetArticle(grpc::CallbackServerContext* context,
                                       const v1::GetArticleRequest* request,
                                       v1::Article* response) override;
  grpc::ServerUnaryReactor* ListArticles(grpc::CallbackServerContext* context,
                                         const v1::ListArticlesRequest* request,
                                         v1::ListArticlesResponse* response) override;
  grpc::ServerUnaryReactor* UpdateArticle(grpc::CallbackServerContext* context,
                                          const v1::UpdateArticleRequest* request,
                                          v1::Article* response) override;
  grpc::ServerUnaryReactor* DeleteArticle(grpc::CallbackServerContext* context,
                                          const v1::DeleteArticleRequest* request,
                                          google::protobuf::Empty* response) override;
  grpc::ServerUnaryReactor* SearchArticles(grpc::CallbackServerContext* context,
                                           const v1::SearchArticlesRequest* request,
                                           v1::SearchArticlesResponse* response) override;
  grpc::ServerUnaryReactor* Ask(grpc::CallbackServerContext* context, const v1::AskRequest* request,
                                v1::AskResponse* response) override;
  grpc::ServerWriteReactor<v1::StreamAskResponse>* StreamAsk(
      grpc::CallbackServerContext* context, const v1::AskRequest* request) override;

  // In handover_handlers.cc.
  grpc::ServerUnaryReactor* GetHandover(grpc::CallbackServerContext* context,
                                        const v1::GetHandoverRequest* request,
                                        v1::Handover* response) override;
  grpc::ServerUnaryReactor* ListHandovers(grpc::CallbackServerContext* context,
                                          const v1::ListHandoversRequest* request,
                                          v1::ListHandoversResponse* response) override;
  grpc::ServerWriteReactor<v1::StreamHandoversResponse>* StreamHandovers(
      grpc::CallbackServerContext* context, const v1::StreamHandoversRequest* request) override;
  grpc::ServerUnaryReactor* UpdateHandover(grpc::CallbackServerContext* context,
                                           const v1::UpdateHandoverRequest* request,
                                           v1::Handover* response) override;
  grpc::ServerUnaryReactor* CloseHandover(grpc::CallbackServerContext* context,
                                          const v1::CloseHandoverRequest* request,
                                          v1::Handover* response) override;
  grpc::ServerUnaryReactor* GetComplaintReport(grpc::CallbackServerContext* context,
                                               const v1::GetComplaintReportRequest* request,
                                               v1::ComplaintReport* response) override;

  // In feedback_handlers.cc.
  grpc::ServerUnaryReactor* RecordAnswerFeedback(grpc::CallbackServerContext* context,
                                                 const v1::RecordAnswerFeedbackRequest* request,
                                                 v1::AnswerFeedback* response) override;
  grpc::ServerUnaryReactor* ListKnowledgeGaps(grpc::CallbackServerContext* context,
                                              const v1::ListKnowledgeGapsRequest* request,
                                              v1::ListKnowledgeGapsResponse* response) override;

  // In golden_question_handlers.cc.
  grpc::ServerUnaryReactor* CreateGoldenQuestion(grpc::CallbackServerContext* context,
                                                 const v1::CreateGoldenQuestionRequest* request,
                                                 v1::GoldenQuestion* response) override;
  grpc::ServerUnaryReactor* BatchCreateGoldenQuestions(
      grpc::CallbackServerContext* context, const v1::BatchCreateGoldenQuestionsRequest* request,
      v1::BatchCreateGoldenQuestionsResponse* response) override;
  grpc::ServerUnaryReactor* ListGoldenQuestions(grpc::CallbackServerContext* context,
                                                const v1::ListGoldenQuestionsRequest* request,
                                                v1::ListGoldenQuestionsResponse* response) override;
  grpc::ServerUnaryReactor* DeleteGoldenQuestion(grpc::CallbackServerContext* context,
                                                 const v1::DeleteGoldenQuestionRequest* request,
                                                 google::protobuf::Empty* response) override;

  // In upgrade_handlers.cc.
  grpc::ServerUnaryReactor* GetUpgradeReport(grpc::CallbackServerContext* context,
                                             const v1::GetUpgradeReportRequest* request,
                                             v1::UpgradeReport* response) override;

  // In replay_handlers.cc.
  grpc::ServerUnaryReactor* ReplayAnswer(grpc::CallbackServerContext* context,
                                         const v1::ReplayAnswerRequest* request,
                                         v1::ReplayAnswerResponse* response) override;

 private:
  rpc::Dispatcher* const dispatcher_;
  Articles* const articles_;
  const Answerer* const answerer_;
  const Dialogue* const dialogue_;
  Handovers* const handovers_;
  HandoverFeed* const handover_feed_;
  const Feedbacks* const feedbacks_;
  KnowledgeGaps* const gaps_;
  const GoldenQuestions* const golden_questions_;
  const Upgrades* const upgrades_;
  const AnswerReplays* const replays_;
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_RPC_QA_RPC_H_
