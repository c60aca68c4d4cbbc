#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_RPC_RECOMMEND_RPC_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_RPC_RECOMMEND_RPC_H_

#include "clientele/recommend/v1/recommend_service.grpc.pb.h"

#include "common/operations/operations.h"
#include "common/rpc/dispatcher.h"
#include "services/recommend-service/core/audiences/audiences.h"
#include "services/recommend-service/core/experiments/experiments.h"
#include "services/recommend-service/core/interactions/interactions.h"
#include "services/recommend-service/core/items/items.h"
#include "services/recommend-service/core/predictions/predictions.h"
#include "services/recommend-service/core/ranking/recommender.h"

namespace clientele::recommend {

// What serves the calls; borrowed.
struct RecommendCore {
  Items* items = nullptr;
  Interactions* interactions = nullptr;
  Recommender* recommender = nullptr;
  Predictions* predictions = nullptr;
  Audiences* audiences = nullptr;
  Experiments* experiments = nullptr;
};

// clientele.recommend.v1.RecommendService over core. Borrows its parts; thread-safe.
class RecommendRpc final : public v1::RecommendService::CallbackService {
 public:
  RecommendRpc(rpc::Dispatcher* dispatcher, const RecommendCore& core,
               operations::Operations* operations)
      : dispatcher_(dispatcher), core_(core), operations_(operations) {}

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
  grpc::ServerUnaryReactor* ExplainRecommendation(
      grpc::CallbackServerContext* context, const v1::ExplainRecommendationRequest* request,
      v1::ExplainRecommendationResponse* response) override;
  grpc::ServerUnaryReactor* ReplayPrediction(grpc::CallbackServerContext* context,
                                             const v1::ReplayPredictionRequest* request,
                                             v1::ReplayPredictionResponse* response) override;
  grpc::ServerUnaryReactor* ListAudience(grpc::CallbackServerContext* context,
                                         const v1::ListAudienceRequest* request,
                                         v1::ListAudienceResponse* response) override;
  grpc::ServerUnaryReactor* RecordFeedback(grpc::CallbackServerContext* context,
                                           const v1::RecordFeedbackRequest* request,
                                           v1::RecordFeedbackResponse* response) override;
  grpc::ServerUnaryReactor* CreateExperiment(grpc::CallbackServerContext* context,
                                             const v1::CreateExperimentRequest* request,
                                             v1::Experiment* response) override;
  grpc::ServerUnaryReactor* GetExperiment(grpc::CallbackServerContext* context,
                                          const v1::GetExperimentRequest* request,
                                          v1::Experiment* response) override;
  grpc::ServerUnaryReactor* ListExperiments(grpc::CallbackServerContext* context,
                                            const v1::ListExperimentsRequest* request,
                                            v1::ListExperimentsResponse* response) override;
  grpc::ServerUnaryReactor* StopExperiment(grpc::CallbackServerContext* context,
                                           const v1::StopExperimentRequest* request,
                                           v1::Experiment* response) override;
  grpc::ServerUnaryReactor* GetExperimentReport(grpc::CallbackServerContext* context,
                                                const v1::GetExperimentReportRequest* request,
                                                v1::ExperimentReport* response) override;
  grpc::ServerUnaryReactor* TrainModel(grpc::CallbackServerContext* context,
                                       const v1::TrainModelRequest* request,
                                       google::longrunning::Operation* response) override;

 private:
  rpc::Dispatcher* const dispatcher_;
  const RecommendCore core_;
  operations::Operations* const operations_;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_RPC_RECOMMEND_RPC_H_
