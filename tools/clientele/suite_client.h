#ifndef CLIENTELE_TOOLS_CLIENTELE_SUITE_CLIENT_H_
#define CLIENTELE_TOOLS_CLIENTELE_SUITE_CLIENT_H_

// The suite as the operator's client sees it: one channel to the gateway, every
// call repeated while the suite is busy or unavailable and the call is safe to repeat.
//
//   SuiteClient client({.gateway = "127.0.0.1:50050"});
//   auto response = client.Ask(request);
//
// Thread-safe.

#include <memory>
#include <string>
#include <vector>

#include <grpcpp/channel.h>

#include "absl/status/statusor.h"
#include "clientele/gateway/v1/gateway_service.grpc.pb.h"
#include "clientele/model/v1/model_service.grpc.pb.h"
#include "clientele/profile/v1/profile_service.grpc.pb.h"
#include "clientele/qa/v1/qa_service.grpc.pb.h"
#include "clientele/recommend/v1/recommend_service.grpc.pb.h"
#include "google/longrunning/operations.grpc.pb.h"

#include "common/executor/request_context.h"
#include "common/rpc/client_context.h"
#include "tools/clientele/import/retry.h"
#include "tools/clientele/import/suite.h"

namespace clientele::cli {

struct SuiteClientOptions {
  std::string gateway = "127.0.0.1:50050";
  std::string bearer_token;                    // empty: none
  absl::Duration timeout = absl::Seconds(60);  // of one attempt
  RetryPolicy retry;
};

class SuiteClient final : public Suite {
 public:
  explicit SuiteClient(const SuiteClientOptions& options);

  absl::StatusOr<profile::v1::BatchCreateCustomersResponse> CreateCustomers(
      const profile::v1::BatchCreateCustomersRequest& request) override;
  absl::StatusOr<profile::v1::BatchCreateEventsResponse> CreateEvents(
      const profile::v1::BatchCreateEventsRequest& request) override;
  absl::StatusOr<recommend::v1::BatchCreateItemsResponse> CreateItems(
      const recommend::v1::BatchCreateItemsRequest& request) override;
  absl::StatusOr<recommend::v1::BatchCheckItemsResponse> CheckItems(
      const recommend::v1::BatchCheckItemsRequest& request) override;
  absl::StatusOr<recommend::v1::BatchCreateAnonymousInteractionsResponse>
  CreateAnonymousInteractions(
      const recommend::v1::BatchCreateAnonymousInteractionsRequest& request) override;
  absl::StatusOr<qa::v1::BatchCreateArticlesResponse> CreateArticles(
      const qa::v1::BatchCreateArticlesRequest& request) override;
  absl::StatusOr<qa::v1::BatchCreateGoldenQuestionsResponse> CreateGoldenQuestions(
      const qa::v1::BatchCreateGoldenQuestionsRequest& request) override;
  absl::StatusOr<profile::v1::BatchUpdateConsentsResponse> UpdateConsents(
      const profile::v1::BatchUpdateConsentsRequest& request) override;
  absl::StatusOr<profile::v1::Customer> GetCustomer(
      const profile::v1::GetCustomerRequest& request) override;
  absl::StatusOr<recommend::v1::Item> GetItem(
      const recommend::v1::GetItemRequest& request) override;
  absl::StatusOr<qa::v1::Article> GetArticle(const qa::v1::GetArticleRequest& request) override;
  absl::StatusOr<profile::v1::Customer> UpdateCustomer(
      const profile::v1::UpdateCustomerRequest& request) override;
  absl::StatusOr<recommend::v1::Item> UpdateItem(
      const recommend::v1::UpdateItemRequest& request) override;
  absl::StatusOr<qa::v1::Article> UpdateArticle(
      const qa::v1::UpdateArticleRequest& request) override;

