#ifndef CLIENTELE_SERVICES_PROFILE_SERVICE_RPC_CONSENT_CONVERSION_H_
#define CLIENTELE_SERVICES_PROFILE_SERVICE_RPC_CONSENT_CONVERSION_H_

// Between the messages about consent and the domain. Pure, thread-safe.

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "clientele/profile/v1/profile_service.pb.h"

#include "services/profile-service/core/consent/consent_register.h"

namespace clientele::profile {

// `path` names the message in errors. INVALID_ARGUMENT for a name of another form, an unknown
// purpose or a missing state.
absl::StatusOr<ConsentDecision> FromProto(const v1::Consent& proto, absl::string_view path);

v1::Consent ToProto(const Consent& consent);
v1::Consent ToProto(const ConsentDecision& decision);

// What is decided, by purpose.
google::protobuf::RepeatedPtrField<v1::PurposeDecision> ToDecisions(
    const consent::Consents& consents);

}  // namespace clientele::profile

#endif  // CLIENTELE_SERVICES_PROFILE_SERVICE_RPC_CONSENT_CONVERSION_H_
