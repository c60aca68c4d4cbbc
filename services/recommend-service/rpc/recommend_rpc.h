#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_RPC_RECOMMEND_RPC_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_RPC_RECOMMEND_RPC_H_

#include "clientele/recommend/v1/recommend_service.grpc.pb.h"

#include "common/operations/operations.h"
#include "common/rpc/dispatcher.h"
#include "services/recommend-service/core/interactions/interactions.h"
#include "services/recommend-service/core/items/items.h"
#include "services/recommend-service/core/ranking/recommender.h"

namespace clientele::recommend {

// clientele.recommend.v1.RecommendService over core. Borrows its parts; thread-safe.
class RecommendRpc final : public v1::RecommendService::CallbackService {
 public:
  RecommendRpc(rpc::Dispatcher* dispatcher, Items* items, Interactions* interactions,
               Recommender* recommender, operations::Operations* operations)
      : dispatcher_(dispatcher),
        items_(items),
        interactions_(interactions),
        recommender_(recommender),
        operations_(operations) {}

  grpc::ServerUnaryReactor* CreateItem(grpc::CallbackServerContext* context,
                                       const v1::CreateItemRequest* request,
                                       v1::Item* response) override;
  grpc::ServerUnaryReactor* BatchCreateItems(grpc::CallbackServerContext* context,
                                             const v1::BatchCreateItemsRequest* request,
                                             v1::BatchCreateItemsResponse* response) override;
  grpc::ServerUnaryReactor* GetItem(grpc::CallbackServerContext* context,
                                    const v1::GetItemRequest* request, v1::Item* response) override;
  grpc::ServerUnaryReactor* ListItems(grpc::CallbackServerContext* context,
                                      const v1::ListItemsRequest* request,
                                      v1::ListItemsResponse* response) override;
  grpc::ServerUnaryReactor* UpdateItem(grpc::CallbackServerContext* context,
                                       const v1::UpdateItemRequest* request,
                                       v1::Item* response) override;
  grpc::ServerUnaryReactor* DeleteItem(grpc::CallbackServerContext* context,
                                       const v1::DeleteItemRequest* request,
                                       google::protobuf::Empty* response) override;
  grpc::ServerUnaryReactor* BatchCheckItems(grpc::CallbackServerContext* context,
                                            const v1::BatchCheckItemsRequest* request,
                                            v1::BatchCheckItemsResponse* response) override;
  grpc::ServerUnaryReactor* BatchCreateAnonymousInteractions(
      grpc::CallbackServerContext* context,
      const v1::BatchCreateAnonymousInteractionsRequest* request,
      v1::BatchCreateAnonymousInteractionsResponse* response) override;
  grpc::ServerUnaryReactor* GetItemStatistics(grpc::CallbackServerContext* context,
                                              const v1::GetItemStatisticsRequest* request,
                                              v1::ItemStatistics* response) override;
  grpc::ServerUnaryReactor* Recommend(grpc::CallbackServerContext* context,
                                      const v1::RecommendRequest* request,
                                      v1::RecommendResponse* response) override;
  grpc::ServerUnaryReactor* RankItems(grpc::CallbackServerContext* context,
                                      const v1::RankItemsRequest* request,
                                      v1::RankItemsResponse* response) override;
  grpc::ServerUnaryReactor* SimilarItems(grpc::CallbackServerContext* context,
                                         const v1::SimilarItemsRequest* request,
                                         v1::SimilarItemsResponse* response) override;
  grpc::ServerUnaryReactor* TrainModel(grpc::CallbackServerContext* context,
                                       const v1::TrainModelRequest* request,
                                       google::longrunning::Operation* response) override;

 private:
  rpc::Dispatcher* const dispatcher_;
  Items* const items_;
  Interactions* const interactions_;
  Recommender* const recommender_;
  operations::Operations* const operations_;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_RPC_RECOMMEND_RPC_H_
