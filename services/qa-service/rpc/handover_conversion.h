#ifndef CLIENTELE_SERVICES_QA_SERVICE_RPC_HANDOVER_CONVERSION_H_
#define CLIENTELE_SERVICES_QA_SERVICE_RPC_HANDOVER_CONVERSION_H_

// Hand-overs between the API's messages and the domain. Pure functions, thread-safe.

#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "clientele/qa/v1/qa_service.pb.h"

#include "services/qa-service/core/handovers/handover.h"
#include "services/qa-service/core/handovers/handover_feed.h"
#include "services/qa-service/core/handovers/handover_store.h"

namespace clientele::qa {

v1::Handover ToProto(const Handover& handover);
v1::StreamHandoversResponse ToProto(const HandoverBatch& batch);
v1::ComplaintReport ToProto(const std::vector<ComplaintCount>& counts);

// INVALID_ARGUMENT about the field for a number that the enumeration does not have.
absl::StatusOr<std::optional<HandoverState>> FromProto(v1::HandoverState state);
absl::StatusOr<ComplaintTopic> FromProto(v1::ComplaintTopic topic);
absl::StatusOr<HandoverResolution> FromProto(v1::HandoverResolution resolution);

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_RPC_HANDOVER_CONVERSION_H_
