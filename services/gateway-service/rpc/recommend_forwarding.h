#ifndef CLIENTELE_SERVICES_GATEWAY_SERVICE_RPC_RECOMMEND_FORWARDING_H_
#define CLIENTELE_SERVICES_GATEWAY_SERVICE_RPC_RECOMMEND_FORWARDING_H_

#include "clientele/recommend/v1/recommend_service.grpc.pb.h"

#include "services/gateway-service/rpc/forwarder.h"

namespace clientele::gateway {

// Serves RecommendService at the gateway's address.
class RecommendForwarding final
    : public clientele::recommend::v1::RecommendService::CallbackService {
 public:
  RecommendForwarding(rpc::Dispatcher* dispatcher,
                      const Backend<clientele::recommend::v1::RecommendService>* backend)
      : forward_(dispatcher, backend) {}

  grpc::ServerUnaryReactor* CreateItem(grpc::CallbackServerContext* context,
                                       const clientele::recommend::v1::CreateItemRequest* request,
                                       clientele::recommend::v1::Item* response) override {
    return forward_.Unary(context, request, response, "CreateItem", &Async::CreateItem);
  }
  grpc::ServerUnaryReactor* BatchCreateItems(
      grpc::CallbackServerContext* context,
      const clientele::recommend::v1::BatchCreateItemsRequest* request,
      clientele::recommend::v1::BatchCreateItemsResponse* response) override {
    return forward_.Unary(context, request, response, "BatchCreateItems", &Async::BatchCreateItems);
  }
  grpc::ServerUnaryReactor* GetItem(grpc::CallbackServerContext* context,
                                    const clientele::recommend::v1::GetItemRequest* request,
                                    clientele::recommend::v1::Item* response) override {
    return forward_.Unary(context, request, response, "GetItem", &Async::GetItem);
  }
  grpc::ServerUnaryReactor* ListItems(
      grpc::CallbackServerContext* context,
      const clientele::recommend::v1::ListItemsRequest* request,
      clientele::recommend::v1::ListItemsResponse* response) override {
    return forward_.Unary(context, request, response, "ListItems", &Async::ListItems);
  }
  grpc::ServerUnaryReactor* UpdateItem(grpc::CallbackServerContext* context,
                                       const clientele::recommend::v1::UpdateItemRequest* request,
                                       clientele::recommend::v1::Item* response) override {
    return forward_.Unary(context, request, response, "UpdateItem", &Async::UpdateItem);
  }
  grpc::ServerUnaryReactor* DeleteItem(grpc::CallbackServerContext* context,
                                       const clientele::recommend::v1::DeleteItemRequest* request,
                                       google::protobuf::Empty* response) override {
    return forward_.Unary(context, request, response, "DeleteItem", &Async::DeleteItem);
  }
  grpc::ServerUnaryReactor* BatchCheckItems(
      grpc::CallbackServerContext* context,
      const clientele::recommend::v1::BatchCheckItemsRequest* request,
      clientele::recommend::v1::BatchCheckItemsResponse* response) override {
    return forward_.Unary(context, request, response, "BatchCheckItems", &Async::BatchCheckItems);
  }
  grpc::ServerUnaryReactor* BatchCreateAnonymousInteractions(
      grpc::CallbackServerContext* context,
      const clientele::recommend::v1::BatchCreateAnonymousInteractionsRequest* request,
      clientele::recommend::v1::BatchCreateAnonymousInteractionsResponse* response) override {
    return forward_.Unary(context, request, response, "BatchCreateAnonymousInteractions",
                          &Async::BatchCreateAnonymousInteractions);
  }
  grpc::ServerUnaryReactor* GetItemStatistics(
      grpc::CallbackServerContext* context,
      const clientele::recommend::v1::GetItemStatisticsRequest* request,
      clientele::recommend::v1::ItemStatistics* response) override {
    return forward_.Unary(context, request, response, "GetItemStatistics",
                          &Async::GetItemStatistics);
  }
  grpc::ServerUnaryReactor* Recommend(
      grpc::CallbackServerContext* context,
      const clientele::recommend::v1::RecommendRequest* request,
      clientele::recommend::v1::RecommendResponse* response) override {
    return forward_.Unary(context, request, response, "Recommend", &Async::Recommend);
  }
  grpc::ServerUnaryReactor* TrainModel(grpc::CallbackServerContext* context,
                                       const clientele::recommend::v1::TrainModelRequest* request,
                                       google::longrunning::Operation* response) override {
    return forward_.Unary(context, request, response, "TrainModel", &Async::TrainModel);
  }

 private:
  using Stub = clientele::recommend::v1::RecommendService::StubInterface;
  using Async = Stub::async_interface;
  const Forwarder<clientele::recommend::v1::RecommendService> forward_;
};

}  // namespace clientele::gateway

#endif  // CLIENTELE_SERVICES_GATEWAY_SERVICE_RPC_RECOMMEND_FORWARDING_H_
