#include "services/recommend-service/rpc/audience_conversion.h"

#include <string>

#include "common/rpc/page_size.h"
#include "common/rpc/resource_name.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/recommend-service/rpc/recommend_conversion.h"

namespace clientele::recommend {
namespace {

absl::StatusOr<AudienceTargetName> TargetOf(const v1::ListAudienceRequest& request) {
  switch (request.target_case()) {
    case v1::ListAudienceRequest::kItem: {
      CLIENTELE_ASSIGN_OR_RETURN(std::string id,
                                 rpc::ParseResourceName("items/{}", request.item(), "item"));
      return ItemTarget{std::move(id)};
    }
    case v1::ListAudienceRequest::kCategory:
      return CategoryTarget{request.category()};
    case v1::ListAudienceRequest::kText:
      return TextTarget{request.text()};
    case v1::ListAudienceRequest::TARGET_NOT_SET:
      break;
  }
  return AudienceTargetName();
}

absl::StatusOr<AudienceExclusion> ExclusionOf(v1::AudienceExclusion exclusion) {
  switch (exclusion) {
    case v1::AUDIENCE_EXCLUSION_UNSPECIFIED:
      return AudienceExclusion::kDefault;
    case v1::AUDIENCE_EXCLUSION_NONE:
      return AudienceExclusion::kNone;
    case v1::AUDIENCE_EXCLUSION_BOUGHT_OR_DISMISSED:
      return AudienceExclusion::kBoughtOrDismissed;
    default:
      return InvalidField("exclusion", "must be a value that this version knows");
  }
}

v1::Exclusion ToProto(Exclusion exclusion) {
  switch (exclusion) {
    case Exclusion::kBought:
      return v1::EXCLUSION_BOUGHT;
    case Exclusion::kDismissed:
      return v1::EXCLUSION_DISMISSED;
    case Exclusion::kNotAvailable:
      return v1::EXCLUSION_NOT_AVAILABLE;
  }
  return v1::EXCLUSION_UNSPECIFIED;
}

}  // namespace

absl::StatusOr<AudienceQuery> FromProto(const v1::ListAudienceRequest& request) {
  AudienceQuery query;
  CLIENTELE_ASSIGN_OR_RETURN(query.target, TargetOf(request));
  CLIENTELE_ASSIGN_OR_RETURN(query.exclusion, ExclusionOf(request.exclusion()));
  CLIENTELE_ASSIGN_OR_RETURN(query.page_size, rpc::PageSize(request.page_size()));
  query.language = request.language_code();
  query.page_token = request.page_token();
  return query;
}

v1::ListAudienceResponse ToProto(const AudiencePage& page) {
  v1::ListAudienceResponse response;
  for (const AudienceMember& member : page.members) {
    v1::AudienceMember& proto = *response.add_members();
    proto.set_customer(rpc::FormatResourceName("customers/{}", member.customer_id));
    proto.set_score(member.score);
    for (const Reason& reason : member.reasons) *proto.add_reasons() = ToProto(reason);
  }
  response.set_next_page_token(page.next_page_token);
  response.mutable_models()->Assign(page.models.begin(), page.models.end());
  response.set_consent_check(page.consent_checked ? v1::CONSENT_CHECK_DONE
                                                  : v1::CONSENT_CHECK_NOT_DONE);
  return response;
}

absl::StatusOr<ExplainQuery> FromProto(const v1::ExplainRecommendationRequest& request) {
  ExplainQuery query;
  CLIENTELE_ASSIGN_OR_RETURN(
      query.customer_id, rpc::ParseResourceName("customers/{}", request.customer(), "customer"));
  CLIENTELE_ASSIGN_OR_RETURN(query.item_id,
                             rpc::ParseResourceName("items/{}", request.item(), "item"));
  query.language = request.language_code();
  return query;
}

v1::ExplainRecommendationResponse ToProto(const RecommendationExplanation& explanation) {
  v1::ExplainRecommendationResponse response;
  *response.mutable_recommendation() = ToProto(explanation.recommendation);
  response.set_strategy(ToProto(explanation.strategy));
  response.set_fallback_reason(ToProto(explanation.fallback));
  response.mutable_models()->Assign(explanation.models.begin(), explanation.models.end());
  for (const Contribution& one : explanation.contributions) {
    v1::Contribution& proto = *response.add_contributions();
    proto.set_item(rpc::FormatResourceName("items/{}", one.item_id));
    proto.set_title(one.title);
    proto.set_amount(one.amount);
  }
  for (const Exclusion exclusion : explanation.exclusions) {
    response.add_exclusions(ToProto(exclusion));
  }
  return response;
}

}  // namespace clientele::recommend
