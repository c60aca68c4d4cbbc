// The methods of RecommendRpc about explanations, replays, audiences, feedback and experiments.
#include <string>
#include <utility>
#include <vector>

#include "common/rpc/mutation.h"
#include "common/rpc/page_size.h"
#include "common/rpc/resource_name.h"
#include "common/status/status_macros.h"
#include "services/recommend-service/rpc/audience_conversion.h"
#include "services/recommend-service/rpc/experiment_conversion.h"
#include "services/recommend-service/rpc/prediction_conversion.h"
#include "services/recommend-service/rpc/recommend_rpc.h"

namespace clientele::recommend {

grpc::ServerUnaryReactor* RecommendRpc::ExplainRecommendation(
    grpc::CallbackServerContext* context, const v1::ExplainRecommendationRequest* request,
    v1::ExplainRecommendationResponse* response) {
  return dispatcher_->Unary(
      context, request, response, "ExplainRecommendation",
      [this](const RequestContext& context, const v1::ExplainRecommendationRequest& request)
          -> absl::StatusOr<v1::ExplainRecommendationResponse> {
        CLIENTELE_ASSIGN_OR_RETURN(const ExplainQuery query, FromProto(request));
        CLIENTELE_ASSIGN_OR_RETURN(const RecommendationExplanation explanation,
                                   core_.recommender->Explain(context, query));
        return ToProto(explanation);
      });
}

grpc::ServerUnaryReactor* RecommendRpc::ReplayPrediction(grpc::CallbackServerContext* context,
                                                         const v1::ReplayPredictionRequest* request,
                                                         v1::ReplayPredictionResponse* response) {
  return dispatcher_->Unary(
      context, request, response, "ReplayPrediction",
      [this](const RequestContext& context, const v1::ReplayPredictionRequest& request)
          -> absl::StatusOr<v1::ReplayPredictionResponse> {
        CLIENTELE_ASSIGN_OR_RETURN(const auto ids, ParsePredictionName(request.name(), "name"));
        CLIENTELE_ASSIGN_OR_RETURN(const ReplayedPrediction replayed,
                                   core_.predictions->Replay(context, ids.first, ids.second));
        return ToProto(replayed);
      });
}

grpc::ServerUnaryReactor* RecommendRpc::ListAudience(grpc::CallbackServerContext* context,
                                                     const v1::ListAudienceRequest* request,
                                                     v1::ListAudienceResponse* response) {
  return dispatcher_->Unary(
      context, request, response, "ListAudience",
      [this](const RequestContext& context,
             const v1::ListAudienceRequest& request) -> absl::StatusOr<v1::ListAudienceResponse> {
        CLIENTELE_ASSIGN_OR_RETURN(const AudienceQuery query, FromProto(request));
        CLIENTELE_ASSIGN_OR_RETURN(const AudiencePage page, core_.audiences->List(context, query));
        return ToProto(page);
      });
}

grpc::ServerUnaryReactor* RecommendRpc::RecordFeedback(grpc::CallbackServerContext* context,
                                                       const v1::RecordFeedbackRequest* request,
                                                       v1::RecordFeedbackResponse* response) {
  return dispatcher_->Unary(
      context, request, response, "RecordFeedback",
      [this](const RequestContext& context, const v1::RecordFeedbackRequest& request)
          -> absl::StatusOr<v1::RecordFeedbackResponse> {
        CLIENTELE_ASSIGN_OR_RETURN(
            const MutationId mutation,
            rpc::MakeMutationId<v1::RecommendService>(context, "RecordFeedback", request));
        CLIENTELE_ASSIGN_OR_RETURN(std::vector<Feedback> feedback, FromProto(request));
        CLIENTELE_ASSIGN_OR_RETURN(
            const FeedbackRecorded recorded,
            core_.experiments->Record(context, mutation, std::move(feedback)));
        return ToProto(recorded);
      });
}

grpc::ServerUnaryReactor* RecommendRpc::CreateExperiment(grpc::CallbackServerContext* context,
                                                         const v1::CreateExperimentRequest* request,
                                                         v1::Experiment* response) {
  return dispatcher_->Unary(
      context, request, response, "CreateExperiment",
      [this](const RequestContext& context,
             const v1::CreateExperimentRequest& request) -> absl::StatusOr<v1::Experiment> {
        CLIENTELE_ASSIGN_OR_RETURN(
            const MutationId mutation,
            rpc::MakeMutationId<v1::RecommendService>(context, "CreateExperiment", request));
        CLIENTELE_ASSIGN_OR_RETURN(const Experiment experiment, FromProto(request));
        CLIENTELE_ASSIGN_OR_RETURN(
            const Experiment created,
            core_.experiments->Create(context, mutation, experiment, request.validate_only()));
        return ToProto(created);
      });
}

grpc::ServerUnaryReactor* RecommendRpc::GetExperiment(grpc::CallbackServerContext* context,
                                                      const v1::GetExperimentRequest* request,
                                                      v1::Experiment* response) {
  return dispatcher_->Unary(
      context, request, response, "GetExperiment",
      [this](const RequestContext& context,
             const v1::GetExperimentRequest& request) -> absl::StatusOr<v1::Experiment> {
        CLIENTELE_ASSIGN_OR_RETURN(const std::string id, ExperimentId(request.name(), "name"));
        CLIENTELE_ASSIGN_OR_RETURN(const Experiment experiment,
                                   core_.experiments->Get(context, id));
        return ToProto(experiment);
      });
}

grpc::ServerUnaryReactor* RecommendRpc::ListExperiments(grpc::CallbackServerContext* context,
                                                        const v1::ListExperimentsRequest* request,
                                                        v1::ListExperimentsResponse* response) {
  return dispatcher_->Unary(
      context, request, response, "ListExperiments",
      [this](const RequestContext& context, const v1::ListExperimentsRequest& request)
          -> absl::StatusOr<v1::ListExperimentsResponse> {
        CLIENTELE_ASSIGN_OR_RETURN(const int page_size, rpc::PageSize(request.page_size()));
        CLIENTELE_ASSIGN_OR_RETURN(
            const ExperimentListing listing,
            core_.experiments->List(context, page_size, request.page_token()));
        v1::ListExperimentsResponse result;
        for (const Experiment& one : listing.experiments) *result.add_experiments() = ToProto(one);
        result.set_next_page_token(listing.next_page_token);
        return result;
      });
}

grpc::ServerUnaryReactor* RecommendRpc::StopExperiment(grpc::CallbackServerContext* context,
                                                       const v1::StopExperimentRequest* request,
                                                       v1::Experiment* response) {
  return dispatcher_->Unary(
      context, request, response, "StopExperiment",
      [this](const RequestContext& context,
             const v1::StopExperimentRequest& request) -> absl::StatusOr<v1::Experiment> {
        CLIENTELE_ASSIGN_OR_RETURN(
            const MutationId mutation,
            rpc::MakeMutationId<v1::RecommendService>(context, "StopExperiment", request));
        CLIENTELE_ASSIGN_OR_RETURN(const std::string id, ExperimentId(request.name(), "name"));
        CLIENTELE_ASSIGN_OR_RETURN(const Experiment stopped,
                                   core_.experiments->Stop(context, mutation, id));
        return ToProto(stopped);
      });
}

grpc::ServerUnaryReactor* RecommendRpc::GetExperimentReport(
    grpc::CallbackServerContext* context, const v1::GetExperimentReportRequest* request,
    v1::ExperimentReport* response) {
  return dispatcher_->Unary(
      context, request, response, "GetExperimentReport",
      [this](const RequestContext& context, const v1::GetExperimentReportRequest& request)
          -> absl::StatusOr<v1::ExperimentReport> {
        CLIENTELE_ASSIGN_OR_RETURN(
            const std::string id,
            rpc::ParseResourceName("experiments/{}/report", request.name(), "name"));
        CLIENTELE_ASSIGN_OR_RETURN(const std::vector<VariantReport> reports,
                                   core_.experiments->Report(context, id));
        return ToProto(request.name(), reports);
      });
}

}  // namespace clientele::recommend
