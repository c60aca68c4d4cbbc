#include "services/profile-service/rpc/profile_rpc.h"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

#include "common/rpc/mutation.h"
#include "common/rpc/page_size.h"
#include "common/rpc/resource_name.h"
#include "common/status/status_macros.h"
#include "services/profile-service/rpc/explanation_conversion.h"
#include "services/profile-service/rpc/profile_conversion.h"
#include "services/profile-service/rpc/quarantine_conversion.h"

namespace clientele::profile {
namespace {

constexpr int kDefaultChanges = 1000;

absl::StatusOr<std::string> CustomerId(const std::string& name, const char* field) {
  return rpc::ParseResourceName("customers/{}", name, field);
}

}  // namespace

grpc::ServerUnaryReactor* ProfileRpc::CreateCustomer(grpc::CallbackServerContext* context,
                                                     const v1::CreateCustomerRequest* request,
                                                     v1::Customer* response) {
  return dispatcher_->UnaryWrite(
      context, request, response, "CreateCustomer",
      [this](const RequestContext& context,
             const v1::CreateCustomerRequest& request) -> absl::StatusOr<v1::Customer> {
        CLIENTELE_ASSIGN_OR_RETURN(
            const MutationId mutation,
            rpc::MakeMutationId<v1::ProfileService>(context, "CreateCustomer", request));
        CLIENTELE_ASSIGN_OR_RETURN(
            const Customer customer,
            customers_->Create(context, mutation,
                               FromProto(request.customer(), request.customer_id()),
                               request.validate_only()));
        return ToProto(customer);
      });
}

grpc::ServerUnaryReactor* ProfileRpc::BatchCreateCustomers(
    grpc::CallbackServerContext* context, const v1::BatchCreateCustomersRequest* request,
    v1::BatchCreateCustomersResponse* response) {
  return dispatcher_->UnaryWrite(
      context, request, response, "BatchCreateCustomers",
      [this](const RequestContext& context, const v1::BatchCreateCustomersRequest& request)
          -> absl::StatusOr<v1::BatchCreateCustomersResponse> {
        CLIENTELE_ASSIGN_OR_RETURN(
            const MutationId mutation,
            rpc::MakeMutationId<v1::ProfileService>(context, "BatchCreateCustomers", request));
        std::vector<Customer> customers;
        for (const v1::Customer& proto : request.customers()) customers.push_back(FromProto(proto));
        CLIENTELE_ASSIGN_OR_RETURN(const CustomerBatchOutcome outcome,
                                   customers_->CreateMany(context, mutation, std::move(customers)));
        v1::BatchCreateCustomersResponse response;
        response.set_created_count(outcome.created);
        response.set_existing_count(outcome.existing);
        return response;
      });
}

grpc::ServerUnaryReactor* ProfileRpc::GetCustomer(grpc::CallbackServerContext* context,
                                                  const v1::GetCustomerRequest* request,
                                                  v1::Customer* response) {
  return dispatcher_->Unary(
      context, request, response, "GetCustomer",
      [this](const RequestContext& context,
             const v1::GetCustomerRequest& request) -> absl::StatusOr<v1::Customer> {
        CLIENTELE_ASSIGN_OR_RETURN(const std::string id, CustomerId(request.name(), "name"));
        CLIENTELE_ASSIGN_OR_RETURN(const Customer customer, customers_->Get(context, id));
        return ToProto(customer);
      });
}

grpc::ServerUnaryReactor* ProfileRpc::ListCustomers(grpc::CallbackServerContext* context,
                                                    const v1::ListCustomersRequest* request,
                                                    v1::ListCustomersResponse* response) {
  return dispatcher_->Unary(
      context, request, response, "ListCustomers",
      [this](const RequestContext& context,
             const v1::ListCustomersRequest& request) -> absl::StatusOr<v1::ListCustomersResponse> {
        CLIENTELE_ASSIGN_OR_RETURN(const int page_size, rpc::PageSize(request.page_size()));
        CLIENTELE_ASSIGN_OR_RETURN(const CustomerPage page,
                                   customers_->List(context, page_size, request.page_token()));
        v1::ListCustomersResponse response;
        for (const Customer& customer : page.customers) {
          *response.add_customers() = ToProto(customer);
        }
        response.set_next_page_token(page.next_page_token);
        return response;
      });
}

grpc::ServerUnaryReactor* ProfileRpc::UpdateCustomer(grpc::CallbackServerContext* context,
                                                     const v1::UpdateCustomerRequest* request,
                                                     v1::Customer* response) {
  return dispatcher_->UnaryWrite(
      context, request, response, "UpdateCustomer",
      [this](const RequestContext& context,
             const v1::UpdateCustomerRequest& request) -> absl::StatusOr<v1::Customer> {
        CLIENTELE_ASSIGN_OR_RETURN(
            const MutationId mutation,
            rpc::MakeMutationId<v1::ProfileService>(context, "UpdateCustomer", request));
        const CustomerUpdate update = {
            .values = FromProto(request.customer()),
            .mask = {request.update_mask().paths().begin(), request.update_mask().paths().end()},
            .etag = request.customer().etag()};
        CLIENTELE_ASSIGN_OR_RETURN(
            const Customer customer,
            customers_->Update(context, mutation, update, request.validate_only()));
        return ToProto(customer);
      });
}

grpc::ServerUnaryReactor* ProfileRpc::DeleteCustomer(grpc::CallbackServerContext* context,
                                                     const v1::DeleteCustomerRequest* request,
                                                     google::protobuf::Empty* response) {
  return dispatcher_->UnaryWrite(
      context, request, response, "DeleteCustomer",
      [this](const RequestContext& context,
             const v1::DeleteCustomerRequest& request) -> absl::StatusOr<google::protobuf::Empty> {
        CLIENTELE_ASSIGN_OR_RETURN(
            const MutationId mutation,
            rpc::MakeMutationId<v1::ProfileService>(context, "DeleteCustomer", request));
        CLIENTELE_ASSIGN_OR_RETURN(const std::string id, CustomerId(request.name(), "name"));
        CLIENTELE_RETURN_IF_ERROR(customers_->Delete(context, mutation, id, request.etag()));
        return google::protobuf::Empty();
      });
}

absl::StatusOr<EventBatchOutcome> ProfileRpc::CreateBatch(
    const RequestContext& context, const char* method, const v1::BatchCreateEventsRequest& request,
    int64_t first_index) {
  MutationId mutation;
  // Hashing a batch that is not to be remembered would cost as much as parsing it.
  if (!request.request_id().empty()) {
    CLIENTELE_ASSIGN_OR_RETURN(mutation,
                               rpc::MakeMutationId<v1::ProfileService>(context, method, request));
  }
  Events::BatchOptions options{.skip_invalid = request.skip_invalid(), .first_index = first_index};
  if (request.quarantine_invalid()) {
    options.quarantined_as = [&request](std::size_t at) {
      return ToSentEvent(request.events(static_cast<int>(at)));
    };
  }
  return events_->CreateBatch(context, mutation, FromProto(request.events()), options);
}

grpc::ServerUnaryReactor* ProfileRpc::BatchCreateEvents(grpc::CallbackServerContext* context,
                                                        const v1::BatchCreateEventsRequest* request,
                                                        v1::BatchCreateEventsResponse* response) {
  return dispatcher_->UnaryWrite(
      context, request, response, "BatchCreateEvents",
      [this](const RequestContext& context, const v1::BatchCreateEventsRequest& request)
          -> absl::StatusOr<v1::BatchCreateEventsResponse> {
        CLIENTELE_ASSIGN_OR_RETURN(const EventBatchOutcome outcome,
                                   CreateBatch(context, "BatchCreateEvents", request, 0));
        return ToProto(outcome);
      });
}

grpc::ServerReadReactor<v1::BatchCreateEventsRequest>* ProfileRpc::IngestEvents(
    grpc::CallbackServerContext* context, v1::BatchCreateEventsResponse* response) {
  struct Sums {
    EventBatchOutcome outcome;
    int64_t position = 0;
  };
  const auto sums = std::make_shared<Sums>();
  return dispatcher_->ClientStream<v1::BatchCreateEventsRequest>(
      context, response, "IngestEvents",
      [this, sums](const RequestContext& context,
                   const v1::BatchCreateEventsRequest& request) -> absl::Status {
        CLIENTELE_ASSIGN_OR_RETURN(EventBatchOutcome outcome,
                                   CreateBatch(context, "IngestEvents", request, sums->position));
        sums->outcome.Add(std::move(outcome));
        sums->position += request.events_size();
        return absl::OkStatus();
      },
      [sums] { return ToProto(sums->outcome); });
}

grpc::ServerUnaryReactor* ProfileRpc::ListEvents(grpc::CallbackServerContext* context,
                                                 const v1::ListEventsRequest* request,
                                                 v1::ListEventsResponse* response) {
  return dispatcher_->Unary(
      context, request, response, "ListEvents",
      [this](const RequestContext& context,
             const v1::ListEventsRequest& request) -> absl::StatusOr<v1::ListEventsResponse> {
        CLIENTELE_ASSIGN_OR_RETURN(const std::string id, CustomerId(request.parent(), "parent"));
        CLIENTELE_ASSIGN_OR_RETURN(const int page_size, rpc::PageSize(request.page_size()));
        CLIENTELE_ASSIGN_OR_RETURN(EventPage page,
                                   events_->List(context, id, page_size, request.page_token()));
        v1::ListEventsResponse response;
        for (Event& event : page.events) *response.add_events() = ToProto(std::move(event));
        response.set_next_page_token(page.next_page_token);
        return response;
      });
}

grpc::ServerUnaryReactor* ProfileRpc::GetProfile(grpc::CallbackServerContext* context,
                                                 const v1::GetProfileRequest* request,
                                                 v1::Profile* response) {
  return dispatcher_->Unary(
      context, request, response, "GetProfile",
      [this](const RequestContext& context,
             const v1::GetProfileRequest& request) -> absl::StatusOr<v1::Profile> {
        CLIENTELE_ASSIGN_OR_RETURN(
            const std::string id,
            rpc::ParseResourceName("customers/{}/profile", request.name(), "name"));
        CLIENTELE_ASSIGN_OR_RETURN(const Profile profile,
                                   watch_->Get(context, id, request.min_change()));
        return ToProto(profile);
      });
}

grpc::ServerUnaryReactor* ProfileRpc::GetCustomerOverview(
    grpc::CallbackServerContext* context, const v1::GetCustomerOverviewRequest* request,
    v1::CustomerOverview* response) {
  return dispatcher_->Unary(
      context, request, response, "GetCustomerOverview",
      [this](const RequestContext& context, const v1::GetCustomerOverviewRequest& request)
          -> absl::StatusOr<v1::CustomerOverview> {
        CLIENTELE_ASSIGN_OR_RETURN(const std::string id, CustomerId(request.name(), "name"));
        CLIENTELE_ASSIGN_OR_RETURN(Overview overview,
                                   overviews_->Get(context, id, request.max_events()));
        return ToProto(std::move(overview));
      });
}

grpc::ServerUnaryReactor* ProfileRpc::ExplainProfile(grpc::CallbackServerContext* context,
                                                     const v1::ExplainProfileRequest* request,
                                                     v1::ProfileExplanation* response) {
  return dispatcher_->Unary(
      context, request, response, "ExplainProfile",
      [this](const RequestContext& context,
             const v1::ExplainProfileRequest& request) -> absl::StatusOr<v1::ProfileExplanation> {
        CLIENTELE_ASSIGN_OR_RETURN(
            const std::string id,
            rpc::ParseResourceName("customers/{}/profile", request.name(), "name"));
        CLIENTELE_ASSIGN_OR_RETURN(const ProfileExplanation explanation,
                                   explanations_->Explain(context, id));
        return ToProto(explanation);
      });
}

grpc::ServerUnaryReactor* ProfileRpc::RenderProfileCard(grpc::CallbackServerContext* context,
                                                        const v1::RenderProfileCardRequest* request,
                                                        v1::RenderProfileCardResponse* response) {
  return dispatcher_->Unary(
      context, request, response, "RenderProfileCard",
      [this](const RequestContext& context, const v1::RenderProfileCardRequest& request)
          -> absl::StatusOr<v1::RenderProfileCardResponse> {
        CLIENTELE_ASSIGN_OR_RETURN(
            const std::string id,
            rpc::ParseResourceName("customers/{}/profile", request.name(), "name"));
        v1::RenderProfileCardResponse response;
        CLIENTELE_ASSIGN_OR_RETURN(*response.mutable_svg(),
                                   cards_->Render(context, id, request.language_code()));
        return response;
      });
}

grpc::ServerWriteReactor<v1::StreamChangesResponse>* ProfileRpc::StreamChanges(
    grpc::CallbackServerContext* context, const v1::StreamChangesRequest* request) {
  return dispatcher_->ServerStream<v1::StreamChangesRequest, v1::StreamChangesResponse>(
      context, request, "StreamChanges",
      [this](const RequestContext& context, const v1::StreamChangesRequest& request,
             rpc::StreamWriter<v1::StreamChangesResponse>& writer) {
        const int size = request.max_batch_size();
        return changes_->Follow(
            context,
            {.cursor = request.cursor(),
             .max_batch_size = size == 0 ? kDefaultChanges : size,
             .include_text = request.include_text(),
             .follower = request.follower()},
            [&](ChangeMessage message) { return writer.Write(ToProto(std::move(message))); });
      });
}

}  // namespace clientele::profile
