#include "services/gateway-service/rpc/customer360_rpc.h"

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

#include "common/rpc/resource_name.h"
#include "common/rpc/status_bridge.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::gateway {
namespace {

constexpr int kDefaultRecommendations = 5;
constexpr int kMaxRecommendations = 100;
constexpr int kMaxEvents = 100;
constexpr std::size_t kMaxQuestionBytes = 4096;

absl::Status Validate(const v1::GetCustomer360Request& request) {
  FieldViolations bad;
  if (request.max_recommendations() < 0 || request.max_recommendations() > kMaxRecommendations) {
    bad.Add("max_recommendations", absl::StrCat("must be 0 to ", kMaxRecommendations));
  }
  if (request.max_events() < 0 || request.max_events() > kMaxEvents) {
    bad.Add("max_events", absl::StrCat("must be 0 to ", kMaxEvents));
  }
  if (request.question().size() > kMaxQuestionBytes) {
    bad.Add("question", absl::StrCat("must be at most ", kMaxQuestionBytes, " bytes"));
  }
  return bad.ToStatus();
}

// A section that calls one backend method and keeps the answer.
template <class Service, class Request, class Response>
FanOut::Section Fetch(const Backend<Service>& backend,
                      void (Backend<Service>::Async::*method)(grpc::ClientContext*, const Request*,
                                                              Response*,
                                                              std::function<void(grpc::Status)>),
                      Request request, Response* answer) {
  return [&backend, method, request = std::move(request),
          answer](const RequestContext& context) -> absl::Status {
    CLIENTELE_ASSIGN_OR_RETURN(*answer, backend.Call(method, context, request));
    return absl::OkStatus();
  };
}

// The three sections of profile-service, which come in one call.
void TakeOverview(const absl::Status& status, bool with_events,
                  profile::v1::CustomerOverview& overview, v1::GetCustomer360Response& response) {
  rpc::ToProto(status, response.mutable_customer()->mutable_status());
  if (with_events) rpc::ToProto(status, response.mutable_events()->mutable_status());
  if (!status.ok()) {
    rpc::ToProto(status, response.mutable_profile()->mutable_status());
    return;
  }
  response.mutable_customer()->mutable_customer()->Swap(overview.mutable_customer());
  response.mutable_profile()->mutable_status()->Swap(overview.mutable_profile_status());
  if (overview.has_profile()) {
    response.mutable_profile()->mutable_profile()->Swap(overview.mutable_profile());
  }
  if (with_events) {
    response.mutable_events()->mutable_events()->Swap(overview.mutable_events());
  }
}

}  // namespace

grpc::ServerUnaryReactor* Customer360Rpc::GetCustomer360(grpc::CallbackServerContext* context,
                                                         const v1::GetCustomer360Request* request,
                                                         v1::GetCustomer360Response* response) {
  return dispatcher_->Unary(
      context, request, response, "GetCustomer360",
      [this](const RequestContext& call, const v1::GetCustomer360Request& message) {
        return Compose(call, message);
      });
}

absl::StatusOr<v1::GetCustomer360Response> Customer360Rpc::Compose(
    const RequestContext& context, const v1::GetCustomer360Request& request) const {
  CLIENTELE_RETURN_IF_ERROR(
      rpc::ParseResourceName("customers/{}", request.customer(), "customer").status());
  CLIENTELE_RETURN_IF_ERROR(Validate(request));

  using Profiles = profile::v1::ProfileService::StubInterface::async_interface;
  using Answers = qa::v1::QaService::StubInterface::async_interface;
  using Recommendations = recommend::v1::RecommendService::StubInterface::async_interface;

  v1::GetCustomer360Response response;
  std::vector<FanOut::Section> sections;

  profile::v1::GetCustomerOverviewRequest get_overview;
  get_overview.set_name(request.customer());
  get_overview.set_max_events(request.max_events());
  profile::v1::CustomerOverview overview;
  sections.push_back(
      Fetch(*backends_.profile, &Profiles::GetCustomerOverview, get_overview, &overview));

  recommend::v1::RecommendRequest recommend;
  recommend.set_customer(request.customer());
  recommend.set_max_results(request.max_recommendations() == 0 ? kDefaultRecommendations
                                                               : request.max_recommendations());
  sections.push_back(Fetch(*backends_.recommend, &Recommendations::Recommend, recommend,
                           response.mutable_recommendations()->mutable_response()));

  const bool asks = !request.question().empty();
  if (asks) {
    qa::v1::AskRequest ask;
    ask.set_question(request.question());
    ask.set_customer(request.customer());
    sections.push_back(
        Fetch(*backends_.qa, &Answers::Ask, ask, response.mutable_answer()->mutable_response()));
  }

  const std::vector<absl::Status> statuses = fan_out_->Run(context, sections);
  // Without the customer there is nothing to compose.
  if (absl::IsNotFound(statuses[0])) return statuses[0];
  TakeOverview(statuses[0], request.max_events() > 0, overview, response);
  rpc::ToProto(statuses[1], response.mutable_recommendations()->mutable_status());
  if (!statuses[1].ok()) response.mutable_recommendations()->clear_response();
  if (asks) {
    rpc::ToProto(statuses[2], response.mutable_answer()->mutable_status());
    if (!statuses[2].ok()) response.mutable_answer()->clear_response();
  }
  return response;
}

}  // namespace clientele::gateway
