// QaRpc's calls about hand-overs.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "common/rpc/mutation.h"
#include "common/rpc/page_size.h"
#include "common/rpc/stream.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/qa-service/rpc/handover_conversion.h"
#include "services/qa-service/rpc/qa_conversion.h"
#include "services/qa-service/rpc/qa_rpc.h"

namespace clientele::qa {
namespace {

std::string HandoverIdOf(absl::string_view name) { return IdOf("handovers/", name); }

absl::Status CheckMask(const google::protobuf::FieldMask& mask) {
  const bool known = std::all_of(mask.paths().begin(), mask.paths().end(),
                                 [](const std::string& path) { return path == "topic"; });
  return known ? absl::OkStatus() : InvalidField("update_mask", "may hold topic alone");
}

}  // namespace

grpc::ServerUnaryReactor* QaRpc::GetHandover(grpc::CallbackServerContext* context,
                                             const v1::GetHandoverRequest* request,
                                             v1::Handover* response) {
  return dispatcher_->Unary(
      context, request, response, "GetHandover",
      [this](const RequestContext& c,
             const v1::GetHandoverRequest& r) -> absl::StatusOr<v1::Handover> {
        CLIENTELE_ASSIGN_OR_RETURN(const Handover handover,
                                   handovers_->Get(c, HandoverIdOf(r.name())));
        return ToProto(handover);
      });
}

grpc::ServerUnaryReactor* QaRpc::ListHandovers(grpc::CallbackServerContext* context,
                                               const v1::ListHandoversRequest* request,
                                               v1::ListHandoversResponse* response) {
  return dispatcher_->Unary(
      context, request, response, "ListHandovers",
      [this](const RequestContext& c,
             const v1::ListHandoversRequest& r) -> absl::StatusOr<v1::ListHandoversResponse> {
        CLIENTELE_ASSIGN_OR_RETURN(const int page_size, rpc::PageSize(r.page_size()));
        CLIENTELE_ASSIGN_OR_RETURN(const std::optional<HandoverState> state, FromProto(r.state()));
        CLIENTELE_ASSIGN_OR_RETURN(HandoverPage page,
                                   handovers_->List(c, state, page_size, r.page_token()));
        v1::ListHandoversResponse result;
        for (const Handover& handover : page.handovers) {
          *result.add_handovers() = ToProto(handover);
        }
        result.set_next_page_token(std::move(page.next_page_token));
        return result;
      });
}

grpc::ServerWriteReactor<v1::StreamHandoversResponse>* QaRpc::StreamHandovers(
    grpc::CallbackServerContext* context, const v1::StreamHandoversRequest* request) {
  return dispatcher_->ServerStream<v1::StreamHandoversRequest, v1::StreamHandoversResponse>(
      context, request, "StreamHandovers",
      [this](const RequestContext& c, const v1::StreamHandoversRequest& r,
             rpc::StreamWriter<v1::StreamHandoversResponse>& writer) {
        return handover_feed_->Follow(c, r.cursor(), [&](const HandoverBatch& batch) {
          return writer.Write(ToProto(batch));
        });
      });
}

grpc::ServerUnaryReactor* QaRpc::UpdateHandover(grpc::CallbackServerContext* context,
                                                const v1::UpdateHandoverRequest* request,
                                                v1::Handover* response) {
  return dispatcher_->Unary(
      context, request, response, "UpdateHandover",
      [this](const RequestContext& c,
             const v1::UpdateHandoverRequest& r) -> absl::StatusOr<v1::Handover> {
        CLIENTELE_ASSIGN_OR_RETURN(const MutationId id,
                                   rpc::MakeMutationId<v1::QaService>(c, "UpdateHandover", r));
        CLIENTELE_RETURN_IF_ERROR(CheckMask(r.update_mask()));
        CLIENTELE_ASSIGN_OR_RETURN(const ComplaintTopic topic, FromProto(r.handover().topic()));
        CLIENTELE_ASSIGN_OR_RETURN(
            const Handover updated,
            handovers_->SetTopic(c, id, HandoverIdOf(r.handover().name()), topic));
        return ToProto(updated);
      });
}

grpc::ServerUnaryReactor* QaRpc::CloseHandover(grpc::CallbackServerContext* context,
                                               const v1::CloseHandoverRequest* request,
                                               v1::Handover* response) {
  return dispatcher_->Unary(
      context, request, response, "CloseHandover",
      [this](const RequestContext& c,
             const v1::CloseHandoverRequest& r) -> absl::StatusOr<v1::Handover> {
        CLIENTELE_ASSIGN_OR_RETURN(const MutationId id,
                                   rpc::MakeMutationId<v1::QaService>(c, "CloseHandover", r));
        CLIENTELE_ASSIGN_OR_RETURN(const HandoverResolution resolution, FromProto(r.resolution()));
        CLIENTELE_ASSIGN_OR_RETURN(
            const Handover closed,
            handovers_->Close(c, id, HandoverIdOf(r.name()), resolution, r.note()));
        return ToProto(closed);
      });
}

grpc::ServerUnaryReactor* QaRpc::GetComplaintReport(grpc::CallbackServerContext* context,
                                                    const v1::GetComplaintReportRequest* request,
                                                    v1::ComplaintReport* response) {
  return dispatcher_->Unary(
      context, request, response, "GetComplaintReport",
      [this](const RequestContext& c,
             const v1::GetComplaintReportRequest& r) -> absl::StatusOr<v1::ComplaintReport> {
        CLIENTELE_ASSIGN_OR_RETURN(const std::vector<ComplaintCount> counts,
                                   handovers_->Report(c, r.weeks()));
        return ToProto(counts);
      });
}

}  // namespace clientele::qa