  absl::StatusOr<gateway::v1::GetCustomer360Response> GetCustomer360(
      const gateway::v1::GetCustomer360Request& request);
  absl::StatusOr<profile::v1::ListCustomersResponse> ListCustomers(
      const profile::v1::ListCustomersRequest& request);
  absl::StatusOr<profile::v1::Profile> GetProfile(const profile::v1::GetProfileRequest& request);
  absl::StatusOr<profile::v1::Segment> CreateSegment(
      const profile::v1::CreateSegmentRequest& request);
  absl::StatusOr<profile::v1::Segment> GetSegment(const profile::v1::GetSegmentRequest& request);
  absl::StatusOr<profile::v1::RenderSegmentReportResponse> RenderSegmentReport(
      const profile::v1::RenderSegmentReportRequest& request);
  absl::StatusOr<profile::v1::ListSegmentsResponse> ListSegments(
      const profile::v1::ListSegmentsRequest& request);
  absl::StatusOr<profile::v1::ListSegmentMembersResponse> ListSegmentMembers(
      const profile::v1::ListSegmentMembersRequest& request);
  absl::StatusOr<google::protobuf::Empty> DeleteSegment(
      const profile::v1::DeleteSegmentRequest& request);
  absl::StatusOr<profile::v1::MergeCustomersResponse> MergeCustomers(
      const profile::v1::MergeCustomersRequest& request);
  absl::StatusOr<profile::v1::Merge> UndoMerge(const profile::v1::UndoMergeRequest& request);
  absl::StatusOr<profile::v1::ListMergesResponse> ListMerges(
      const profile::v1::ListMergesRequest& request);
  absl::StatusOr<profile::v1::ListMatchesResponse> ListMatches(
      const profile::v1::ListMatchesRequest& request);
  absl::StatusOr<profile::v1::Match> DismissMatch(const profile::v1::DismissMatchRequest& request);
  absl::StatusOr<profile::v1::ListQuarantinedEventsResponse> ListQuarantinedEvents(
      const profile::v1::ListQuarantinedEventsRequest& request);
  absl::StatusOr<profile::v1::QuarantinedEvent> UpdateQuarantinedEvent(
      const profile::v1::UpdateQuarantinedEventRequest& request);
  // Tried again after a lost answer, it counts less: what was stored before is gone from there.
  absl::StatusOr<profile::v1::ReplayQuarantinedEventsResponse> ReplayQuarantinedEvents(
      const profile::v1::ReplayQuarantinedEventsRequest& request);
  absl::StatusOr<google::protobuf::Empty> DeleteQuarantinedEvent(
      const profile::v1::DeleteQuarantinedEventRequest& request);
  absl::StatusOr<profile::v1::ListSimilarCustomersResponse> ListSimilarCustomers(
      const profile::v1::ListSimilarCustomersRequest& request);
  absl::StatusOr<profile::v1::ProfileExplanation> ExplainProfile(
      const profile::v1::ExplainProfileRequest& request);
  absl::StatusOr<profile::v1::RenderProfileCardResponse> RenderProfileCard(
      const profile::v1::RenderProfileCardRequest& request);
  // A picture of a customer: metadata, then the bytes in chunks.
  absl::StatusOr<profile::v1::Media> UploadMedia(const profile::v1::Media& metadata,
                                                 const std::string& bytes);
  absl::StatusOr<profile::v1::ListMediaResponse> ListMedia(
      const profile::v1::ListMediaRequest& request);
  absl::StatusOr<google::protobuf::Empty> DeleteMedia(
      const profile::v1::DeleteMediaRequest& request);
  absl::StatusOr<profile::v1::DetectObjectsResponse> DetectObjects(
      const profile::v1::DetectObjectsRequest& request);
  absl::StatusOr<google::protobuf::Empty> DeleteCustomer(
      const profile::v1::DeleteCustomerRequest& request);
  absl::StatusOr<profile::v1::ListConsentsResponse> ListConsents(
      const profile::v1::ListConsentsRequest& request);
  absl::StatusOr<profile::v1::ListConsentDecisionsResponse> ListConsentDecisions(
      const profile::v1::ListConsentDecisionsRequest& request);
  absl::StatusOr<qa::v1::SearchArticlesResponse> SearchArticles(
      const qa::v1::SearchArticlesRequest& request);
  absl::StatusOr<qa::v1::AskResponse> Ask(const qa::v1::AskRequest& request);
  absl::StatusOr<qa::v1::ReplayAnswerResponse> ReplayAnswer(
      const qa::v1::ReplayAnswerRequest& request);
  absl::StatusOr<qa::v1::ListHandoversResponse> ListHandovers(
      const qa::v1::ListHandoversRequest& request);
  absl::StatusOr<qa::v1::Handover> CloseHandover(const qa::v1::CloseHandoverRequest& request);
  absl::StatusOr<qa::v1::ListGoldenQuestionsResponse> ListGoldenQuestions(
      const qa::v1::ListGoldenQuestionsRequest& request);
  absl::StatusOr<google::protobuf::Empty> DeleteGoldenQuestion(
      const qa::v1::DeleteGoldenQuestionRequest& request);
  absl::StatusOr<qa::v1::UpgradeReport> GetUpgradeReport(
      const qa::v1::GetUpgradeReportRequest& request);
  absl::StatusOr<qa::v1::ListKnowledgeGapsResponse> ListKnowledgeGaps(
      const qa::v1::ListKnowledgeGapsRequest& request);
  absl::StatusOr<recommend::v1::RecommendResponse> Recommend(
      const recommend::v1::RecommendRequest& request);
  absl::StatusOr<recommend::v1::ReplayPredictionResponse> ReplayPrediction(
      const recommend::v1::ReplayPredictionRequest& request);
  absl::StatusOr<recommend::v1::SimilarItemsResponse> SimilarItems(
      const recommend::v1::SimilarItemsRequest& request);
  absl::StatusOr<recommend::v1::ListAudienceResponse> ListAudience(
      const recommend::v1::ListAudienceRequest& request);
  absl::StatusOr<recommend::v1::ListItemsResponse> ListItems(
      const recommend::v1::ListItemsRequest& request);
  absl::StatusOr<recommend::v1::ItemStatistics> GetItemStatistics(
      const recommend::v1::GetItemStatisticsRequest& request);
  absl::StatusOr<google::longrunning::Operation> TrainModel(
      const recommend::v1::TrainModelRequest& request);
  absl::StatusOr<google::longrunning::Operation> GetOperation(
      const google::longrunning::GetOperationRequest& request);

