#include "services/profile-service/rpc/consent_conversion.h"

#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include "common/rpc/time_conversion.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/profile-service/core/customers/customer.h"

namespace clientele::profile {

absl::StatusOr<ConsentDecision> FromProto(const v1::Consent& proto, absl::string_view path) {
  FieldViolations bad;
  ConsentDecision decision;
  const std::vector<std::string> parts = absl::StrSplit(proto.name(), '/');
  const bool well_formed = parts.size() == 4 && parts[0] == "customers" && parts[2] == "consents";
  const std::optional<consent::Purpose> purpose =
      well_formed ? consent::ParsePurpose(parts[3]) : std::nullopt;
  if (purpose) {
    decision.customer_id = parts[1];
    decision.purpose = *purpose;
  } else {
    bad.Add(absl::StrCat(path, ".name"),
            "must be \"customers/{customer}/consents/{purpose}\" with a purpose of profiling, "
            "image-analysis, recommendation, marketing, answer-personalization");
  }
  decision.granted = proto.state() == v1::CONSENT_STATE_GRANTED;
  if (!decision.granted && proto.state() != v1::CONSENT_STATE_WITHDRAWN) {
    bad.Add(absl::StrCat(path, ".state"), "must be GRANTED or WITHDRAWN");
  }
  CLIENTELE_RETURN_IF_ERROR(bad.ToStatus());
  if (proto.has_decision_time()) {
    CLIENTELE_ASSIGN_OR_RETURN(
        decision.decision_time,
        rpc::ToTime(proto.decision_time(), absl::StrCat(path, ".decision_time")));
  }
  decision.text_version = proto.text_version();
  decision.source = proto.source();
  return decision;
}

v1::Consent ToProto(const ConsentDecision& decision) {
  v1::Consent proto;
  proto.set_name(absl::StrCat(CustomerName(decision.customer_id), "/consents/",
                              consent::IdOf(decision.purpose)));
  proto.set_purpose(static_cast<v1::ConsentPurpose>(decision.purpose));
  proto.set_state(decision.granted ? v1::CONSENT_STATE_GRANTED : v1::CONSENT_STATE_WITHDRAWN);
  *proto.mutable_decision_time() = rpc::ToTimestamp(decision.decision_time);
  proto.set_text_version(decision.text_version);
  proto.set_source(decision.source);
  *proto.mutable_record_time() = rpc::ToTimestamp(decision.store_time);
  return proto;
}

v1::Consent ToProto(const Consent& consent) {
  v1::Consent proto;
  if (consent.decision) proto = ToProto(*consent.decision);
  proto.set_name(absl::StrCat(CustomerName(consent.customer_id), "/consents/",
                              consent::IdOf(consent.purpose)));
  proto.set_purpose(static_cast<v1::ConsentPurpose>(consent.purpose));
  proto.set_allowed(consent.allowed);
  return proto;
}

google::protobuf::RepeatedPtrField<v1::PurposeDecision> ToDecisions(
    const consent::Consents& consents) {
  google::protobuf::RepeatedPtrField<v1::PurposeDecision> protos;
  for (const consent::Purpose purpose : consent::kPurposes) {
    const consent::Decision decision = consents.Of(purpose);
    if (decision == consent::Decision::kNone) continue;
    v1::PurposeDecision& proto = *protos.Add();
    proto.set_purpose(static_cast<v1::ConsentPurpose>(purpose));
    proto.set_state(static_cast<v1::ConsentState>(decision));
  }
  return protos;
}

}  // namespace clientele::profile
