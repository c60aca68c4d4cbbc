#ifndef CLIENTELE_SERVICES_QA_SERVICE_RPC_QA_RPC_H_
#define CLIENTELE_SERVICES_QA_SERVICE_RPC_QA_RPC_H_

#include "clientele/qa/v1/qa_service.grpc.pb.h"

#include "common/rpc/dispatcher.h"
#include "services/qa-service/core/answering/answerer.h"
#include "services/qa-service/core/articles/articles.h"

namespace clientele::qa {

// clientele.qa.v1.QaService over the domain: parses, calls, converts back.
class QaRpc final : public v1::QaService::CallbackService {
 public:
  // All borrowed; they outlive the server's Stop().
  QaRpc(rpc::Dispatcher* dispatcher, Articles* articles, const Answerer* answerer)
      : dispatcher_(dispatcher), articles_(articles), answerer_(answerer) {}

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
  grpc::ServerUnaryReactor* Ask(grpc::CallbackServerContext* context, const v1::AskRequest* request,
                                v1::AskResponse* response) override;
  grpc::ServerWriteReactor<v1::StreamAskResponse>* StreamAsk(
      grpc::CallbackServerContext* context, const v1::AskRequest* request) override;

 private:
  rpc::Dispatcher* const dispatcher_;
  Articles* const articles_;
  const Answerer* const answerer_;
};

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_RPC_QA_RPC_H_
