#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_RPC_EXPERIMENT_CONVERSION_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_RPC_EXPERIMENT_CONVERSION_H_

// Experiments and feedback between the protos and core's types. Pure and thread-safe. Limits are
// core's to check; what a core type cannot hold is refused here.

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "clientele/recommend/v1/recommend_service.pb.h"

#include "services/recommend-service/core/experiments/experiments.h"

namespace clientele::recommend {

// "experiments/{experiment}".
absl::StatusOr<std::string> ExperimentId(const std::string& name, absl::string_view field);

// nullopt for a number that is none of them.
std::optional<Method> MethodOf(v1::RecommendationMethod method);

// Fields that are 0 become the defaults.
absl::StatusOr<Experiment> FromProto(const v1::CreateExperimentRequest& request);
v1::Experiment ToProto(const Experiment& experiment);

absl::StatusOr<std::vector<Feedback>> FromProto(const v1::RecordFeedbackRequest& request);
v1::RecordFeedbackResponse ToProto(const FeedbackRecorded& recorded);

v1::ExperimentReport ToProto(const std::string& name, const std::vector<VariantReport>& reports);

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_RPC_EXPERIMENT_CONVERSION_H_
