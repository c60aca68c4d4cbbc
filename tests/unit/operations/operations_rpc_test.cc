#include "common/rpc/operations_rpc.h"

#include <string>

#include <catch2/catch_test_macros.hpp>

#include "clientele/profile/v1/profile_service.pb.h"

#include "common/rpc/operation_conversion.h"
#include "common/rpc/status_bridge.h"
#include "tests/fuzz/direct_call.h"
#include "tests/support/fake_clock.h"
#include "tests/support/memory_operations.h"

namespace clientele::rpc {
namespace {

namespace longrunning = google::longrunning;

// The adapter on a dispatcher of its own; calls take no network.
struct Adapter {
  template <class Request, class Response>
  absl::StatusOr<Response> Call(grpc::ServerUnaryReactor* (OperationsRpc::*method)(
                                    grpc::CallbackServerContext*, const Request*, Response*),
                                const Request& request) {
    fuzz::DirectAnswer answer = fuzz::Call(executor, rpc, method, request);
    if (!answer.status.ok()) return FromGrpcStatus(answer.status);
    return static_cast<const Response&>(*answer.messages.at(0));
  }
  template <class Request, class Response>
  absl::StatusOr<Response> Named(grpc::ServerUnaryReactor* (OperationsRpc::*method)(
                                     grpc::CallbackServerContext*, const Request*, Response*),
                                 const std::string& name) {
    Request request;
    request.set_name(name);
    return Call(method, request);
  }
  std::string Start() {
    profile::v1::GetCustomerRequest metadata;
    metadata.set_name("half");
    return memory.Start({}, {}, {.kind = "k", .metadata = PackMessage(metadata)})->id;
  }

  testing::FakeClock clock;
  testing::MemoryOperations memory;
  MiddlewareChain middlewares;
  internal::InFlightCalls in_flight;
  Executor executor{{.name = "test", .threads = 1}};
  Dispatcher dispatcher{"google.longrunning.Operations",
                        {.middlewares = &middlewares,
                         .unary_executor = &executor,
                         .stream_executor = &executor,
                         .clock = &clock,
                         .in_flight = &in_flight}};
  OperationsRpc rpc{&dispatcher, "shop", &memory, &clock};
};

TEST_CASE("an operation is shown under its service's name, with metadata and result") {
  Adapter adapter;
  const std::string id = adapter.Start();
  const std::string name = "services/shop/operations/" + id;
  auto shown = adapter.Named(&OperationsRpc::GetOperation, name);
  REQUIRE(shown.ok());
  CHECK(shown->name() == name);
  CHECK(!shown->done());
  profile::v1::GetCustomerRequest metadata;
  REQUIRE(shown->metadata().UnpackTo(&metadata));
  CHECK(metadata.name() == "half");

  adapter.memory.Finish(id, PackMessage(metadata));
  shown = adapter.Named(&OperationsRpc::WaitOperation, name);
  REQUIRE(shown.ok());
  CHECK(shown->done());
  CHECK(shown->response().UnpackTo(&metadata));
}

TEST_CASE("names of another shape or service are refused, unknown ones are NOT_FOUND") {
  Adapter adapter;
  adapter.Start();
  for (const char* name : {"", "operations/1", "services/other/operations/1", "services/shop",
                           "services/shop/operations/", "services/shop/operations/a b"}) {
    INFO(name);
    CHECK(absl::IsInvalidArgument(adapter.Named(&OperationsRpc::GetOperation, name).status()));
    CHECK(absl::IsInvalidArgument(adapter.Named(&OperationsRpc::CancelOperation, name).status()));
    CHECK(absl::IsInvalidArgument(adapter.Named(&OperationsRpc::DeleteOperation, name).status()));
    CHECK(absl::IsInvalidArgument(adapter.Named(&OperationsRpc::WaitOperation, name).status()));
  }
  const std::string unknown = "services/shop/operations/none";
  const absl::Status status = adapter.Named(&OperationsRpc::WaitOperation, unknown).status();
  CHECK(absl::IsNotFound(status));
  CHECK(status.message().find(unknown) != std::string::npos);
  CHECK(absl::IsNotFound(adapter.Named(&OperationsRpc::CancelOperation, unknown).status()));
  CHECK(absl::IsNotFound(adapter.Named(&OperationsRpc::DeleteOperation, unknown).status()));
}

TEST_CASE("a cancelled operation has error CANCELLED until it is deleted") {
  Adapter adapter;
  const std::string name = "services/shop/operations/" + adapter.Start();
  CHECK(absl::IsFailedPrecondition(adapter.Named(&OperationsRpc::DeleteOperation, name).status()));
  REQUIRE(adapter.Named(&OperationsRpc::CancelOperation, name).ok());
  const auto shown = adapter.Named(&OperationsRpc::GetOperation, name);
  CHECK(shown->done());
  CHECK(shown->error().code() == grpc::StatusCode::CANCELLED);
  REQUIRE(adapter.Named(&OperationsRpc::DeleteOperation, name).ok());
  CHECK(absl::IsNotFound(adapter.Named(&OperationsRpc::GetOperation, name).status()));
}

TEST_CASE("a wait gives the state at its timeout, and refuses a negative one") {
  Adapter adapter;
  longrunning::WaitOperationRequest request;
  request.set_name("services/shop/operations/" + adapter.Start());
  request.mutable_timeout();
  auto shown = adapter.Call(&OperationsRpc::WaitOperation, request);
  REQUIRE(shown.ok());
  CHECK(!shown->done());
  request.mutable_timeout()->set_seconds(-1);
  shown = adapter.Call(&OperationsRpc::WaitOperation, request);
  CHECK(absl::IsInvalidArgument(shown.status()));
}

TEST_CASE("lists are of one service, without filters, page by page") {
  Adapter adapter;
  const std::string first = adapter.Start();
  const std::string second = adapter.Start();
  longrunning::ListOperationsRequest request;
  CHECK(absl::IsInvalidArgument(adapter.Call(&OperationsRpc::ListOperations, request).status()));
  request.set_name("services/shop");
  request.set_page_size(1);
  auto page = adapter.Call(&OperationsRpc::ListOperations, request);
  REQUIRE(page.ok());
  REQUIRE(page->operations_size() == 1);
  CHECK(page->operations(0).name() == "services/shop/operations/" + second);
  request.set_page_token(page->next_page_token());
  page = adapter.Call(&OperationsRpc::ListOperations, request);
  REQUIRE(page.ok());
  CHECK(page->operations(0).name() == "services/shop/operations/" + first);
  request.set_filter("done");
  CHECK(absl::IsInvalidArgument(adapter.Call(&OperationsRpc::ListOperations, request).status()));
}

TEST_CASE("what cannot be read, or was forgotten, spoils no list") {
  operations::Operation stored;
  stored.id = "1";
  stored.metadata = R"({"epoch": 1})";
  CHECK(!ToProto("shop", stored).has_metadata());
  stored.state = operations::State::kSucceeded;
  stored.result = "{}";
  CHECK(ToProto("shop", stored).error().code() == grpc::StatusCode::DATA_LOSS);
  stored.result.clear();
  CHECK(ToProto("shop", stored).has_response());
  profile::v1::GetCustomerRequest message;
  CHECK(absl::IsDataLoss(UnpackMessage("{}", &message)));
  CHECK(
      absl::IsDataLoss(UnpackMessage(PackMessage(profile::v1::ListCustomersRequest()), &message)));
}

}  // namespace
}  // namespace clientele::rpc
