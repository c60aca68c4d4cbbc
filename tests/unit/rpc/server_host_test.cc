#include "common/rpc/server_host.h"

#include <csignal>
#include <cstdio>
#include <fstream>
#include <future>
#include <thread>

#include <unistd.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/rpc/channel.h"
#include "common/rpc/client_context.h"
#include "common/rpc/credentials.h"
#include "common/status/error_details.h"
#include "tests/unit/rpc/health_probe.h"
#include "tests/unit/rpc/test_server.h"

namespace clientele::rpc::testing {
namespace {

constexpr char kService[] = "clientele.profile.v1.ProfileService";

TEST_CASE("health follows SetServing, overall and by service") {
  TestServer server;
  CHECK(HealthOf(server.channel, "") == "SERVING");
  CHECK(HealthOf(server.channel, kService) == "SERVING");
  server.host->SetServing(false);
  CHECK(HealthOf(server.channel, "") == "NOT_SERVING");
  CHECK(HealthOf(server.channel, kService) == "NOT_SERVING");
  server.host->SetServing(true);
  CHECK(HealthOf(server.channel, kService) == "SERVING");
  CHECK(HealthOf(server.channel, "no.such.Service") == "5");
}

TEST_CASE("a process that waits for its database is alive") {
  TestServer server;
  server.host->SetServing(false);
  CHECK(HealthOf(server.channel, "") == "NOT_SERVING");
  CHECK(HealthOf(server.channel, kLiveness) == "SERVING");
}

TEST_CASE("a host that was not told to serve is not healthy") {
  auto host = *ServerHost::Create({});
  TestService service(&host->AddDispatcher(kService));
  host->AddService(&service);
  REQUIRE(host->Start().ok());
  const auto channel = grpc::CreateChannel(host->target(), rpc::MakeChannelCredentials());
  CHECK(HealthOf(channel, "") == "NOT_SERVING");
  CHECK(HealthOf(channel, kService) == "NOT_SERVING");
  CHECK_FALSE(host->serving());
  host->Stop();
}

TEST_CASE("reflection names the services") {
  TestServer server;
  grpc::GenericStub stub(server.channel);
  grpc::ClientContext context;
  grpc::CompletionQueue queue;
  const auto call = stub.PrepareCall(
      &context, "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", &queue);
  void* tag = nullptr;
  bool ok = false;
  const auto next = [&] { return queue.Next(&tag, &ok) && ok; };
  call->StartCall(nullptr);
  REQUIRE(next());
  grpc::Slice list_services(std::string("\x3a\x01*"));  // field 7: list_services
  grpc::ByteBuffer request(&list_services, 1);
  call->Write(request, nullptr);
  REQUIRE(next());
  grpc::ByteBuffer response;
  call->Read(&response, nullptr);
  REQUIRE(next());
  grpc::Slice slice;
  REQUIRE(response.DumpToSingleSlice(&slice).ok());
  const std::string bytes(reinterpret_cast<const char*>(slice.begin()), slice.size());
  CHECK(absl::StrContains(bytes, kService));
  call->WritesDone(nullptr);
  next();
  grpc::Status status;
  call->Finish(&status, nullptr);
  next();
  CHECK(status.ok());
}

TEST_CASE("a drain answers the calls it accepted and refuses later ones") {
  TestServer server({.worker_threads = 1, .worker_queue = 8});
  Hold hold;
  server.service->get_customer = [&](const RequestContext&, const v1::GetCustomerRequest& request) {
    if (request.name() == "held") hold.Enter();
    v1::Customer customer;
    customer.set_name(request.name());
    return customer;
  };
  auto held = std::async(std::launch::async, [&] { return server.Get("held"); });
  hold.AwaitStart();
  auto queued = std::async(std::launch::async, [&] { return server.Get("queued"); });
  while (server.host->unary_executor().queued() == 0) std::this_thread::yield();
  std::thread stopper([&] { server.host->Stop(); });
  // Refused from the moment on when the server no longer accepts connections.
  while (true) {
    const auto channel = grpc::CreateChannel(server.host->target(), rpc::MakeChannelCredentials());
    if (HealthOf(channel, "") == "14") break;
    std::this_thread::yield();
  }
  CHECK_FALSE(server.host->serving());
  hold.Release();
  CHECK(held.get().customer.name() == "held");
  CHECK(queued.get().customer.name() == "queued");
  stopper.join();
}

TEST_CASE("a drain does not wait for clients that watch its health") {
  TestServer server({.drain_timeout = absl::Seconds(30)});
  const auto channel = MakeChannel({.target = server.host->target()});
  CHECK(HealthOf(channel, "") == "SERVING");
  const absl::Time start = absl::Now();
  server.host->Stop();
  CHECK(absl::Now() - start < absl::Seconds(10));
}

TEST_CASE("a replica whose health is not SERVING gets no call") {
  TestServer servers[2];
  for (TestServer& server : servers) {
    server.service->get_customer = [&server](const RequestContext&, const v1::GetCustomerRequest&) {
      v1::Customer customer;
      customer.set_name(server.host->target());
      return customer;
    };
  }
  const auto channel = MakeChannel(
      {.target = absl::StrCat("ipv4:", servers[0].host->target(), ",", servers[1].host->target())});
  const auto stub = v1::ProfileService::NewStub(channel);
  // How many calls in a row one of them answers, of at most 50.
  const auto in_a_row = [&](const TestServer& server) {
    for (int count = 0; count < 50; ++count) {
      const auto answer =
          CallUnary(*stub, &v1::ProfileService::StubInterface::GetCustomer, RequestContext(),
                    v1::GetCustomerRequest(), {.wait_for_ready = true});
      REQUIRE(answer.ok());
      if (answer->name() != server.host->target()) return count;
    }
    return 50;
  };
  while (in_a_row(servers[0]) > 1 || in_a_row(servers[1]) > 1) {
  }
  servers[0].host->SetServing(false);
  while (in_a_row(servers[1]) < 50) {
  }
  // Nor does it lose one: the server still answers who calls it directly.
  CHECK(servers[0].Get("direct").status.ok());
  servers[0].host->SetServing(true);
  while (in_a_row(servers[1]) > 1) {
  }
}

TEST_CASE("a drain cancels what does not end in time") {
  TestServer server({.drain_timeout = absl::Milliseconds(1)});
  std::latch started(1);
  bool cancelled = false;
  server.service->get_customer =
      [&](const RequestContext& context,
          const v1::GetCustomerRequest&) -> absl::StatusOr<v1::Customer> {
    started.count_down();
    cancelled = context.cancellation.WaitFor(absl::InfiniteDuration());
    return context.Check(absl::InfinitePast());
  };
  auto call = std::async(std::launch::async, [&] { return server.Get("x").status; });
  started.wait();
  server.host->Stop();
  CHECK(cancelled);
  CHECK_FALSE(call.get().ok());
}

TEST_CASE("SIGTERM and RequestStop end WaitForTermination with a drain") {
  for (const bool by_signal : {true, false}) {
    CAPTURE(by_signal);
    TestServer server;
    struct sigaction before = {};
    REQUIRE(sigaction(SIGTERM, nullptr, &before) == 0);
    std::latch waiting(1);
    std::thread waiter([&] {
      waiting.count_down();
      server.host->WaitForTermination();
    });
    waiting.wait();
    if (by_signal) {
      // Catch's own handler would end the test: wait until the server's is there.
      struct sigaction action = {};
      while (sigaction(SIGTERM, nullptr, &action) == 0 && action.sa_handler == before.sa_handler) {
        std::this_thread::yield();
      }
      kill(getpid(), SIGTERM);
    } else {
      server.host->RequestStop();
    }
    waiter.join();
    CHECK_FALSE(server.Get("x").status.ok());
  }
}

TEST_CASE("impossible options are one clear line") {
  const auto refused = [](ServerHost::Options options) {
    const auto host = ServerHost::Create(std::move(options));
    REQUIRE_FALSE(host.ok());
    CHECK(absl::IsInvalidArgument(host.status()));
    return std::string(host.status().message());
  };
  CHECK(absl::StrContains(refused({.address = "0.0.0.0"}), "--auth_tokens_file"));
  CHECK(absl::StrContains(refused({.port = 70000}), "--port"));
  CHECK(absl::StrContains(refused({.worker_threads = 0}), "--worker_threads"));
  CHECK(absl::StrContains(refused({.auth_tokens_file = "/no/such/file"}), "tokens file"));
  CHECK(ServerHost::Create({.address = "0.0.0.0", .allow_anonymous = true}).ok());
}

TEST_CASE("a port in use is refused, not shared") {
  TestServer server;
  auto second = *ServerHost::Create({.port = server.host->port(), .metrics_port = -1});
  CHECK(absl::IsUnavailable(second->Start()));
}

TEST_CASE("a client finds a restarted server within its reconnect backoff") {
  int port = 0;
  std::shared_ptr<grpc::Channel> channel;
  {
    TestServer server;
    port = server.host->port();
    channel = MakeChannel({.target = absl::StrCat("127.0.0.1:", port)});
    CHECK(HealthOf(channel, "") == "SERVING");
  }
  CHECK(HealthOf(channel, "") == "14");
  TestServer server({.port = port, .metrics_port = -1});
  const auto stub = v1::ProfileService::NewStub(channel);
  const absl::Time start = absl::Now();
  CHECK(CallUnary(*stub, &v1::ProfileService::StubInterface::GetCustomer, RequestContext(),
                  v1::GetCustomerRequest(), {.wait_for_ready = true})
            .ok());
  CHECK(absl::Now() - start < absl::Seconds(5));
}

TEST_CASE("a backend that is away is UNAVAILABLE without its address") {
  const auto channel = MakeChannel({.target = "127.0.0.1:1"});
  const auto stub = v1::ProfileService::NewStub(channel);
  const absl::Status status =
      CallUnary(*stub, &v1::ProfileService::StubInterface::GetCustomer, RequestContext(),
                v1::GetCustomerRequest(), {.timeout = absl::Seconds(5)})
          .status();
  CHECK(absl::IsUnavailable(status));
  CHECK(GetReason(status) == reason::kBackendUnavailable);
  CHECK_FALSE(absl::StrContains(status.message(), "127.0.0.1"));
}

}  // namespace
}  // namespace clientele::rpc::testing
