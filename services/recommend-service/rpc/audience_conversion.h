#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_RPC_AUDIENCE_CONVERSION_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_RPC_AUDIENCE_CONVERSION_H_

// Audiences and explanations between the protos and core's types. Pure and thread-safe.

#include "absl/status/statusor.h"
#include "clientele/recommend/v1/recommend_service.pb.h"

#include "services/recommend-service/core/audiences/audience.h"
#include "services/recommend-service/core/ranking/recommendation.h"

namespace clientele::recommend {

absl::StatusOr<AudienceQuery> FromProto(const v1::ListAudienceRequest& request);
v1::ListAudienceResponse ToProto(const AudiencePage& page);

absl::StatusOr<ExplainQuery> FromProto(const v1::ExplainRecommendationRequest& request);
v1::ExplainRecommendationResponse ToProto(const RecommendationExplanation& explanation);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_RPC_AUDIENCE_CONVERSION_H_