  // Every version that a service ("profile", "qa", "recommend") knows.
  absl::StatusOr<std::vector<model::v1::ModelVersion>> ListModels(const std::string& service);

  // One attempt each, for looking at who is there.
  absl::Status ProbeProfile();
  absl::Status ProbeQa();
  absl::Status ProbeRecommend();

 private:
  template <class Stub, class Interface, class Request, class Response>
  absl::StatusOr<Response> Call(Stub& stub,
                                grpc::Status (Interface::*method)(grpc::ClientContext*,
                                                                  const Request&, Response*),
                                const Request& request) {
    return WithRetry(options_.retry, [&] {
      return rpc::CallUnary(stub, method, RequestContext(), request, CallOptions());
    });
  }
  // Under an id of its content, so that it may be repeated; a stale etag is not.
  template <class Stub, class Interface, class Request, class Response>
  absl::StatusOr<Response> CallUpdate(Stub& stub,
                                      grpc::Status (Interface::*method)(grpc::ClientContext*,
                                                                        const Request&, Response*),
                                      Request request);
  rpc::ClientCallOptions CallOptions() const;

  const SuiteClientOptions options_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<profile::v1::ProfileService::StubInterface> profile_;
  std::unique_ptr<qa::v1::QaService::StubInterface> qa_;
  std::unique_ptr<recommend::v1::RecommendService::StubInterface> recommend_;
  std::unique_ptr<gateway::v1::GatewayService::StubInterface> gateway_;
  std::unique_ptr<google::longrunning::Operations::StubInterface> operations_;
  std::unique_ptr<model::v1::ModelService::StubInterface> models_;
};

// Asks grpc.health.v1.Health at `address` about the whole process: OK when it is
// SERVING, UNAVAILABLE otherwise.
absl::Status CheckHealth(const std::string& address, const std::string& bearer_token);

}  // namespace clientele::cli

#endif  // CLIENTELE_TOOLS_CLIENTELE_SUITE_CLIENT_H_
