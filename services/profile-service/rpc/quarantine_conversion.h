#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_RPC_QUARANTINE_CONVERSION_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_RPC_QUARANTINE_CONVERSION_H_

// Between the messages about quarantined events and the domain. Pure, thread-safe.

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "clientele/profile/v1/profile_service.pb.h"

#include "services/profile-service/core/events/sent_event.h"
#include "services/profile-service/core/quarantine/quarantine.h"

namespace clientele::profile {

SentEvent ToSentEvent(const v1::Event& proto);
v1::Event ToProto(SentEvent event);
v1::QuarantinedEvent ToProto(QuarantinedEvent event);

// INVALID_ARGUMENT where a name is no "quarantinedEvents/{quarantined_event}".
absl::StatusOr<QuarantineUpdate> FromProto(const v1::UpdateQuarantinedEventRequest& request);
absl::StatusOr<std::vector<std::int64_t>> QuarantineIds(
    const google::protobuf::RepeatedPtrField<std::string>& names);

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_RPC_QUARANTINE_CONVERSION_H_
