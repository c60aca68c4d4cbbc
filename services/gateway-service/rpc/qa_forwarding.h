#ifndef CLIENTELE_SERVICES_GATEWAY_SERVICE_RPC_QA_FORWARDING_H_
#define CLIENTELE_SERVICES_GATEWAY_SERVICE_RPC_QA_FORWARDING_H_

#include "clientele/qa/v1/qa_service.grpc.pb.h"

#include "services/gateway-service/rpc/forwarder.h"

namespace clientele::gateway {

// Serves QaService at the gateway's address.
class QaForwarding final : public clientele::qa::v1::QaService::CallbackService {
 public:
  QaForwarding(rpc::Dispatcher* dispatcher, const Backend<clientele::qa::v1::QaService>* backend)
      : forward_(dispatcher, backend) {}

  grpc::ServerUnaryReactor* CreateArticle(grpc::CallbackServerContext* context,
                                          const clientele::qa::v1::CreateArticleRequest* request,
                                          clientele::qa::v1::Article* response) override {
    return forward_.Unary(context, request, response, "CreateArticle", &Async::CreateArticle);
  }
  grpc::ServerUnaryReactor* BatchCreateArticles(
      grpc::CallbackServerContext* context,
      const clientele::qa::v1::BatchCreateArticlesRequest* request,
      clientele::qa::v1::BatchCreateArticlesResponse* response) override {
    return forward_.Unary(context, request, response, "BatchCreateArticles",
                          &Async::BatchCreateArticles);
  }
  grpc::ServerUnaryReactor* GetArticle(grpc::CallbackServerContext* context,
                                       const clientele::qa::v1::GetArticleRequest* request,
                                       clientele::qa::v1::Article* response) override {
    return forward_.Unary(context, request, response, "GetArticle", &Async::GetArticle);
  }
  grpc::ServerUnaryReactor* ListArticles(
      grpc::CallbackServerContext* context, const clientele::qa::v1::ListArticlesRequest* request,
      clientele::qa::v1::ListArticlesResponse* response) override {
    return forward_.Unary(context, request, response, "ListArticles", &Async::ListArticles);
  }
  grpc::ServerUnaryReactor* UpdateArticle(grpc::CallbackServerContext* context,
                                          const clientele::qa::v1::UpdateArticleRequest* request,
                                          clientele::qa::v1::Article* response) override {
    return forward_.Unary(context, request, response, "UpdateArticle", &Async::UpdateArticle);
  }
  grpc::ServerUnaryReactor* DeleteArticle(grpc::CallbackServerContext* context,
                                          const clientele::qa::v1::DeleteArticleRequest* request,
                                          google::protobuf::Empty* response) override {
    return forward_.Unary(context, request, response, "DeleteArticle", &Async::DeleteArticle);
  }
  grpc::ServerUnaryReactor* Ask(grpc::CallbackServerContext* context,
                                const clientele::qa::v1::AskRequest* request,
                                clientele::qa::v1::AskResponse* response) override {
    return forward_.Unary(context, request, response, "Ask", &Async::Ask);
  }
  grpc::ServerWriteReactor<clientele::qa::v1::StreamAskResponse>* StreamAsk(
      grpc::CallbackServerContext* context, const clientele::qa::v1::AskRequest* request) override {
    return forward_.ServerStream(context, request, "StreamAsk", &Stub::StreamAsk);
  }

 private:
  using Stub = clientele::qa::v1::QaService::StubInterface;
  using Async = Stub::async_interface;
  const Forwarder<clientele::qa::v1::QaService> forward_;
};

}  // namespace clientele::gateway

#endif  // CLIENTELE_SERVICES_GATEWAY_SERVICE_RPC_QA_FORWARDING_H_
