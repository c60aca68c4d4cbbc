#include <catch2/catch_test_macros.hpp>

#include "clientele/profile/v1/profile_service.pb.h"

#include "common/rpc/dispatcher.h"
#include "common/rpc/status_bridge.h"
#include "common/status/error_details.h"
#include "tests/fuzz/direct_call.h"
#include "tests/support/fake_clock.h"

namespace clientele::rpc::testing {
namespace {

namespace v1 = clientele::profile::v1;

// A method that runs `work` on the workers of streams: there are no others.
class WaitingRpc {
 public:
  grpc::ServerUnaryReactor* Wait(grpc::CallbackServerContext* context,
                                 const v1::GetCustomerRequest* request, v1::Customer* response) {
    return dispatcher_.WaitingUnary(context, request, response, "Wait", work);
  }
  absl::Status Call() {
    return FromGrpcStatus(
        fuzz::Call(executor_, *this, &WaitingRpc::Wait, v1::GetCustomerRequest()).status);
  }

  Dispatcher::UnaryFunction<v1::GetCustomerRequest, v1::Customer> work;
  CancellationSource drain;

 private:
  clientele::testing::FakeClock clock_;
  const MiddlewareChain middlewares_;
  internal::InFlightCalls in_flight_;
  Executor executor_{{.name = "test", .threads = 1}};
  Dispatcher dispatcher_{"Service",
                         {.middlewares = &middlewares_,
                          .stream_executor = &executor_,
                          .clock = &clock_,
                          .in_flight = &in_flight_,
                          .drain = drain.token()}};
};

TEST_CASE("a drain cancels a call that waits, which is answered with what it has") {
  WaitingRpc rpc;
  rpc.work = [&](const RequestContext& context, const auto&) {
    CHECK(!context.cancellation.IsCancelled());
    rpc.drain.Cancel();
    CHECK(context.cancellation.IsCancelled());
    return v1::Customer();
  };
  CHECK(rpc.Call().ok());
}

TEST_CASE("a call that a drain cancelled is told to call again") {
  WaitingRpc rpc;
  rpc.work = [&](const RequestContext&, const auto&) {
    rpc.drain.Cancel();
    return absl::CancelledError("interrupted");
  };
  CHECK(GetReason(rpc.Call()) == reason::kDraining);
}

TEST_CASE("a call that is cancelled without a drain stays so") {
  WaitingRpc rpc;
  rpc.work = [](const RequestContext&, const auto&) { return absl::CancelledError("interrupted"); };
  CHECK(absl::IsCancelled(rpc.Call()));
}

}  // namespace
}  // namespace clientele::rpc::testing
