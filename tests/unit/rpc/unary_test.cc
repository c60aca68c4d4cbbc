#include <atomic>
#include <future>
#include <stdexcept>
#include <thread>

#include "absl/strings/match.h"
#include "absl/time/clock.h"

#include "common/rpc/client_context.h"
#include "common/status/error_details.h"
#include "common/telemetry/trace.h"
#include "tests/support/fake_clock.h"
#include "tests/unit/rpc/health_probe.h"
#include "tests/unit/rpc/test_server.h"

namespace clientele::rpc::testing {
namespace {

TEST_CASE("a call is answered and its request id echoed") {
  TestServer server;
  const auto answer = server.Get("customers/42", {{"x-request-id", "abc-1"}});
  REQUIRE(answer.status.ok());
  CHECK(answer.customer.name() == "customers/42");
  REQUIRE(answer.headers.count("x-request-id") == 1);
  CHECK(answer.headers.find("x-request-id")->second == "abc-1");
}

TEST_CASE("a call without a usable request id gets one") {
  TestServer server;
  for (const std::string& id : {std::string(), std::string(200, 'x'), std::string("a b")}) {
    const auto answer = server.Get("customers/42", {{"x-request-id", id}});
    CHECK(answer.headers.find("x-request-id")->second.size() == 36);
  }
}

TEST_CASE("errors reach the caller with every detail") {
  TestServer server;
  server.service->get_customer = [](const RequestContext&, const v1::GetCustomerRequest&) {
    FieldViolations violations;
    violations.Add("name", "must be like customers/{}");
    violations.Add("page_size", "must not be negative");
    return WithRetryDelay(violations.ToStatus(), absl::Milliseconds(1500));
  };
  const auto answer = server.Get("x", {{"x-request-id", "abc-2"}});
  const absl::Status& status = answer.status;
  CHECK(answer.headers.find("x-request-id")->second == "abc-2");
  CHECK(absl::IsInvalidArgument(status));
  CHECK(status.message() == "name: must be like customers/{}");
  CHECK(GetReason(status) == reason::kInvalidArgument);
  CHECK(GetRetryDelay(status) == absl::Milliseconds(1500));
  REQUIRE(GetFieldViolations(status).size() == 2);
  CHECK(GetFieldViolations(status)[1].field == "page_size");
}

TEST_CASE("deadline, trace, purpose and request id reach the function") {
  TestServer server;
  Seen<RequestContext> call;
  server.service->get_customer = [&call](const RequestContext& context,
                                         const v1::GetCustomerRequest&) {
    call.Set(context);
    return v1::Customer();
  };
  RequestContext caller;
  caller.deadline = absl::Now() + absl::Seconds(7);
  caller.request_id = "r-1";
  caller.purpose = "support";
  caller.trace = telemetry::NewTrace(true);
  v1::GetCustomerRequest request;
  REQUIRE(CallUnary(*server.stub, &v1::ProfileService::StubInterface::GetCustomer, caller, request)
              .ok());
  const RequestContext seen = call.Get();
  CHECK(absl::AbsDuration(seen.deadline - caller.deadline) < absl::Seconds(1));
  CHECK(seen.request_id == "r-1");
  CHECK(seen.purpose == "support");
  CHECK(seen.trace.trace_id == caller.trace.trace_id);
  CHECK(seen.trace.span_id != caller.trace.span_id);
  CHECK(seen.trace.sampled);
  CHECK(seen.caller == auth::Principal{.name = "anonymous", .role = auth::Role::kAdmin});
}

TEST_CASE("a call without a deadline gets the server's longest time") {
  const absl::Time now = absl::Now();
  clientele::testing::FakeClock clock(now);
  TestServer server({.max_unary_time = absl::Seconds(5), .clock = &clock});
  Seen<absl::Time> deadline;
  server.service->get_customer = [&deadline](const RequestContext& context,
                                             const v1::GetCustomerRequest&) {
    deadline.Set(context.deadline);
    return v1::Customer();
  };
  grpc::ClientContext context;
  v1::Customer customer;
  REQUIRE(server.stub->GetCustomer(&context, v1::GetCustomerRequest(), &customer).ok());
  CHECK(deadline.Get() == now + absl::Seconds(5));
  REQUIRE(server.Get("x", {}, absl::Hours(1)).status.ok());
  CHECK(deadline.Get() == now + absl::Seconds(5));
}

TEST_CASE("a call whose deadline passed while it waited is never run") {
  clientele::testing::FakeClock clock(absl::Now());
  TestServer server({.worker_threads = 1, .max_unary_time = absl::Minutes(10), .clock = &clock});
  Hold hold;
  std::atomic<bool> late_ran = false;
  server.service->get_customer = [&](const RequestContext&, const v1::GetCustomerRequest& request) {
    if (request.name() == "first") hold.Enter();
    if (request.name() == "late") late_ran = true;
    return v1::Customer();
  };
  auto first = std::async(std::launch::async, [&] { return server.Get("first").status; });
  hold.AwaitStart();
  auto late = std::async(std::launch::async, [&] { return server.Get("late").status; });
  while (server.host->unary_executor().queued() == 0) std::this_thread::yield();
  clock.Advance(absl::Minutes(1));  // the caller's deadline is 30 s away
  hold.Release();
  CHECK(first.get().ok());
  CHECK(absl::IsDeadlineExceeded(late.get()));
  CHECK_FALSE(late_ran);
}

TEST_CASE("a full queue is refused at once with the advice when to retry") {
  TestServer server({.worker_threads = 1, .worker_queue = 0});
  Hold hold;
  server.service->get_customer = [&](const RequestContext&, const v1::GetCustomerRequest&) {
    hold.Enter();
    return v1::Customer();
  };
  auto first = std::async(std::launch::async, [&] { return server.Get("first").status; });
  hold.AwaitStart();
  const absl::Status refused = server.Get("second").status;
  CHECK(absl::IsResourceExhausted(refused));
  CHECK(GetReason(refused) == reason::kOverloaded);
  CHECK(GetRetryDelay(refused).has_value());
  hold.Release();
  CHECK(first.get().ok());
}

TEST_CASE("the caller's cancellation reaches the function") {
  TestServer server;
  std::latch started(1);
  std::latch ended(1);
  bool cancelled = false;
  server.service->get_customer =
      [&](const RequestContext& context,
          const v1::GetCustomerRequest&) -> absl::StatusOr<v1::Customer> {
    started.count_down();
    cancelled = context.cancellation.WaitFor(absl::InfiniteDuration());
    ended.count_down();
    return context.Check(absl::Now());
  };
  CancellationSource source;
  RequestContext caller;
  caller.cancellation = source.token();
  auto call = std::async(std::launch::async, [&] {
    return CallUnary(*server.stub, &v1::ProfileService::StubInterface::GetCustomer, caller,
                     v1::GetCustomerRequest())
        .status();
  });
  started.wait();
  source.Cancel();
  CHECK(absl::IsCancelled(call.get()));
  ended.wait();
  CHECK(cancelled);
}

TEST_CASE("an exception is an internal error that tells the caller nothing of it") {
  TestServer server;
  server.service->get_customer = [](const RequestContext&,
                                    const v1::GetCustomerRequest&) -> absl::StatusOr<v1::Customer> {
    throw std::runtime_error("ada@example.org");
  };
  const absl::Status status = server.Get("x", {{"x-request-id", "r-7"}}).status;
  CHECK(absl::IsInternal(status));
  CHECK_FALSE(absl::StrContains(status.message(), "ada"));
  CHECK(absl::StrContains(status.message(), "r-7"));
  server.host->Stop();
  bool logged = false;
  for (const std::string& line : server.LogLines()) {
    CHECK_FALSE(absl::StrContains(line, "ada@example.org"));
    if (absl::StrContains(line, "runtime_error") && absl::StrContains(line, "ERROR")) logged = true;
  }
  CHECK(logged);
}

TEST_CASE("a message over the limit is RESOURCE_EXHAUSTED") {
  TestServer server({.max_receive_bytes = 1024});
  CHECK(absl::IsResourceExhausted(server.Get(std::string(4096, 'x')).status));
  CHECK(server.Get("small").status.ok());
}

TEST_CASE("a log line says who, what and how long, and nothing of the payload") {
  TestServer server;
  REQUIRE(server.Get("customers/secret-name", {{"x-request-id", "r-9"}}).status.ok());
  server.host->Stop();
  std::string line;
  for (const std::string& candidate : server.LogLines()) {
    CHECK_FALSE(absl::StrContains(candidate, "secret-name"));
    if (absl::StrContains(candidate, "\"call\"")) line = candidate;
  }
  for (const char* part : {"\"rpc_service\":\"clientele.profile.v1.ProfileService\"",
                           "\"method\":\"GetCustomer\"", "\"code\":\"OK\"", "\"duration_ms\":",
                           "\"request_id\":\"r-9\"", "\"trace_id\":", "\"caller\":\"anonymous\""}) {
    CAPTURE(part, line);
    CHECK(absl::StrContains(line, part));
  }
}

TEST_CASE("metrics count calls by code, and none is left in flight") {
  telemetry::MetricsRegistry registry;
  TestServer server({.metrics = &registry});
  REQUIRE(server.Get("x").status.ok());
  server.service->get_customer = [](const RequestContext&, const v1::GetCustomerRequest&) {
    return NotFound("customers/1");
  };
  CHECK(absl::IsNotFound(server.Get("x").status));
  const std::string text = registry.Text();
  const std::string labels =
      "method=\"GetCustomer\",service=\"clientele.profile.v1.ProfileService\"";
  CAPTURE(text);
  CHECK(absl::StrContains(text, "clientele_rpc_requests_total{code=\"OK\"," + labels + "} 1"));
  CHECK(
      absl::StrContains(text, "clientele_rpc_requests_total{code=\"NOT_FOUND\"," + labels + "} 1"));
  CHECK(absl::StrContains(text, "clientele_rpc_in_flight 0"));
  CHECK(absl::StrContains(text, "clientele_executor_queued{executor=\"unary\"} 0"));
}

// Sends bytes as they are and returns the status.
absl::Status CallRaw(TestServer& server, const std::string& method, const std::string& bytes) {
  std::string answer;
  return FromGrpcStatus(CallBytes(server.channel, method, bytes, &answer));
}

TEST_CASE("a string that is not UTF-8 is refused with a clear error") {
  TestServer server;
  const std::string method = "/clientele.profile.v1.ProfileService/GetCustomer";
  for (const std::string& bytes : {std::string("\x0a\x02\xff\xfe"), std::string("\x0a\x7f")}) {
    const absl::Status status = CallRaw(server, method, bytes);
    CAPTURE(status);
    CHECK(absl::IsInvalidArgument(status));
    CHECK(GetReason(status) == reason::kInvalidArgument);
    CHECK(absl::StrContains(status.message(), "UTF-8"));
  }
  CHECK(CallRaw(server, method, "\x0a\x01x").ok());
  // A method that nobody implements is still UNIMPLEMENTED.
  CHECK(absl::IsUnimplemented(
      CallRaw(server, "/clientele.profile.v1.ProfileService/ListCustomers", "")));
}

}  // namespace
}  // namespace clientele::rpc::testing
