// ProfileRpc's calls about consent.
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

#include "common/rpc/mutation.h"
#include "common/rpc/page_size.h"
#include "common/rpc/resource_name.h"
#include "common/status/status_macros.h"
#include "services/profile-service/rpc/consent_conversion.h"
#include "services/profile-service/rpc/profile_rpc.h"

namespace clientele::profile {
grpc::ServerUnaryReactor* ProfileRpc::UpdateConsent(grpc::CallbackServerContext* context,
                                                    const v1::UpdateConsentRequest* request,
                                                    v1::Consent* response) {
  return dispatcher_->UnaryWrite(
      context, request, response, "UpdateConsent",
      [this](const RequestContext& context,
             const v1::UpdateConsentRequest& request) -> absl::StatusOr<v1::Consent> {
        CLIENTELE_ASSIGN_OR_RETURN(
            const MutationId mutation,
            rpc::MakeMutationId<v1::ProfileService>(context, "UpdateConsent", request));
        CLIENTELE_ASSIGN_OR_RETURN(const ConsentDecision decision,
                                   FromProto(request.consent(), "consent"));
        CLIENTELE_ASSIGN_OR_RETURN(
            const Consent consent,
            consents_->Update(context, mutation, decision, request.validate_only()));
        return ToProto(consent);
      });
}

grpc::ServerUnaryReactor* ProfileRpc::BatchUpdateConsents(
    grpc::CallbackServerContext* context, const v1::BatchUpdateConsentsRequest* request,
    v1::BatchUpdateConsentsResponse* response) {
  return dispatcher_->UnaryWrite(
      context, request, response, "BatchUpdateConsents",
      [this](const RequestContext& context, const v1::BatchUpdateConsentsRequest& request)
          -> absl::StatusOr<v1::BatchUpdateConsentsResponse> {
        CLIENTELE_ASSIGN_OR_RETURN(
            const MutationId mutation,
            rpc::MakeMutationId<v1::ProfileService>(context, "BatchUpdateConsents", request));
        std::vector<ConsentDecision> decisions;
        decisions.reserve(request.consents_size());
        for (int i = 0; i < request.consents_size(); ++i) {
          CLIENTELE_ASSIGN_OR_RETURN(
              decisions.emplace_back(),
              FromProto(request.consents(i), absl::StrCat("consents[", i, "]")));
        }
        CLIENTELE_ASSIGN_OR_RETURN(const int64_t recorded,
                                   consents_->Record(context, mutation, std::move(decisions)));
        v1::BatchUpdateConsentsResponse response;
        response.set_recorded_count(recorded);
        response.set_duplicate_count(request.consents_size() - recorded);
        return response;
      });
}

grpc::ServerUnaryReactor* ProfileRpc::ListConsents(grpc::CallbackServerContext* context,
                                                   const v1::ListConsentsRequest* request,
                                                   v1::ListConsentsResponse* response) {
  return dispatcher_->Unary(
      context, request, response, "ListConsents",
      [this](const RequestContext& context,
             const v1::ListConsentsRequest& request) -> absl::StatusOr<v1::ListConsentsResponse> {
        CLIENTELE_ASSIGN_OR_RETURN(
            const std::string id,
            rpc::ParseResourceName("customers/{}", request.parent(), "parent"));
        CLIENTELE_ASSIGN_OR_RETURN(const std::vector<Consent> consents,
                                   consents_->List(context, id));
        v1::ListConsentsResponse response;
        for (const Consent& consent : consents) *response.add_consents() = ToProto(consent);
        return response;
      });
}

grpc::ServerUnaryReactor* ProfileRpc::ListConsentDecisions(
    grpc::CallbackServerContext* context, const v1::ListConsentDecisionsRequest* request,
    v1::ListConsentDecisionsResponse* response) {
  return dispatcher_->Unary(
      context, request, response, "ListConsentDecisions",
      [this](const RequestContext& context, const v1::ListConsentDecisionsRequest& request)
          -> absl::StatusOr<v1::ListConsentDecisionsResponse> {
        CLIENTELE_ASSIGN_OR_RETURN(
            const std::string id,
            rpc::ParseResourceName("customers/{}", request.parent(), "parent"));
        CLIENTELE_ASSIGN_OR_RETURN(const int page_size, rpc::PageSize(request.page_size()));
        CLIENTELE_ASSIGN_OR_RETURN(
            ConsentDecisionPage page,
            consents_->History(context, id, page_size, request.page_token()));
        v1::ListConsentDecisionsResponse response;
        for (const ConsentDecision& decision : page.decisions) {
          *response.add_decisions() = ToProto(decision);
        }
        response.set_next_page_token(std::move(page.next_page_token));
        return response;
      });
}

}  // namespace clientele::profile
