#include "services/profile-service/core/customers/page_token.h"

#include <string>

#include <catch2/catch_test_macros.hpp>

#include "tests/contract/profile/samples.h"

namespace clientele::profile::testing {
namespace {

TEST_CASE("page tokens are read back") {
  CHECK(ParseCustomerPageToken("").value().empty());
  CHECK(ParseCustomerPageToken(CustomerPageToken("c-42")).value() == "c-42");
  CHECK_FALSE(ParseEventPageToken("42", "").value().has_value());
  const auto position = ParseEventPageToken("42", EventPageToken("42", {kNow, "e 1"}));
  CHECK(absl::IsInvalidArgument(position.status()));  // an event_id has no spaces
  const auto good = ParseEventPageToken("42", EventPageToken("42", {kNow, "e/1"}));
  REQUIRE(good.ok());
  CHECK((*good)->event_time == kNow);
  CHECK((*good)->event_id == "e/1");
}

TEST_CASE("a token of another list or made up is refused") {
  const std::string customers = CustomerPageToken("42");
  const std::string events = EventPageToken("42", {kNow, "1"});
  CHECK(absl::IsInvalidArgument(ParseCustomerPageToken(events).status()));
  CHECK(absl::IsInvalidArgument(ParseCustomerPageToken("42").status()));
  CHECK(absl::IsInvalidArgument(ParseCustomerPageToken("\xFF").status()));
  CHECK(absl::IsInvalidArgument(ParseEventPageToken("42", customers).status()));
  CHECK(absl::IsInvalidArgument(ParseEventPageToken("43", events).status()));
}

}  // namespace
}  // namespace clientele::profile::testing
