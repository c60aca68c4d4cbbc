#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_RPC_RECOMMEND_CONVERSION_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_RPC_RECOMMEND_CONVERSION_H_

// Between the protos and core's types. Pure and thread-safe. Limits are core's to
// check; what a core type cannot hold is refused here.

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "clientele/recommend/v1/recommend_service.pb.h"

#include "services/recommend-service/core/interactions/interaction.h"
#include "services/recommend-service/core/ranking/recommendation.h"
#include "services/recommend-service/core/ranking/similar_items.h"
#include "services/recommend-service/core/training/training.h"

namespace clientele::recommend {

absl::StatusOr<std::vector<std::string>> FromProto(const v1::BatchCheckItemsRequest& request);
absl::StatusOr<std::vector<AnonymousInteraction>> FromProto(
    const v1::BatchCreateAnonymousInteractionsRequest& request);
absl::StatusOr<RecommendQuery> FromProto(const v1::RecommendRequest& request);
// An unset algorithm becomes the factorization, 0 the default.
TrainingOptions FromProto(const v1::TrainModelRequest& request);

v1::Strategy ToProto(Strategy strategy);
v1::FallbackReason ToProto(Fallback fallback);
v1::Reason ToProto(const Reason& reason);
v1::Recommendation ToProto(const Recommendation& recommendation);
v1::RecommendResponse ToProto(const RecommendationList& list);
absl::StatusOr<RankQuery> FromProto(const v1::RankItemsRequest& request);
v1::RankItemsResponse ToProto(const RankedCandidates& ranked);
absl::StatusOr<SimilarItemsQuery> FromProto(const v1::SimilarItemsRequest& request);
v1::SimilarItemsResponse ToProto(const SimilarItemsList& list);
v1::Publication::Outcome ToProto(PublicationOutcome outcome);
v1::Publication ToProto(const Publication& publication);
v1::TrainModelResponse ToProto(const TrainingReport& report);
// FromProto gives the same options.
v1::TrainModelRequest ToProto(const TrainingOptions& options);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_RPC_RECOMMEND_CONVERSION_H_
