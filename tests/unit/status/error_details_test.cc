#include "common/status/error_details.h"

#include <string>

#include <catch2/catch_test_macros.hpp>

#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"

namespace clientele {
namespace {

TEST_CASE("no violation is OK") {
  FieldViolations violations;
  CHECK(violations.empty());
  CHECK(violations.ToStatus().ok());
}

TEST_CASE("every wrong field is reported, and the message names the first") {
  FieldViolations violations;
  violations.Add("events[3].quantity", "must be finite");
  violations.Add("page_size", "must not be negative");
  const absl::Status status = violations.ToStatus();
  CHECK(absl::IsInvalidArgument(status));
  CHECK(status.message() == "events[3].quantity: must be finite");
  CHECK(GetReason(status) == reason::kInvalidArgument);
  const auto reported = GetFieldViolations(status);
  REQUIRE(reported.size() == 2);
  CHECK(reported[0].field == "events[3].quantity");
  CHECK(reported[0].description == "must be finite");
  CHECK(reported[1].field == "page_size");
  CHECK(reported[1].description == "must not be negative");
}

TEST_CASE("separators inside a description do not invent violations") {
  const absl::Status status = InvalidField("name",
                                           "a\x1e"
                                           "b\x1f"
                                           "c");
  const auto violations = GetFieldViolations(status);
  REQUIRE(violations.size() == 1);
  CHECK(violations[0].field == "name");
}

TEST_CASE("at most a hundred violations are kept") {
  FieldViolations violations;
  for (int i = 0; i < 150; ++i) violations.Add(absl::StrCat("f", i), "is wrong");
  CHECK(violations.size() == 100);
  CHECK(GetFieldViolations(violations.ToStatus()).size() == 100);
}

TEST_CASE("violations are kept as far as they fit into an answer") {
  FieldViolations violations;
  violations.Add("first", std::string(5000, 'x'));
  violations.Add("second", "is wrong");
  CHECK(violations.size() == 1);
  FieldViolations many;
  for (int i = 0; i < 100; ++i) many.Add("field", std::string(400, 'x'));
  CHECK(many.size() == 10);
}

TEST_CASE("details stick to errors only") {
  CHECK(WithReason(absl::OkStatus(), reason::kInternal).ok());
  CHECK(WithRetryDelay(absl::OkStatus(), absl::Seconds(1)).ok());
}

TEST_CASE("the reason falls back to the canonical code") {
  CHECK(GetReason(absl::NotFoundError("x")) == "NOT_FOUND");
  CHECK(GetReason(WithReason(absl::NotFoundError("x"), "NO_SUCH_MODEL")) == "NO_SUCH_MODEL");
}

TEST_CASE("a retry delay survives") {
  const absl::Status busy = BusyError("full", absl::Milliseconds(150));
  CHECK(absl::IsResourceExhausted(busy));
  CHECK(GetReason(busy) == reason::kOverloaded);
  CHECK(GetRetryDelay(busy) == absl::Milliseconds(150));
  CHECK_FALSE(GetRetryDelay(absl::InternalError("x")).has_value());
  const absl::Status unavailable =
      UnavailableError(reason::kModelUnavailable, "loading", absl::Seconds(2));
  CHECK(absl::IsUnavailable(unavailable));
  CHECK(GetReason(unavailable) == reason::kModelUnavailable);
  CHECK(GetRetryDelay(unavailable) == absl::Seconds(2));
}

TEST_CASE("common errors have their code and reason") {
  CHECK(absl::IsNotFound(NotFound("customers/42")));
  CHECK(NotFound("customers/42").message() == "customers/42 does not exist");
  CHECK(absl::IsAlreadyExists(AlreadyExists("customers/42")));
  CHECK(absl::IsAborted(EtagMismatch("customers/42")));
  CHECK(GetReason(EtagMismatch("customers/42")) == reason::kEtagMismatch);
}

absl::StatusOr<int> Parse(int value) {
  if (value < 0) return absl::InvalidArgumentError("negative");
  return value;
}

absl::StatusOr<int> Sum(int a, int b) {
  CLIENTELE_RETURN_IF_ERROR(absl::OkStatus());
  CLIENTELE_ASSIGN_OR_RETURN(const int left, Parse(a));
  CLIENTELE_ASSIGN_OR_RETURN(const int right, Parse(b));
  return left + right;
}

TEST_CASE("macros return early with the error") {
  CHECK(*Sum(2, 3) == 5);
  CHECK(absl::IsInvalidArgument(Sum(2, -3).status()));
}

}  // namespace
}  // namespace clientele
