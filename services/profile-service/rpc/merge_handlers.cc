// ProfileRpc's calls about who is one person.
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "common/rpc/mutation.h"
#include "common/rpc/page_size.h"
#include "common/rpc/resource_name.h"
#include "common/status/status_macros.h"
#include "services/profile-service/rpc/merge_conversion.h"
#include "services/profile-service/rpc/profile_rpc.h"

namespace clientele::profile {

grpc::ServerUnaryReactor* ProfileRpc::MergeCustomers(grpc::CallbackServerContext* context,
                                                     const v1::MergeCustomersRequest* request,
                                                     v1::MergeCustomersResponse* response) {
  return dispatcher_->UnaryWrite(
      context, request, response, "MergeCustomers",
      [this](const RequestContext& context, const v1::MergeCustomersRequest& request)
          -> absl::StatusOr<v1::MergeCustomersResponse> {
        CLIENTELE_ASSIGN_OR_RETURN(
            const MutationId mutation,
            rpc::MakeMutationId<v1::ProfileService>(context, "MergeCustomers", request));
        CLIENTELE_ASSIGN_OR_RETURN(MergePlan plan, FromProto(request));
        CLIENTELE_ASSIGN_OR_RETURN(const std::vector<Merge> merges,
                                   merges_->MergeCustomers(context, mutation, std::move(plan)));
        v1::MergeCustomersResponse response;
        for (const Merge& merge : merges) *response.add_merges() = ToProto(merge);
        return response;
      });
}

grpc::ServerUnaryReactor* ProfileRpc::UndoMerge(grpc::CallbackServerContext* context,
                                                const v1::UndoMergeRequest* request,
                                                v1::Merge* response) {
  return dispatcher_->UnaryWrite(
      context, request, response, "UndoMerge",
      [this](const RequestContext& context,
             const v1::UndoMergeRequest& request) -> absl::StatusOr<v1::Merge> {
        CLIENTELE_ASSIGN_OR_RETURN(
            const MutationId mutation,
            rpc::MakeMutationId<v1::ProfileService>(context, "UndoMerge", request));
        CLIENTELE_ASSIGN_OR_RETURN(const std::int64_t id,
                                   NumberOf(request.name(), "merges", "name"));
        CLIENTELE_ASSIGN_OR_RETURN(const Merge merge, merges_->Undo(context, mutation, id));
        return ToProto(merge);
      });
}

grpc::ServerUnaryReactor* ProfileRpc::ListMerges(grpc::CallbackServerContext* context,
                                                 const v1::ListMergesRequest* request,
                                                 v1::ListMergesResponse* response) {
  return dispatcher_->Unary(
      context, request, response, "ListMerges",
      [this](const RequestContext& context,
             const v1::ListMergesRequest& request) -> absl::StatusOr<v1::ListMergesResponse> {
        std::string customer;
        if (!request.customer().empty()) {
          CLIENTELE_ASSIGN_OR_RETURN(
              customer, rpc::ParseResourceName("customers/{}", request.customer(), "customer"));
        }
        CLIENTELE_ASSIGN_OR_RETURN(const int size, rpc::PageSize(request.page_size()));
        CLIENTELE_ASSIGN_OR_RETURN(const MergePage page,
                                   merges_->List(context, customer, size, request.page_token()));
        v1::ListMergesResponse response;
        for (const Merge& merge : page.merges) *response.add_merges() = ToProto(merge);
        response.set_next_page_token(page.next_page_token);
        return response;
      });
}

grpc::ServerUnaryReactor* ProfileRpc::ListMatches(grpc::CallbackServerContext* context,
                                                  const v1::ListMatchesRequest* request,
                                                  v1::ListMatchesResponse* response) {
  return dispatcher_->Unary(
      context, request, response, "ListMatches",
      [this](const RequestContext& context,
             const v1::ListMatchesRequest& request) -> absl::StatusOr<v1::ListMatchesResponse> {
        CLIENTELE_ASSIGN_OR_RETURN(const int size, rpc::PageSize(request.page_size()));
        CLIENTELE_ASSIGN_OR_RETURN(const MatchPage page,
                                   merges_->ListMatches(context, size, request.page_token()));
        v1::ListMatchesResponse response;
        for (const Match& match : page.matches) *response.add_matches() = ToProto(match);
        response.set_next_page_token(page.next_page_token);
        return response;
      });
}

grpc::ServerUnaryReactor* ProfileRpc::DismissMatch(grpc::CallbackServerContext* context,
                                                   const v1::DismissMatchRequest* request,
                                                   v1::Match* response) {
  return dispatcher_->UnaryWrite(
      context, request, response, "DismissMatch",
      [this](const RequestContext& context,
             const v1::DismissMatchRequest& request) -> absl::StatusOr<v1::Match> {
        CLIENTELE_ASSIGN_OR_RETURN(
            const MutationId mutation,
            rpc::MakeMutationId<v1::ProfileService>(context, "DismissMatch", request));
        CLIENTELE_ASSIGN_OR_RETURN(const std::int64_t id,
                                   NumberOf(request.name(), "matches", "name"));
        CLIENTELE_ASSIGN_OR_RETURN(const Match match, merges_->Dismiss(context, mutation, id));
        return ToProto(match);
      });
}

}  // namespace clientele::profile
