// ProfileRpc's calls about segments.
#include <string>
#include <utility>
#include <vector>

#include "absl/time/civil_time.h"

#include "common/rpc/mutation.h"
#include "common/rpc/resource_name.h"
#include "common/rpc/time_conversion.h"
#include "common/status/status_macros.h"
#include "services/profile-service/rpc/profile_rpc.h"

namespace clientele::profile {
namespace {

constexpr int kDefaultMembers = 50;

absl::StatusOr<std::string> SegmentId(const std::string& name, const char* field) {
  return rpc::ParseResourceName("segments/{}", name, field);
}

v1::Segment SegmentProto(const Segment& segment) {
  v1::Segment proto;
  proto.set_name(SegmentName(segment.id));
  proto.set_display_name(segment.display_name);
  proto.set_rule(segment.rule);
  *proto.mutable_create_time() = rpc::ToTimestamp(segment.create_time);
  proto.set_member_count(segment.member_count);
  return proto;
}

}  // namespace

grpc::ServerUnaryReactor* ProfileRpc::CreateSegment(grpc::CallbackServerContext* context,
                                                    const v1::CreateSegmentRequest* request,
                                                    v1::Segment* response) {
  const auto create = [this](
                          const RequestContext& context,
                          const v1::CreateSegmentRequest& request) -> absl::StatusOr<v1::Segment> {
    CLIENTELE_ASSIGN_OR_RETURN(const MutationId mutation, rpc::MakeMutationId<v1::ProfileService>(
                                                              context, "CreateSegment", request));
    CLIENTELE_ASSIGN_OR_RETURN(const Segment segment,
                               segments_->Create(context, mutation,
                                                 {.id = request.segment_id(),
                                                  .display_name = request.segment().display_name(),
                                                  .rule = request.segment().rule()},
                                                 request.validate_only()));
    return SegmentProto(segment);
  };
  // Counting reads, and may take seconds.
  if (request->validate_only()) {
    return dispatcher_->WaitingUnary(context, request, response, "CreateSegment", create);
  }
  return dispatcher_->UnaryWrite(context, request, response, "CreateSegment", create);
}

grpc::ServerUnaryReactor* ProfileRpc::GetSegment(grpc::CallbackServerContext* context,
                                                 const v1::GetSegmentRequest* request,
                                                 v1::Segment* response) {
  return dispatcher_->Unary(
      context, request, response, "GetSegment",
      [this](const RequestContext& context,
             const v1::GetSegmentRequest& request) -> absl::StatusOr<v1::Segment> {
        CLIENTELE_ASSIGN_OR_RETURN(const std::string id, SegmentId(request.name(), "name"));
        CLIENTELE_ASSIGN_OR_RETURN(const SizedSegment sized, segments_->Get(context, id));
        v1::Segment proto = SegmentProto(sized.segment);
        for (const SegmentSize& size : sized.sizes) {
          v1::SegmentSize& day = *proto.add_sizes();
          day.set_date(absl::FormatCivilTime(size.day));
          day.set_member_count(size.member_count);
        }
        return proto;
      });
}

grpc::ServerUnaryReactor* ProfileRpc::ListSegments(grpc::CallbackServerContext* context,
                                                   const v1::ListSegmentsRequest* request,
                                                   v1::ListSegmentsResponse* response) {
  return dispatcher_->Unary(
      context, request, response, "ListSegments",
      [this](const RequestContext& context,
             const v1::ListSegmentsRequest&) -> absl::StatusOr<v1::ListSegmentsResponse> {
        CLIENTELE_ASSIGN_OR_RETURN(const std::vector<Segment> segments, segments_->List(context));
        v1::ListSegmentsResponse response;
        for (const Segment& segment : segments) *response.add_segments() = SegmentProto(segment);
        return response;
      });
}

grpc::ServerUnaryReactor* ProfileRpc::DeleteSegment(grpc::CallbackServerContext* context,
                                                    const v1::DeleteSegmentRequest* request,
                                                    google::protobuf::Empty* response) {
  return dispatcher_->UnaryWrite(
      context, request, response, "DeleteSegment",
      [this](const RequestContext& context,
             const v1::DeleteSegmentRequest& request) -> absl::StatusOr<google::protobuf::Empty> {
        CLIENTELE_ASSIGN_OR_RETURN(
            const MutationId mutation,
            rpc::MakeMutationId<v1::ProfileService>(context, "DeleteSegment", request));
        CLIENTELE_ASSIGN_OR_RETURN(const std::string id, SegmentId(request.name(), "name"));
        CLIENTELE_RETURN_IF_ERROR(segments_->Delete(context, mutation, id));
        return google::protobuf::Empty();
      });
}

grpc::ServerUnaryReactor* ProfileRpc::ListSegmentMembers(
    grpc::CallbackServerContext* context, const v1::ListSegmentMembersRequest* request,
    v1::ListSegmentMembersResponse* response) {
  return dispatcher_->Unary(
      context, request, response, "ListSegmentMembers",
      [this](const RequestContext& context, const v1::ListSegmentMembersRequest& request)
          -> absl::StatusOr<v1::ListSegmentMembersResponse> {
        CLIENTELE_ASSIGN_OR_RETURN(const std::string id, SegmentId(request.parent(), "parent"));
        const int size = request.page_size() == 0 ? kDefaultMembers : request.page_size();
        CLIENTELE_ASSIGN_OR_RETURN(SegmentMemberPage page,
                                   segments_->ListMembers(context, id, size, request.page_token()));
        v1::ListSegmentMembersResponse response;
        for (SegmentMember& member : page.members) {
          v1::SegmentMember& proto = *response.add_members();
          proto.set_customer(CustomerName(member.customer_id));
          *proto.mutable_join_time() = rpc::ToTimestamp(member.join_time);
          for (std::string& reason : member.reasons) proto.add_reasons(std::move(reason));
        }
        response.set_next_page_token(std::move(page.next_page_token));
        return response;
      });
}

grpc::ServerUnaryReactor* ProfileRpc::RenderSegmentReport(
    grpc::CallbackServerContext* context, const v1::RenderSegmentReportRequest* request,
    v1::RenderSegmentReportResponse* response) {
  // It draws from all customers, which may take seconds.
  return dispatcher_->WaitingUnary(
      context, request, response, "RenderSegmentReport",
      [this](const RequestContext& context, const v1::RenderSegmentReportRequest& request)
          -> absl::StatusOr<v1::RenderSegmentReportResponse> {
        CLIENTELE_ASSIGN_OR_RETURN(const std::string id, SegmentId(request.name(), "name"));
        v1::RenderSegmentReportResponse response;
        CLIENTELE_ASSIGN_OR_RETURN(*response.mutable_svg(),
                                   reports_->Render(context, id, request.language_code()));
        return response;
      });
}

}  // namespace clientele::profile
