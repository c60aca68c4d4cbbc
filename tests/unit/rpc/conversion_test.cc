#include <limits>
#include <string>
#include <utility>

#include <catch2/catch_test_macros.hpp>

#include "absl/strings/match.h"
#include "clientele/profile/v1/profile_service.pb.h"
#include "google/rpc/error_details.pb.h"

#include "common/rpc/mutation.h"
#include "common/rpc/page_size.h"
#include "common/rpc/resource_name.h"
#include "common/rpc/status_bridge.h"
#include "common/rpc/time_conversion.h"
#include "common/status/error_details.h"

namespace clientele::rpc {
namespace {

namespace v1 = clientele::profile::v1;

TEST_CASE("a status goes to gRPC and back unchanged") {
  for (const absl::Status& status :
       {absl::OkStatus(), NotFound("customers/1"), BusyError("full", absl::Milliseconds(150)),
        UnavailableError(reason::kModelUnavailable, "loading", absl::Seconds(2)),
        InvalidField("events[3].quantity", "must be finite"), EtagMismatch("customers/1"),
        WithReason(absl::UnavailableError("x"), reason::kDraining)}) {
    const grpc::Status wire = ToGrpcStatus(status);
    CHECK(static_cast<int>(wire.error_code()) == static_cast<int>(status.code()));
    const absl::Status back = FromGrpcStatus(wire);
    CHECK(back.code() == status.code());
    CHECK(back.message() == status.message());
    CHECK(GetReason(back) == GetReason(status));
    CHECK(GetRetryDelay(back) == GetRetryDelay(status));
    REQUIRE(GetFieldViolations(back).size() == GetFieldViolations(status).size());
  }
}

TEST_CASE("the details are google.rpc messages of our domain") {
  google::rpc::Status proto;
  ToProto(WithRetryDelay(InvalidField("name", "is wrong"), absl::Milliseconds(1500)), &proto);
  REQUIRE(proto.details_size() == 3);
  CHECK(proto.details(0).type_url() == "type.googleapis.com/google.rpc.ErrorInfo");
  google::rpc::ErrorInfo info;
  REQUIRE(proto.details(0).UnpackTo(&info));
  CHECK(info.domain() == "clientele");
  CHECK(info.reason() == "INVALID_ARGUMENT");
  google::rpc::BadRequest bad_request;
  REQUIRE(proto.details(1).UnpackTo(&bad_request));
  CHECK(bad_request.field_violations(0).field() == "name");
  google::rpc::RetryInfo retry;
  REQUIRE(proto.details(2).UnpackTo(&retry));
  CHECK(retry.retry_delay().seconds() == 1);
  CHECK(retry.retry_delay().nanos() == 500'000'000);
  ToProto(absl::OkStatus(), &proto);
  CHECK(proto.details_size() == 0);
  CHECK(FromProto(proto).ok());
}

TEST_CASE("a status without readable details keeps code and message") {
  const absl::Status plain =
      FromGrpcStatus(grpc::Status(grpc::StatusCode::NOT_FOUND, "gone", "\xff\xff garbage"));
  CHECK(absl::IsNotFound(plain));
  CHECK(plain.message() == "gone");
  const absl::Status away = FromGrpcStatus(
      grpc::Status(grpc::StatusCode::UNAVAILABLE, "failed to connect to ipv4:10.0.0.7:50051"));
  CHECK(GetReason(away) == reason::kBackendUnavailable);
  CHECK_FALSE(absl::StrContains(away.message(), "10.0.0.7"));
}

TEST_CASE("resource names are parsed and written") {
  CHECK(*ParseResourceName("customers/{}", "customers/a-B_9.x", "name") == "a-B_9.x");
  CHECK(*ParseResourceName("customers/{}/profile", "customers/42/profile", "name") == "42");
  CHECK(FormatResourceName("customers/{}/profile", "42") == "customers/42/profile");
  CHECK(FormatResourceName("customers/{}", "42") == "customers/42");
  for (const std::string& name :
       {std::string(), std::string("42"), std::string("customers/"), std::string("customers/a/b"),
        std::string("items/42"), std::string("customers/a b"), std::string("customers/\xc3\xa9"),
        "customers/" + std::string(65, 'x'), std::string("customers/42/")}) {
    CAPTURE(name);
    const absl::Status status = ParseResourceName("customers/{}", name, "name").status();
    CHECK(absl::IsInvalidArgument(status));
    REQUIRE(GetFieldViolations(status).size() == 1);
    CHECK(GetFieldViolations(status)[0].field == "name");
  }
  CHECK_FALSE(ParseResourceName("customers/{}/profile", "customers/profile", "name").ok());
  CHECK(CheckResourceId(std::string(64, 'x'), "customer_id").ok());
  CHECK_FALSE(CheckResourceId("", "customer_id").ok());
}

TEST_CASE("names of resources within others are parsed and written") {
  const char* const pattern = "customers/{}/media/{}";
  CHECK(*ParseNestedResourceName(pattern, "customers/a-B/media/7", "name") ==
        std::pair<std::string, std::string>("a-B", "7"));
  CHECK(*ParseNestedResourceName(pattern, "customers/media/media/media", "name") ==
        std::pair<std::string, std::string>("media", "media"));
  CHECK(FormatNestedResourceName(pattern, "a-B", "7") == "customers/a-B/media/7");
  for (const std::string& name :
       {std::string(), std::string("customers/a"), std::string("customers/a/media/"),
        std::string("customers//media/7"), std::string("customers/a/media/7/x"),
        std::string("customers/a/b/media/7"), std::string("customers/a/media/b/media/7"),
        std::string("/media/7"), std::string("customers/a/events/7"),
        "customers/a/media/" + std::string(65, 'x')}) {
    CAPTURE(name);
    const absl::Status status = ParseNestedResourceName(pattern, name, "name").status();
    CHECK(absl::IsInvalidArgument(status));
    REQUIRE(GetFieldViolations(status).size() == 1);
    CHECK(GetFieldViolations(status)[0].field == "name");
  }
}

TEST_CASE("times go to protobuf and back") {
  const absl::Time before_1970 = absl::FromUnixMillis(-1500);
  const google::protobuf::Timestamp proto = ToTimestamp(before_1970);
  CHECK(proto.seconds() == -2);
  CHECK(proto.nanos() == 500'000'000);
  CHECK(*ToTime(proto, "t") == before_1970);
  CHECK(ToTimestamp(absl::InfiniteFuture()).seconds() == 253'402'300'799);
  CHECK(ToTimestamp(absl::InfinitePast()).seconds() == -62'135'596'800);
  google::protobuf::Timestamp wrong;
  wrong.set_nanos(1'000'000'000);
  CHECK(absl::IsInvalidArgument(ToTime(wrong, "t").status()));
  wrong.set_nanos(0);
  wrong.set_seconds(std::numeric_limits<std::int64_t>::max());
  CHECK(absl::IsInvalidArgument(ToTime(wrong, "t").status()));

  const absl::Duration negative = -absl::Milliseconds(1500);
  CHECK(ToProtoDuration(negative).seconds() == -1);
  CHECK(ToProtoDuration(negative).nanos() == -500'000'000);
  CHECK(*ToDuration(ToProtoDuration(negative), "d") == negative);
  google::protobuf::Duration mixed;
  mixed.set_seconds(1);
  mixed.set_nanos(-1);
  CHECK_FALSE(ToDuration(mixed, "d").ok());
}

TEST_CASE("page sizes have a default and a limit") {
  CHECK(*PageSize(0) == 50);
  CHECK(*PageSize(7) == 7);
  CHECK(*PageSize(5000) == 1000);
  CHECK(*PageSize(0, 10, 20) == 10);
  CHECK(GetFieldViolations(PageSize(-1).status())[0].field == "page_size");
}

TEST_CASE("a mutation is named by caller, method, request id and body") {
  RequestContext context;
  context.caller.name = "crm";
  v1::CreateCustomerRequest request;
  request.set_customer_id("42");
  request.mutable_customer()->set_email("a@example.org");
  for (int i = 0; i < 20; ++i) {
    (*request.mutable_customer()->mutable_attributes())["key" + std::to_string(i)] = "v";
  }
  CHECK_FALSE(MakeMutationId(context, "S/Create", request)->idempotent());

  request.set_request_id("r-1");
  const MutationId id = *MakeMutationId(context, "S/Create", request);
  CHECK(id.caller == "crm");
  CHECK(id.method == "S/Create");
  CHECK(id.request_id == "r-1");
  CHECK(id.body_hash.size() == 32);

  // The order in which a map was filled does not matter, the body does.
  v1::CreateCustomerRequest again;
  for (int i = 19; i >= 0; --i) {
    (*again.mutable_customer()->mutable_attributes())["key" + std::to_string(i)] = "v";
  }
  again.mutable_customer()->set_email("a@example.org");
  again.set_customer_id("42");
  again.set_request_id("r-2");
  CHECK(MakeMutationId(context, "S/Create", again)->body_hash == id.body_hash);
  again.mutable_customer()->set_email("b@example.org");
  CHECK(MakeMutationId(context, "S/Create", again)->body_hash != id.body_hash);
  CHECK(again.request_id() == "r-2");

  for (const std::string& wrong :
       {std::string(65, 'x'), std::string("a b"), std::string("\xc3\xa9")}) {
    request.set_request_id(wrong);
    CHECK(absl::IsInvalidArgument(MakeMutationId(context, "S/Create", request).status()));
  }
  v1::GetCustomerRequest without;
  CHECK_FALSE(MakeMutationId(context, "S/Get", without)->idempotent());
}

}  // namespace
}  // namespace clientele::rpc
