// ProfileRpc's streams to people and systems that watch: profiles, and who joins and leaves
// segments.
#include <string>
#include <utility>

#include "common/rpc/resource_name.h"
#include "common/rpc/time_conversion.h"
#include "common/status/status_macros.h"
#include "services/profile-service/core/customers/customer_validation.h"
#include "services/profile-service/rpc/profile_conversion.h"
#include "services/profile-service/rpc/profile_rpc.h"

namespace clientele::profile {
namespace {

v1::StreamSegmentChangesResponse ToProto(SegmentChangeMessage message) {
  v1::StreamSegmentChangesResponse proto;
  proto.set_cursor(std::move(message.cursor));
  for (SegmentChange& change : message.changes) {
    v1::SegmentChange& added = *proto.add_changes();
    added.set_segment(SegmentName(change.segment_id));
    added.set_customer(CustomerName(change.customer_id));
    added.set_kind(change.joined ? v1::SegmentChange::KIND_JOINED : v1::SegmentChange::KIND_LEFT);
    *added.mutable_change_time() = rpc::ToTimestamp(change.change_time);
    for (std::string& reason : change.reasons) added.add_reasons(std::move(reason));
  }
  return proto;
}

SegmentChanges::From FromProto(const v1::StreamSegmentChangesRequest& request) {
  SegmentChanges::From from{.cursor = request.cursor(),
                            .include_reasons = request.include_reasons(),
                            .follower = request.follower()};
  for (const std::string& name : request.segments()) {
    from.segment_ids.push_back(IdOf(name, "segments/"));
  }
  return from;
}

}  // namespace

grpc::ServerWriteReactor<v1::Profile>* ProfileRpc::WatchProfile(
    grpc::CallbackServerContext* context, const v1::WatchProfileRequest* request) {
  return dispatcher_->ServerStream<v1::WatchProfileRequest, v1::Profile>(
      context, request, "WatchProfile",
      [this](const RequestContext& context, const v1::WatchProfileRequest& request,
             rpc::StreamWriter<v1::Profile>& writer) -> absl::Status {
        CLIENTELE_ASSIGN_OR_RETURN(
            const std::string id,
            rpc::ParseResourceName("customers/{}/profile", request.name(), "name"));
        return watch_->Watch(context, id,
                             [&](const Profile& made) { return writer.Write(ToProto(made)); });
      });
}

grpc::ServerWriteReactor<v1::StreamSegmentChangesResponse>* ProfileRpc::StreamSegmentChanges(
    grpc::CallbackServerContext* context, const v1::StreamSegmentChangesRequest* request) {
  return dispatcher_
      ->ServerStream<v1::StreamSegmentChangesRequest, v1::StreamSegmentChangesResponse>(
          context, request, "StreamSegmentChanges",
          [this](const RequestContext& context, const v1::StreamSegmentChangesRequest& request,
                 rpc::StreamWriter<v1::StreamSegmentChangesResponse>& writer) {
            return segment_changes_->Follow(context, FromProto(request),
                                            [&](SegmentChangeMessage message) {
                                              return writer.Write(ToProto(std::move(message)));
                                            });
          });
}

}  // namespace clientele::profile
