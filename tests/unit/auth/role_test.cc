#include "common/auth/role.h"

#include <catch2/catch_test_macros.hpp>

namespace clientele::auth {
namespace {

TEST_CASE("each role is read back from its name") {
  for (const Role role : {Role::kViewer, Role::kAgent, Role::kMarketer, Role::kDataEngineer,
                          Role::kPrivacyOfficer, Role::kService, Role::kAdmin}) {
    CAPTURE(RoleName(role));
    CHECK(ParseRole(RoleName(role)) == role);
  }
  CHECK(RoleName(Role::kDataEngineer) == "data-engineer");
  CHECK(RoleName(Role::kPrivacyOfficer) == "privacy-officer");
}

TEST_CASE("no other text is a role") {
  for (const char* text : {"", "none", "Admin", "admin ", "data_engineer", "root"}) {
    CAPTURE(text);
    CHECK_FALSE(ParseRole(text).has_value());
  }
}

TEST_CASE("a set holds what it was made of, and never the absence of a role") {
  constexpr RoleSet roles = {Role::kAgent, Role::kViewer, Role::kNone};
  CHECK(roles.Contains(Role::kAgent));
  CHECK(roles.Contains(Role::kViewer));
  CHECK_FALSE(roles.Contains(Role::kAdmin));
  CHECK_FALSE(roles.Contains(Role::kNone));
  CHECK(roles.With(Role::kAdmin).Contains(Role::kAdmin));
  CHECK(roles.ToString() == "viewer, agent");
  CHECK(RoleSet().ToString().empty());
}

}  // namespace
}  // namespace clientele::auth
