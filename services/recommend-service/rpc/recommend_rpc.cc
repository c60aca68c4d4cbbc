#include "services/recommend-service/rpc/recommend_rpc.h"

#include <string>
#include <utility>
#include <vector>

#include "common/rpc/mutation.h"
#include "common/rpc/operation_conversion.h"
#include "common/rpc/page_size.h"
#include "common/rpc/resource_name.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/recommend-service/rpc/experiment_conversion.h"
#include "services/recommend-service/rpc/item_conversion.h"
#include "services/recommend-service/rpc/prediction_conversion.h"
#include "services/recommend-service/rpc/recommend_conversion.h"
#include "services/recommend-service/rpc/train_model_operation.h"

namespace clientele::recommend {
namespace {

constexpr char kItemNamePattern[] = "items/{}";

}  // namespace

grpc::ServerUnaryReactor* RecommendRpc::CreateItem(grpc::CallbackServerContext* context,
                                                   const v1::CreateItemRequest* request,
                                                   v1::Item* response) {
  return dispatcher_->Unary(
      context, request, response, "CreateItem",
      [this](const RequestContext& context,
             const v1::CreateItemRequest& request) -> absl::StatusOr<v1::Item> {
        CLIENTELE_ASSIGN_OR_RETURN(
            const MutationId mutation,
            rpc::MakeMutationId<v1::RecommendService>(context, "CreateItem", request));
        CLIENTELE_ASSIGN_OR_RETURN(const Item wanted, FromProto(request.item(), request.item_id()));
        CLIENTELE_ASSIGN_OR_RETURN(const Item item, core_.items->Create(context, mutation, wanted,
                                                                        request.validate_only()));
        return ToProto(item);
      });
}

grpc::ServerUnaryReactor* RecommendRpc::BatchCreateItems(grpc::CallbackServerContext* context,
                                                         const v1::BatchCreateItemsRequest* request,
                                                         v1::BatchCreateItemsResponse* response) {
  return dispatcher_->Unary(
      context, request, response, "BatchCreateItems",
      [this](const RequestContext& context, const v1::BatchCreateItemsRequest& request)
          -> absl::StatusOr<v1::BatchCreateItemsResponse> {
        CLIENTELE_ASSIGN_OR_RETURN(
            const MutationId mutation,
            rpc::MakeMutationId<v1::RecommendService>(context, "BatchCreateItems", request));
        CLIENTELE_ASSIGN_OR_RETURN(const std::vector<Item> items, FromProto(request));
        CLIENTELE_ASSIGN_OR_RETURN(const BatchCreated created,
                                   core_.items->BatchCreate(context, mutation, items));
        v1::BatchCreateItemsResponse result;
        result.set_created_count(created.created);
        result.set_existing_count(created.existing);
        return result;
      });
}

grpc::ServerUnaryReactor* RecommendRpc::GetItem(grpc::CallbackServerContext* context,
                                                const v1::GetItemRequest* request,
                                                v1::Item* response) {
  return dispatcher_->Unary(
      context, request, response, "GetItem",
      [this](const RequestContext& context,
             const v1::GetItemRequest& request) -> absl::StatusOr<v1::Item> {
        CLIENTELE_ASSIGN_OR_RETURN(
            const std::string id, rpc::ParseResourceName(kItemNamePattern, request.name(), "name"));
        CLIENTELE_ASSIGN_OR_RETURN(const Item item, core_.items->Get(context, id));
        return ToProto(item);
      });
}

grpc::ServerUnaryReactor* RecommendRpc::ListItems(grpc::CallbackServerContext* context,
                                                  const v1::ListItemsRequest* request,
                                                  v1::ListItemsResponse* response) {
  return dispatcher_->Unary(
      context, request, response, "ListItems",
      [this](const RequestContext& context,
             const v1::ListItemsRequest& request) -> absl::StatusOr<v1::ListItemsResponse> {
        CLIENTELE_ASSIGN_OR_RETURN(const int page_size, rpc::PageSize(request.page_size()));
        CLIENTELE_ASSIGN_OR_RETURN(const ItemListing listing,
                                   core_.items->List(context, page_size, request.page_token()));
        v1::ListItemsResponse result;
        for (const Item& item : listing.items) *result.add_items() = ToProto(item);
        result.set_next_page_token(listing.next_page_token);
        return result;
      });
}

grpc::ServerUnaryReactor* RecommendRpc::UpdateItem(grpc::CallbackServerContext* context,
                                                   const v1::UpdateItemRequest* request,
                                                   v1::Item* response) {
  return dispatcher_->Unary(
      context, request, response, "UpdateItem",
      [this](const RequestContext& context,
             const v1::UpdateItemRequest& request) -> absl::StatusOr<v1::Item> {
        CLIENTELE_ASSIGN_OR_RETURN(
            const MutationId mutation,
            rpc::MakeMutationId<v1::RecommendService>(context, "UpdateItem", request));
        CLIENTELE_ASSIGN_OR_RETURN(const ItemUpdate update, FromProto(request));
        CLIENTELE_ASSIGN_OR_RETURN(const Item item, core_.items->Update(context, mutation, update,
                                                                        request.validate_only()));
        return ToProto(item);
      });
}

grpc::ServerUnaryReactor* RecommendRpc::DeleteItem(grpc::CallbackServerContext* context,
                                                   const v1::DeleteItemRequest* request,
                                                   google::protobuf::Empty* response) {
  return dispatcher_->Unary(
      context, request, response, "DeleteItem",
      [this](const RequestContext& context,
             const v1::DeleteItemRequest& request) -> absl::StatusOr<google::protobuf::Empty> {
        CLIENTELE_ASSIGN_OR_RETURN(
            const MutationId mutation,
            rpc::MakeMutationId<v1::RecommendService>(context, "DeleteItem", request));
        CLIENTELE_ASSIGN_OR_RETURN(
            const std::string id, rpc::ParseResourceName(kItemNamePattern, request.name(), "name"));
        CLIENTELE_RETURN_IF_ERROR(core_.items->Delete(context, mutation, id, request.etag()));
        return google::protobuf::Empty();
      });
}

grpc::ServerUnaryReactor* RecommendRpc::BatchCheckItems(grpc::CallbackServerContext* context,
                                                        const v1::BatchCheckItemsRequest* request,
                                                        v1::BatchCheckItemsResponse* response) {
  return dispatcher_->Unary(
      context, request, response, "BatchCheckItems",
      [this](const RequestContext& context, const v1::BatchCheckItemsRequest& request)
          -> absl::StatusOr<v1::BatchCheckItemsResponse> {
        CLIENTELE_ASSIGN_OR_RETURN(const std::vector<std::string> ids, FromProto(request));
        CLIENTELE_ASSIGN_OR_RETURN(const std::vector<std::string> missing,
                                   core_.items->Missing(context, ids));
        v1::BatchCheckItemsResponse result;
        for (const std::string& id : missing) {
          result.add_missing_names(rpc::FormatResourceName(kItemNamePattern, id));
        }
        return result;
      });
}

grpc::ServerUnaryReactor* RecommendRpc::BatchCreateAnonymousInteractions(
    grpc::CallbackServerContext* context,
    const v1::BatchCreateAnonymousInteractionsRequest* request,
    v1::BatchCreateAnonymousInteractionsResponse* response) {
  return dispatcher_->Unary(
      context, request, response, "BatchCreateAnonymousInteractions",
      [this](const RequestContext& context,
             const v1::BatchCreateAnonymousInteractionsRequest& request)
          -> absl::StatusOr<v1::BatchCreateAnonymousInteractionsResponse> {
        CLIENTELE_ASSIGN_OR_RETURN(const std::vector<AnonymousInteraction> interactions,
                                   FromProto(request));
        CLIENTELE_ASSIGN_OR_RETURN(const AnonymousCreated created,
                                   core_.interactions->BatchCreateAnonymous(context, interactions));
        v1::BatchCreateAnonymousInteractionsResponse result;
        result.set_created_count(created.created);
        result.set_duplicate_count(created.duplicates);
        return result;
      });
}

grpc::ServerUnaryReactor* RecommendRpc::GetItemStatistics(
    grpc::CallbackServerContext* context, const v1::GetItemStatisticsRequest* request,
    v1::ItemStatistics* response) {
  return dispatcher_->Unary(
      context, request, response, "GetItemStatistics",
      [this](const RequestContext& context,
             const v1::GetItemStatisticsRequest& request) -> absl::StatusOr<v1::ItemStatistics> {
        CLIENTELE_ASSIGN_OR_RETURN(
            const std::string id,
            rpc::ParseResourceName("items/{}/statistics", request.name(), "name"));
        CLIENTELE_ASSIGN_OR_RETURN(const ItemStatistics statistics,
                                   core_.interactions->Statistics(context, id));
        v1::ItemStatistics result;
        result.set_name(request.name());
        result.set_purchase_count(statistics.purchases);
        result.set_return_count(statistics.returns);
        result.set_view_count(statistics.views);
        result.set_customer_count(statistics.customers);
        return result;
      });
}

grpc::ServerUnaryReactor* RecommendRpc::Recommend(grpc::CallbackServerContext* context,
                                                  const v1::RecommendRequest* request,
                                                  v1::RecommendResponse* response) {
  return dispatcher_->Unary(
      context, request, response, "Recommend",
      [this](const RequestContext& context,
             const v1::RecommendRequest& request) -> absl::StatusOr<v1::RecommendResponse> {
        CLIENTELE_ASSIGN_OR_RETURN(RecommendQuery query, FromProto(request));
        Variant variant;
        if (!request.experiment().empty()) {
          if (query.customer_id.empty()) {
            return InvalidField("experiment", "assigns customers: a session has none");
          }
          CLIENTELE_ASSIGN_OR_RETURN(const std::string experiment,
                                     ExperimentId(request.experiment(), "experiment"));
          CLIENTELE_ASSIGN_OR_RETURN(
              variant, core_.experiments->Assign(context, experiment, query.customer_id));
          query.method = variant.method;
        }
        CLIENTELE_ASSIGN_OR_RETURN(const RecommendationList list,
                                   core_.predictions->Recommend(context, query, request.record()));
        v1::RecommendResponse result = ToProto(list);
        if (!list.prediction_id.empty()) {
          result.set_prediction(PredictionName(query.customer_id, list.prediction_id));
        }
        result.set_variant_id(variant.id);
        return result;
      });
}

grpc::ServerUnaryReactor* RecommendRpc::RankItems(grpc::CallbackServerContext* context,
                                                  const v1::RankItemsRequest* request,
                                                  v1::RankItemsResponse* response) {
  return dispatcher_->Unary(
      context, request, response, "RankItems",
      [this](const RequestContext& context,
             const v1::RankItemsRequest& request) -> absl::StatusOr<v1::RankItemsResponse> {
        CLIENTELE_ASSIGN_OR_RETURN(const RankQuery query, FromProto(request));
        CLIENTELE_ASSIGN_OR_RETURN(const RankedCandidates ranked,
                                   core_.recommender->Rank(context, query));
        return ToProto(ranked);
      });
}

grpc::ServerUnaryReactor* RecommendRpc::SimilarItems(grpc::CallbackServerContext* context,
                                                     const v1::SimilarItemsRequest* request,
                                                     v1::SimilarItemsResponse* response) {
  return dispatcher_->Unary(
      context, request, response, "SimilarItems",
      [this](const RequestContext& context,
             const v1::SimilarItemsRequest& request) -> absl::StatusOr<v1::SimilarItemsResponse> {
        CLIENTELE_ASSIGN_OR_RETURN(const SimilarItemsQuery query, FromProto(request));
        CLIENTELE_ASSIGN_OR_RETURN(const SimilarItemsList list,
                                   core_.recommender->SimilarItems(context, query));
        return ToProto(list);
      });
}

grpc::ServerUnaryReactor* RecommendRpc::TrainModel(grpc::CallbackServerContext* context,
                                                   const v1::TrainModelRequest* request,
                                                   google::longrunning::Operation* response) {
  return dispatcher_->Unary(
      context, request, response, "TrainModel",
      [this](const RequestContext& context, const v1::TrainModelRequest& request)
          -> absl::StatusOr<google::longrunning::Operation> {
        CLIENTELE_ASSIGN_OR_RETURN(
            const MutationId mutation,
            rpc::MakeMutationId<v1::RecommendService>(context, "TrainModel", request));
        CLIENTELE_RETURN_IF_ERROR(CheckTrainingOptions(FromProto(request)));
        CLIENTELE_ASSIGN_OR_RETURN(const operations::Operation started,
                                   operations_->Start(context, mutation, NewTrainModel(request)));
        return rpc::ToProto(kOperationsService, started);
      });
}

}  // namespace clientele::recommend
