#include "common/consent/consent.h"

#include <string>

#include <catch2/catch_test_macros.hpp>

namespace clientele::consent {
namespace {

TEST_CASE("a purpose has an id that is read back, and nothing else is a purpose") {
  for (const Purpose purpose : kPurposes) CHECK(ParsePurpose(IdOf(purpose)) == purpose);
  CHECK(ParsePurpose("image-analysis") == Purpose::kImageAnalysis);
  CHECK_FALSE(ParsePurpose("Marketing").has_value());
  CHECK_FALSE(ParsePurpose("").has_value());
}

TEST_CASE("each purpose has a decision of its own") {
  Consents consents;
  consents.Set(Purpose::kProfiling, Decision::kGranted);
  consents.Set(Purpose::kAnswerPersonalization, Decision::kWithdrawn);
  CHECK(consents.Of(Purpose::kProfiling) == Decision::kGranted);
  CHECK(consents.Of(Purpose::kImageAnalysis) == Decision::kNone);
  CHECK(consents.Of(Purpose::kAnswerPersonalization) == Decision::kWithdrawn);
  consents.Set(Purpose::kProfiling, Decision::kWithdrawn);
  CHECK(consents.Of(Purpose::kProfiling) == Decision::kWithdrawn);
  consents.Set(Purpose::kProfiling, Decision::kNone);
  consents.Set(Purpose::kAnswerPersonalization, Decision::kNone);
  CHECK(consents == Consents());
  CHECK(consents.bits() == 0);
}

TEST_CASE("decisions survive being kept as bits, and bits that mean nothing are dropped") {
  Consents consents;
  consents.Set(Purpose::kMarketing, Decision::kGranted);
  consents.Set(Purpose::kRecommendation, Decision::kWithdrawn);
  // Two bits each, from bit 2 * purpose on: 2 << 6 and 1 << 8.
  CHECK(consents.bits() == 128 + 256);
  CHECK(Consents(consents.bits()) == consents);
  CHECK(Consents(3 << 2) == Consents());
  CHECK(Consents(-1) == Consents());
  CHECK(Consents(std::int64_t{1} << 40) == Consents());
}

TEST_CASE("a decision counts, and the policy where there is none") {
  const Policy policy;
  Consents consents;
  CHECK(policy.Allows(Purpose::kProfiling, consents));
  CHECK(policy.Allows(Purpose::kRecommendation, consents));
  CHECK(policy.Allows(Purpose::kAnswerPersonalization, consents));
  CHECK_FALSE(policy.Allows(Purpose::kMarketing, consents));
  CHECK_FALSE(policy.Allows(Purpose::kImageAnalysis, consents));
  consents.Set(Purpose::kMarketing, Decision::kGranted);
  consents.Set(Purpose::kProfiling, Decision::kWithdrawn);
  CHECK(policy.Allows(Purpose::kMarketing, consents));
  CHECK_FALSE(policy.Allows(Purpose::kProfiling, consents));
}

TEST_CASE("a policy is read from ids, and one that there is not is named") {
  const auto policy = Policy::Parse("profiling, marketing");
  REQUIRE(policy.ok());
  CHECK(policy->NeedsGrant(Purpose::kProfiling));
  CHECK(policy->NeedsGrant(Purpose::kMarketing));
  CHECK_FALSE(policy->NeedsGrant(Purpose::kImageAnalysis));
  const auto none = Policy::Parse("");
  REQUIRE(none.ok());
  CHECK(none->Allows(Purpose::kMarketing, {}));
  const auto unknown = Policy::Parse("profiling,advertising");
  CHECK(absl::IsInvalidArgument(unknown.status()));
  CHECK(std::string(unknown.status().message()).find("\"advertising\"") != std::string::npos);
}

}  // namespace
}  // namespace clientele::consent
