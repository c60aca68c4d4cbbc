#include "services/gateway-service/core/operations/operation_routes.h"

#include <catch2/catch_test_macros.hpp>

#include "common/status/error_details.h"

namespace clientele::gateway {
namespace {

const OperationRoutes kRoutes({"profile", "recommend"});

TEST_CASE("an operation's name and a list's parent say the service") {
  CHECK(*kRoutes.OfOperation("services/recommend/operations/1") == "recommend");
  CHECK(*kRoutes.OfOperation("services/profile/operations/1") == "profile");
  CHECK(*kRoutes.OfParent("services/profile") == "profile");
}

TEST_CASE("names of another shape are refused with the right one") {
  for (const char* name : {"", "operations/1", "services/recommend", "services/recommend/jobs/1",
                           "service/recommend/operations/1", "services/recommend/operations/1/2"}) {
    INFO(name);
    const absl::Status status = kRoutes.OfOperation(name).status();
    REQUIRE(absl::IsInvalidArgument(status));
    CHECK(GetFieldViolations(status).at(0).field == "name");
  }
  for (const char* name : {"", "operations", "services/recommend/operations/1", "recommend"}) {
    INFO(name);
    CHECK(absl::IsInvalidArgument(kRoutes.OfParent(name).status()));
  }
}

TEST_CASE("an unknown service is NOT_FOUND, and the known ones are told") {
  const absl::Status status = kRoutes.OfOperation("services/qa/operations/1").status();
  CHECK(absl::IsNotFound(status));
  CHECK(status.message().find("profile, recommend") != std::string::npos);
  CHECK(absl::IsNotFound(kRoutes.OfParent("services/").status()));
}

}  // namespace
}  // namespace clientele::gateway
