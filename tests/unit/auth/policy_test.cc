#include "common/auth/policy.h"

#include <catch2/catch_test_macros.hpp>

#include "absl/strings/match.h"

#include "common/status/error_details.h"

namespace clientele::auth {
namespace {

constexpr MethodRule kRules[] = {
    {"shop.v1.Shop/Read", {Role::kViewer, Role::kAgent}},
    {"shop.v1.Shop/Repair", {}},
};

Principal As(Role role) { return {.name = "crm", .role = role}; }

TEST_CASE("a role that a method names may call it, others may not") {
  const Policy policy(kRules);
  CHECK(policy.Check("shop.v1.Shop/Read", As(Role::kViewer)).ok());
  CHECK(policy.Check("shop.v1.Shop/Read", As(Role::kAgent)).ok());
  for (const Role role :
       {Role::kNone, Role::kMarketer, Role::kDataEngineer, Role::kPrivacyOfficer, Role::kService}) {
    CAPTURE(RoleName(role));
    const absl::Status refused = policy.Check("shop.v1.Shop/Read", As(role));
    CHECK(absl::IsPermissionDenied(refused));
    CHECK(GetReason(refused) == reason::kPermissionDenied);
    CHECK(absl::StrContains(refused.message(), "viewer, agent, admin"));
  }
}

TEST_CASE("an admin may call every method that has a rule") {
  const Policy policy(kRules);
  CHECK(policy.Check("shop.v1.Shop/Read", As(Role::kAdmin)).ok());
  CHECK(policy.Check("shop.v1.Shop/Repair", As(Role::kAdmin)).ok());
  CHECK(absl::IsPermissionDenied(policy.Check("shop.v1.Shop/Repair", As(Role::kService))));
}

TEST_CASE("a method without a rule is denied to everyone") {
  const Policy policy(kRules);
  for (const char* method : {"shop.v1.Shop/Write", "/shop.v1.Shop/Read", "Read", ""}) {
    CAPTURE(method);
    CHECK_FALSE(policy.HasRule(method));
    const absl::Status refused = policy.Check(method, As(Role::kAdmin));
    CHECK(absl::IsPermissionDenied(refused));
    CHECK(GetReason(refused) == reason::kPermissionDenied);
  }
}

}  // namespace
}  // namespace clientele::auth
