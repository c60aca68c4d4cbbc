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
  std::vector<google::rpc::Status*> section_statuses;

  profile::v1::GetCustomerRequest get_customer;
  get_customer.set_name(request.customer());
  sections.push_back(Fetch(*backends_.profile, &Profiles::GetCustomer, get_customer,
                           response.mutable_customer()->mutable_customer()));
  section_statuses.push_back(response.mutable_customer()->mutable_status());

  profile::v1::GetProfileRequest get_profile;
  get_profile.set_name(absl::StrCat(request.customer(), "/profile"));
  sections.push_back(Fetch(*backends_.profile, &Profiles::GetProfile, get_profile,
                           response.mutable_profile()->mutable_profile()));
  section_statuses.push_back(response.mutable_profile()->mutable_status());

  recommend::v1::RecommendRequest recommend;
  recommend.set_customer(request.customer());
  recommend.set_max_results(request.max_recommendations() == 0 ? kDefaultRecommendations
                                                               : request.max_recommendations());
  sections.push_back(Fetch(*backends_.recommend, &Recommendations::Recommend, recommend,
                           response.mutable_recommendations()->mutable_response()));
  section_statuses.push_back(response.mutable_recommendations()->mutable_status());

  if (!request.question().empty()) {
    qa::v1::AskRequest ask;
    ask.set_question(request.question());
    ask.set_customer(request.customer());
    sections.push_back(
        Fetch(*backends_.qa, &Answers::Ask, ask, response.mutable_answer()->mutable_response()));
    section_statuses.push_back(response.mutable_answer()->mutable_status());
  }

  profile::v1::ListEventsResponse events;
  if (request.max_events() > 0) {
    profile::v1::ListEventsRequest list_events;
    list_events.set_parent(request.customer());
    list_events.set_page_size(request.max_events());
    sections.push_back(Fetch(*backends_.profile, &Profiles::ListEvents, list_events, &events));
    section_statuses.push_back(response.mutable_events()->mutable_status());
  }

  const std::vector<absl::Status> statuses = fan_out_->Run(context, sections);
  // Without the customer there is nothing to compose.
  if (absl::IsNotFound(statuses[0])) return statuses[0];
  for (std::size_t i = 0; i < statuses.size(); ++i) rpc::ToProto(statuses[i], section_statuses[i]);

  if (!statuses[0].ok()) response.mutable_customer()->clear_customer();
  if (!statuses[1].ok()) response.mutable_profile()->clear_profile();
  if (!statuses[2].ok()) response.mutable_recommendations()->clear_response();
  if (response.has_answer() && response.answer().status().code() != 0) {
    response.mutable_answer()->clear_response();
  }
  *response.mutable_events()->mutable_events() = std::move(*events.mutable_events());
  if (request.max_events() == 0) response.clear_events();
  return response;
}

}  // namespace clientele::gateway
