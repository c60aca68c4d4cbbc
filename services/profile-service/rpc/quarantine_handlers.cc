// ProfileRpc's calls about events that were refused and kept.
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "common/rpc/mutation.h"
#include "common/rpc/page_size.h"
#include "common/rpc/resource_name.h"
#include "common/status/status_macros.h"
#include "services/profile-service/core/profiles/profile_watch.h"
#include "services/profile-service/rpc/merge_conversion.h"
#include "services/profile-service/rpc/profile_rpc.h"
#include "services/profile-service/rpc/quarantine_conversion.h"

namespace clientele::profile {
namespace {

constexpr int kMostReplayed = 1000;

v1::ReplayQuarantinedEventsResponse ToProto(const ReplayOutcome& outcome) {
  v1::ReplayQuarantinedEventsResponse proto;
  proto.set_created_count(outcome.created);
  proto.set_duplicate_count(outcome.duplicates);
  proto.set_rejected_count(outcome.rejected);
  if (outcome.change > 0) proto.set_change(ChangeToken(outcome.change));
  return proto;
}

}  // namespace

grpc::ServerUnaryReactor* ProfileRpc::ListQuarantinedEvents(
    grpc::CallbackServerContext* context, const v1::ListQuarantinedEventsRequest* request,
    v1::ListQuarantinedEventsResponse* response) {
  return dispatcher_->Unary(
      context, request, response, "ListQuarantinedEvents",
      [this](const RequestContext& context, const v1::ListQuarantinedEventsRequest& request)
          -> absl::StatusOr<v1::ListQuarantinedEventsResponse> {
        QuarantineFilter filter{.field = request.field()};
        if (!request.customer().empty()) {
          CLIENTELE_ASSIGN_OR_RETURN(
              filter.customer_id,
              rpc::ParseResourceName("customers/{}", request.customer(), "customer"));
        }
        CLIENTELE_ASSIGN_OR_RETURN(const int size, rpc::PageSize(request.page_size()));
        CLIENTELE_ASSIGN_OR_RETURN(
            QuarantinePage page,
            quarantine_->List(context, std::move(filter), size, request.page_token()));
        v1::ListQuarantinedEventsResponse response;
        for (QuarantinedEvent& event : page.events) {
          *response.add_quarantined_events() = ToProto(std::move(event));
        }
        response.set_next_page_token(page.next_page_token);
        return response;
      });
}

grpc::ServerUnaryReactor* ProfileRpc::UpdateQuarantinedEvent(
    grpc::CallbackServerContext* context, const v1::UpdateQuarantinedEventRequest* request,
    v1::QuarantinedEvent* response) {
  return dispatcher_->UnaryWrite(
      context, request, response, "UpdateQuarantinedEvent",
      [this](const RequestContext& context, const v1::UpdateQuarantinedEventRequest& request)
          -> absl::StatusOr<v1::QuarantinedEvent> {
        CLIENTELE_ASSIGN_OR_RETURN(
            const MutationId mutation,
            rpc::MakeMutationId<v1::ProfileService>(context, "UpdateQuarantinedEvent", request));
        CLIENTELE_ASSIGN_OR_RETURN(const QuarantineUpdate update, FromProto(request));
        CLIENTELE_ASSIGN_OR_RETURN(QuarantinedEvent mended,
                                   quarantine_->Update(context, mutation, update));
        return ToProto(std::move(mended));
      });
}

grpc::ServerUnaryReactor* ProfileRpc::ReplayQuarantinedEvents(
    grpc::CallbackServerContext* context, const v1::ReplayQuarantinedEventsRequest* request,
    v1::ReplayQuarantinedEventsResponse* response) {
  return dispatcher_->UnaryWrite(
      context, request, response, "ReplayQuarantinedEvents",
      [this](const RequestContext& context, const v1::ReplayQuarantinedEventsRequest& request)
          -> absl::StatusOr<v1::ReplayQuarantinedEventsResponse> {
        if (!request.names().empty()) {
          CLIENTELE_ASSIGN_OR_RETURN(const std::vector<std::int64_t> ids,
                                     QuarantineIds(request.names()));
          CLIENTELE_ASSIGN_OR_RETURN(const ReplayOutcome outcome,
                                     quarantine_->Replay(context, ids));
          return ToProto(outcome);
        }
        CLIENTELE_ASSIGN_OR_RETURN(const int size,
                                   rpc::PageSize(request.page_size(), kMostReplayed));
        CLIENTELE_ASSIGN_OR_RETURN(const ReplayPage page,
                                   quarantine_->ReplayNext(context, size, request.page_token()));
        v1::ReplayQuarantinedEventsResponse response = ToProto(page.outcome);
        response.set_next_page_token(page.next_page_token);
        return response;
      });
}

grpc::ServerUnaryReactor* ProfileRpc::DeleteQuarantinedEvent(
    grpc::CallbackServerContext* context, const v1::DeleteQuarantinedEventRequest* request,
    google::protobuf::Empty* response) {
  return dispatcher_->UnaryWrite(
      context, request, response, "DeleteQuarantinedEvent",
      [this](const RequestContext& context, const v1::DeleteQuarantinedEventRequest& request)
          -> absl::StatusOr<google::protobuf::Empty> {
        CLIENTELE_ASSIGN_OR_RETURN(
            const MutationId mutation,
            rpc::MakeMutationId<v1::ProfileService>(context, "DeleteQuarantinedEvent", request));
        CLIENTELE_ASSIGN_OR_RETURN(const std::int64_t id,
                                   NumberOf(request.name(), "quarantinedEvents", "name"));
        CLIENTELE_RETURN_IF_ERROR(quarantine_->Delete(context, mutation, id));
        return google::protobuf::Empty();
      });
}

}  // namespace clientele::profile
