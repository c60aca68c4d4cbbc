#include "services/profile-service/rpc/consent_conversion.h"

#include <string>

#include <catch2/catch_test_macros.hpp>

#include "absl/status/status.h"

#include "common/status/error_details.h"

namespace clientele::profile {
namespace {

v1::Consent Request() {
  v1::Consent proto;
  proto.set_name("customers/42/consents/image-analysis");
  proto.set_state(v1::CONSENT_STATE_GRANTED);
  proto.mutable_decision_time()->set_seconds(1'700'000'000);
  proto.set_text_version("v3");
  proto.set_source("call center");
  return proto;
}

TEST_CASE("a decision is converted there and back") {
  const auto decision = FromProto(Request(), "consent");
  REQUIRE(decision.ok());
  CHECK(decision->customer_id == "42");
  CHECK(decision->purpose == consent::Purpose::kImageAnalysis);
  CHECK(decision->granted);
  CHECK(decision->decision_time == absl::FromUnixSeconds(1'700'000'000));
  v1::Consent again = ToProto(*decision);
  CHECK(again.purpose() == v1::CONSENT_PURPOSE_IMAGE_ANALYSIS);
  again.clear_purpose();
  again.clear_record_time();
  CHECK(again.SerializeAsString() == Request().SerializeAsString());
}

TEST_CASE("a name of another form and a missing state are refused together") {
  for (const char* name :
       {"", "customers/42", "customers/42/consents/", "customers/42/consents/all",
        "customers/42/consents/marketing/1", "items/42/consents/marketing"}) {
    v1::Consent proto = Request();
    proto.set_name(name);
    proto.clear_state();
    const absl::Status status = FromProto(proto, "consents[3]").status();
    CHECK(absl::IsInvalidArgument(status));
    const auto violations = GetFieldViolations(status);
    REQUIRE(violations.size() == 2);
    CHECK(violations[0].field == "consents[3].name");
    CHECK(violations[1].field == "consents[3].state");
  }
}

TEST_CASE("a purpose without a decision has a name and says what is allowed") {
  const v1::Consent proto =
      ToProto(Consent{"42", consent::Purpose::kRecommendation, std::nullopt, true});
  CHECK(proto.name() == "customers/42/consents/recommendation");
  CHECK(proto.purpose() == v1::CONSENT_PURPOSE_RECOMMENDATION);
  CHECK(proto.state() == v1::CONSENT_STATE_UNSPECIFIED);
  CHECK(proto.allowed());
  CHECK_FALSE(proto.has_decision_time());
}

TEST_CASE("followers get the purposes that were decided") {
  consent::Consents consents;
  consents.Set(consent::Purpose::kMarketing, consent::Decision::kWithdrawn);
  const auto protos = ToDecisions(consents);
  REQUIRE(protos.size() == 1);
  CHECK(protos[0].purpose() == v1::CONSENT_PURPOSE_MARKETING);
  CHECK(protos[0].state() == v1::CONSENT_STATE_WITHDRAWN);
}

}  // namespace
}  // namespace clientele::profile
