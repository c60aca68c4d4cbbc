#include "tools/clientele/suite_client.h"

#include "absl/strings/str_cat.h"

#include "common/crypto/digest.h"
#include "common/rpc/channel.h"
#include "common/rpc/status_bridge.h"
#include "common/status/status_macros.h"

namespace clientele::cli {

using ProfileStub = profile::v1::ProfileService::StubInterface;
using QaStub = qa::v1::QaService::StubInterface;
using RecommendStub = recommend::v1::RecommendService::StubInterface;
using GatewayStub = gateway::v1::GatewayService::StubInterface;
using OperationsStub = google::longrunning::Operations::StubInterface;

SuiteClient::SuiteClient(const SuiteClientOptions& options)
    : options_(options),
      channel_(rpc::MakeChannel({.target = options.gateway})),
      profile_(profile::v1::ProfileService::NewStub(channel_)),
      qa_(qa::v1::QaService::NewStub(channel_)),
      recommend_(recommend::v1::RecommendService::NewStub(channel_)),
      gateway_(gateway::v1::GatewayService::NewStub(channel_)),
      operations_(google::longrunning::Operations::NewStub(channel_)),
      models_(model::v1::ModelService::NewStub(channel_)) {}

rpc::ClientCallOptions SuiteClient::CallOptions() const {
  return {.bearer_token = options_.bearer_token, .timeout = options_.timeout};
}

absl::StatusOr<profile::v1::BatchCreateCustomersResponse> SuiteClient::CreateCustomers(
    const profile::v1::BatchCreateCustomersRequest& request) {
  return Call(*profile_, &ProfileStub::BatchCreateCustomers, request);
}

absl::StatusOr<profile::v1::BatchCreateEventsResponse> SuiteClient::CreateEvents(
    const profile::v1::BatchCreateEventsRequest& request) {
  return Call(*profile_, &ProfileStub::BatchCreateEvents, request);
}

absl::StatusOr<recommend::v1::BatchCreateItemsResponse> SuiteClient::CreateItems(
    const recommend::v1::BatchCreateItemsRequest& request) {
  return Call(*recommend_, &RecommendStub::BatchCreateItems, request);
}

absl::StatusOr<recommend::v1::BatchCheckItemsResponse> SuiteClient::CheckItems(
    const recommend::v1::BatchCheckItemsRequest& request) {
  return Call(*recommend_, &RecommendStub::BatchCheckItems, request);
}

absl::StatusOr<recommend::v1::BatchCreateAnonymousInteractionsResponse>
SuiteClient::CreateAnonymousInteractions(
    const recommend::v1::BatchCreateAnonymousInteractionsRequest& request) {
  return Call(*recommend_, &RecommendStub::BatchCreateAnonymousInteractions, request);
}

absl::StatusOr<qa::v1::BatchCreateArticlesResponse> SuiteClient::CreateArticles(
    const qa::v1::BatchCreateArticlesRequest& request) {
  return Call(*qa_, &QaStub::BatchCreateArticles, request);
}

template <class Stub, class Interface, class Request, class Response>
absl::StatusOr<Response> SuiteClient::CallUpdate(
    Stub& stub, grpc::Status (Interface::*method)(grpc::ClientContext*, const Request&, Response*),
    Request request) {
  request.set_request_id(crypto::Sha256Hex(request.SerializeAsString()).substr(0, 32));
  absl::Status stale;
  absl::StatusOr<Response> response = WithRetry(options_.retry, [&]() -> absl::StatusOr<Response> {
    absl::StatusOr<Response> answer =
        rpc::CallUnary(stub, method, RequestContext(), request, CallOptions());
    if (!absl::IsAborted(answer.status())) return answer;
    stale = answer.status();
    return absl::FailedPreconditionError("the etag is stale");
  });
  if (!response.ok() && !stale.ok()) return stale;
  return response;
}

absl::StatusOr<profile::v1::Customer> SuiteClient::GetCustomer(
    const profile::v1::GetCustomerRequest& request) {
  return Call(*profile_, &ProfileStub::GetCustomer, request);
}

absl::StatusOr<recommend::v1::Item> SuiteClient::GetItem(
    const recommend::v1::GetItemRequest& request) {
  return Call(*recommend_, &RecommendStub::GetItem, request);
}

absl::StatusOr<qa::v1::Article> SuiteClient::GetArticle(const qa::v1::GetArticleRequest& request) {
  return Call(*qa_, &QaStub::GetArticle, request);
}

absl::StatusOr<profile::v1::Customer> SuiteClient::UpdateCustomer(
    const profile::v1::UpdateCustomerRequest& request) {
  return CallUpdate(*profile_, &ProfileStub::UpdateCustomer, request);
}

absl::StatusOr<recommend::v1::Item> SuiteClient::UpdateItem(
    const recommend::v1::UpdateItemRequest& request) {
  return CallUpdate(*recommend_, &RecommendStub::UpdateItem, request);
}

absl::StatusOr<qa::v1::Article> SuiteClient::UpdateArticle(
    const qa::v1::UpdateArticleRequest& request) {
  return CallUpdate(*qa_, &QaStub::UpdateArticle, request);
}

absl::StatusOr<gateway::v1::GetCustomer360Response> SuiteClient::GetCustomer360(
    const gateway::v1::GetCustomer360Request& request) {
  return Call(*gateway_, &GatewayStub::GetCustomer360, request);
}

absl::StatusOr<profile::v1::ListCustomersResponse> SuiteClient::ListCustomers(
    const profile::v1::ListCustomersRequest& request) {
  return Call(*profile_, &ProfileStub::ListCustomers, request);
}

absl::StatusOr<profile::v1::Profile> SuiteClient::GetProfile(
    const profile::v1::GetProfileRequest& request) {
  return Call(*profile_, &ProfileStub::GetProfile, request);
}

absl::StatusOr<profile::v1::Segment> SuiteClient::CreateSegment(
    const profile::v1::CreateSegmentRequest& request) {
  return Call(*profile_, &ProfileStub::CreateSegment, request);
}

absl::StatusOr<profile::v1::ListSegmentsResponse> SuiteClient::ListSegments(
    const profile::v1::ListSegmentsRequest& request) {
  return Call(*profile_, &ProfileStub::ListSegments, request);
}

absl::StatusOr<profile::v1::MergeCustomersResponse> SuiteClient::MergeCustomers(
    const profile::v1::MergeCustomersRequest& request) {
  return Call(*profile_, &ProfileStub::MergeCustomers, request);
}

absl::StatusOr<profile::v1::Merge> SuiteClient::UndoMerge(
    const profile::v1::UndoMergeRequest& request) {
  return Call(*profile_, &ProfileStub::UndoMerge, request);
}

absl::StatusOr<profile::v1::ListMergesResponse> SuiteClient::ListMerges(
    const profile::v1::ListMergesRequest& request) {
  return Call(*profile_, &ProfileStub::ListMerges, request);
}

absl::StatusOr<profile::v1::ListMatchesResponse> SuiteClient::ListMatches(
    const profile::v1::ListMatchesRequest& request) {
  return Call(*profile_, &ProfileStub::ListMatches, request);
}

absl::StatusOr<profile::v1::Match> SuiteClient::DismissMatch(
    const profile::v1::DismissMatchRequest& request) {
  return Call(*profile_, &ProfileStub::DismissMatch, request);
}

absl::StatusOr<profile::v1::ListQuarantinedEventsResponse> SuiteClient::ListQuarantinedEvents(
    const profile::v1::ListQuarantinedEventsRequest& request) {
  return Call(*profile_, &ProfileStub::ListQuarantinedEvents, request);
}

absl::StatusOr<profile::v1::QuarantinedEvent> SuiteClient::UpdateQuarantinedEvent(
    const profile::v1::UpdateQuarantinedEventRequest& request) {
  return Call(*profile_, &ProfileStub::UpdateQuarantinedEvent, request);
}

absl::StatusOr<profile::v1::ReplayQuarantinedEventsResponse> SuiteClient::ReplayQuarantinedEvents(
    const profile::v1::ReplayQuarantinedEventsRequest& request) {
  return Call(*profile_, &ProfileStub::ReplayQuarantinedEvents, request);
}

absl::StatusOr<google::protobuf::Empty> SuiteClient::DeleteQuarantinedEvent(
    const profile::v1::DeleteQuarantinedEventRequest& request) {
  return Call(*profile_, &ProfileStub::DeleteQuarantinedEvent, request);
}

absl::StatusOr<profile::v1::ListSegmentMembersResponse> SuiteClient::ListSegmentMembers(
    const profile::v1::ListSegmentMembersRequest& request) {
  return Call(*profile_, &ProfileStub::ListSegmentMembers, request);
}

absl::StatusOr<google::protobuf::Empty> SuiteClient::DeleteSegment(
    const profile::v1::DeleteSegmentRequest& request) {
  return Call(*profile_, &ProfileStub::DeleteSegment, request);
}

absl::StatusOr<profile::v1::Segment> SuiteClient::GetSegment(
    const profile::v1::GetSegmentRequest& request) {
  return Call(*profile_, &ProfileStub::GetSegment, request);
}

absl::StatusOr<profile::v1::RenderSegmentReportResponse> SuiteClient::RenderSegmentReport(
    const profile::v1::RenderSegmentReportRequest& request) {
  return Call(*profile_, &ProfileStub::RenderSegmentReport, request);
}

absl::StatusOr<profile::v1::ListSimilarCustomersResponse> SuiteClient::ListSimilarCustomers(
    const profile::v1::ListSimilarCustomersRequest& request) {
  return Call(*profile_, &ProfileStub::ListSimilarCustomers, request);
}

absl::StatusOr<profile::v1::ProfileExplanation> SuiteClient::ExplainProfile(
    const profile::v1::ExplainProfileRequest& request) {
  return Call(*profile_, &ProfileStub::ExplainProfile, request);
}

absl::StatusOr<profile::v1::RenderProfileCardResponse> SuiteClient::RenderProfileCard(
    const profile::v1::RenderProfileCardRequest& request) {
  return Call(*profile_, &ProfileStub::RenderProfileCard, request);
}

absl::StatusOr<google::protobuf::Empty> SuiteClient::DeleteCustomer(
    const profile::v1::DeleteCustomerRequest& request) {
  return Call(*profile_, &ProfileStub::DeleteCustomer, request);
}

absl::StatusOr<profile::v1::BatchUpdateConsentsResponse> SuiteClient::UpdateConsents(
    const profile::v1::BatchUpdateConsentsRequest& request) {
  return Call(*profile_, &ProfileStub::BatchUpdateConsents, request);
}

absl::StatusOr<profile::v1::Media> SuiteClient::UploadMedia(const profile::v1::Media& metadata,
                                                            const std::string& bytes) {
  constexpr std::size_t kChunk = std::size_t{256} << 10;
  return WithRetry(options_.retry, [&]() -> absl::StatusOr<profile::v1::Media> {
    grpc::ClientContext context;
    rpc::PrepareClientContext(RequestContext(), CallOptions(), &context);
    profile::v1::Media stored;
    const auto stream = profile_->UploadMedia(&context, &stored);
    profile::v1::UploadMediaRequest request;
    *request.mutable_media() = metadata;
    bool open = stream->Write(request);
    request.clear_media();
    for (std::size_t at = 0; open && at < bytes.size(); at += kChunk) {
      request.set_chunk(bytes.substr(at, kChunk));
      open = stream->Write(request);
    }
    stream->WritesDone();
    const absl::Status status = rpc::FromGrpcStatus(stream->Finish());
    if (!status.ok()) return status;
    return stored;
  });
}

absl::StatusOr<profile::v1::ListMediaResponse> SuiteClient::ListMedia(
    const profile::v1::ListMediaRequest& request) {
  return Call(*profile_, &ProfileStub::ListMedia, request);
}

absl::StatusOr<google::protobuf::Empty> SuiteClient::DeleteMedia(
    const profile::v1::DeleteMediaRequest& request) {
  return Call(*profile_, &ProfileStub::DeleteMedia, request);
}

absl::StatusOr<profile::v1::DetectObjectsResponse> SuiteClient::DetectObjects(
    const profile::v1::DetectObjectsRequest& request) {
  return Call(*profile_, &ProfileStub::DetectObjects, request);
}

absl::StatusOr<profile::v1::ListConsentsResponse> SuiteClient::ListConsents(
    const profile::v1::ListConsentsRequest& request) {
  return Call(*profile_, &ProfileStub::ListConsents, request);
}

absl::StatusOr<profile::v1::ListConsentDecisionsResponse> SuiteClient::ListConsentDecisions(
    const profile::v1::ListConsentDecisionsRequest& request) {
  return Call(*profile_, &ProfileStub::ListConsentDecisions, request);
}

absl::StatusOr<qa::v1::AskResponse> SuiteClient::Ask(const qa::v1::AskRequest& request) {
  return Call(*qa_, &QaStub::Ask, request);
}

absl::StatusOr<qa::v1::ReplayAnswerResponse> SuiteClient::ReplayAnswer(
    const qa::v1::ReplayAnswerRequest& request) {
  return Call(*qa_, &QaStub::ReplayAnswer, request);
}

absl::StatusOr<qa::v1::SearchArticlesResponse> SuiteClient::SearchArticles(
    const qa::v1::SearchArticlesRequest& request) {
  return Call(*qa_, &QaStub::SearchArticles, request);
}

absl::StatusOr<qa::v1::ListHandoversResponse> SuiteClient::ListHandovers(
    const qa::v1::ListHandoversRequest& request) {
  return Call(*qa_, &QaStub::ListHandovers, request);
}

absl::StatusOr<qa::v1::Handover> SuiteClient::CloseHandover(
    const qa::v1::CloseHandoverRequest& request) {
  return Call(*qa_, &QaStub::CloseHandover, request);
}

absl::StatusOr<qa::v1::BatchCreateGoldenQuestionsResponse> SuiteClient::CreateGoldenQuestions(
    const qa::v1::BatchCreateGoldenQuestionsRequest& request) {
  return Call(*qa_, &QaStub::BatchCreateGoldenQuestions, request);
}

absl::StatusOr<qa::v1::ListGoldenQuestionsResponse> SuiteClient::ListGoldenQuestions(
    const qa::v1::ListGoldenQuestionsRequest& request) {
  return Call(*qa_, &QaStub::ListGoldenQuestions, request);
}

absl::StatusOr<google::protobuf::Empty> SuiteClient::DeleteGoldenQuestion(
    const qa::v1::DeleteGoldenQuestionRequest& request) {
  return Call(*qa_, &QaStub::DeleteGoldenQuestion, request);
}

absl::StatusOr<qa::v1::UpgradeReport> SuiteClient::GetUpgradeReport(
    const qa::v1::GetUpgradeReportRequest& request) {
  return Call(*qa_, &QaStub::GetUpgradeReport, request);
}

absl::StatusOr<qa::v1::ListKnowledgeGapsResponse> SuiteClient::ListKnowledgeGaps(
    const qa::v1::ListKnowledgeGapsRequest& request) {
  return Call(*qa_, &QaStub::ListKnowledgeGaps, request);
}

absl::StatusOr<recommend::v1::RecommendResponse> SuiteClient::Recommend(
    const recommend::v1::RecommendRequest& request) {
  return Call(*recommend_, &RecommendStub::Recommend, request);
}

absl::StatusOr<recommend::v1::ReplayPredictionResponse> SuiteClient::ReplayPrediction(
    const recommend::v1::ReplayPredictionRequest& request) {
  return Call(*recommend_, &RecommendStub::ReplayPrediction, request);
}

absl::StatusOr<recommend::v1::ListAudienceResponse> SuiteClient::ListAudience(
    const recommend::v1::ListAudienceRequest& request) {
  return Call(*recommend_, &RecommendStub::ListAudience, request);
}

absl::StatusOr<recommend::v1::SimilarItemsResponse> SuiteClient::SimilarItems(
    const recommend::v1::SimilarItemsRequest& request) {
  return Call(*recommend_, &RecommendStub::SimilarItems, request);
}

absl::StatusOr<recommend::v1::ListItemsResponse> SuiteClient::ListItems(
    const recommend::v1::ListItemsRequest& request) {
  return Call(*recommend_, &RecommendStub::ListItems, request);
}

absl::StatusOr<recommend::v1::ItemStatistics> SuiteClient::GetItemStatistics(
    const recommend::v1::GetItemStatisticsRequest& request) {
  return Call(*recommend_, &RecommendStub::GetItemStatistics, request);
}

absl::StatusOr<google::longrunning::Operation> SuiteClient::TrainModel(
    const recommend::v1::TrainModelRequest& request) {
  return Call(*recommend_, &RecommendStub::TrainModel, request);
}

absl::StatusOr<google::longrunning::Operation> SuiteClient::GetOperation(
    const google::longrunning::GetOperationRequest& request) {
  return Call(*operations_, &OperationsStub::GetOperation, request);
}

absl::StatusOr<std::vector<model::v1::ModelVersion>> SuiteClient::ListModels(
    const std::string& service) {
  std::vector<model::v1::ModelVersion> versions;
  model::v1::ListModelsRequest request;
  request.set_parent(absl::StrCat("services/", service));
  do {
    CLIENTELE_ASSIGN_OR_RETURN(
        const model::v1::ListModelsResponse page,
        Call(*models_, &model::v1::ModelService::StubInterface::ListModels, request));
    versions.insert(versions.end(), page.model_versions().begin(), page.model_versions().end());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return versions;
}

absl::Status SuiteClient::ProbeProfile() {
  profile::v1::ListCustomersRequest request;
  request.set_page_size(1);
  return rpc::CallUnary(*profile_, &ProfileStub::ListCustomers, RequestContext(), request,
                        CallOptions())
      .status();
}

absl::Status SuiteClient::ProbeQa() {
  qa::v1::ListArticlesRequest request;
  request.set_page_size(1);
  return rpc::CallUnary(*qa_, &QaStub::ListArticles, RequestContext(), request, CallOptions())
      .status();
}

absl::Status SuiteClient::ProbeRecommend() {
  recommend::v1::ListItemsRequest request;
  request.set_page_size(1);
  return rpc::CallUnary(*recommend_, &RecommendStub::ListItems, RequestContext(), request,
                        CallOptions())
      .status();
}

}  // namespace clientele::cli
