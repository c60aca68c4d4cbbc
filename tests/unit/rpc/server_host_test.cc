#include "common/rpc/server_host.h"

#include <csignal>
#include <future>
#include <thread>

#include <unistd.h>

#include "absl/strings/match.h"
#include "grpc/reflection/v1/reflection.grpc.pb.h"

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
  auto host = *ServerHost::Create({.listen = false});
  TestService service(&host->AddDispatcher(kService));
  host->AddService(&service);
  REQUIRE(host->Start().ok());
  const auto channel = host->InProcessChannel();
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

TEST_CASE("reflection v1 names the services, and resolves them and health") {
  TestServer server;
  const auto stub = grpc::reflection::v1::ServerReflection::NewStub(server.channel);
  grpc::ClientContext context;
  const auto stream = stub->ServerReflectionInfo(&context);
  const auto ask = [&](const grpc::reflection::v1::ServerReflectionRequest& request) {
    grpc::reflection::v1::ServerReflectionResponse response;
    REQUIRE(stream->Write(request));
    REQUIRE(stream->Read(&response));
    return response;
  };
  grpc::reflection::v1::ServerReflectionRequest request;
  request.set_list_services("*");
  std::vector<std::string> names;
  const auto listed = ask(request);
  for (const auto& service : listed.list_services_response().service()) {
    names.push_back(service.name());
  }
  CHECK(names == std::vector<std::string>{kService, "grpc.health.v1.Health",
                                          "grpc.reflection.v1.ServerReflection",
                                          "grpc.reflection.v1alpha.ServerReflection"});
  for (const char* symbol : {kService, "grpc.health.v1.Health", "grpc.health.v1.Health.Check"}) {
    request.set_file_containing_symbol(symbol);
    CHECK(ask(request).file_descriptor_response().file_descriptor_proto_size() >= 1);
  }
  request.set_file_containing_symbol("no.such.Symbol");
  CHECK(ask(request).error_response().error_code() == 5);
  stream->WritesDone();
  CHECK(stream->Finish().ok());
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
    CHECK_FALSE(server.host->serving());
    CHECK(absl::StrContains(server.LogLines().back(), "\"stopped\""));
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
  CHECK(absl::StrContains(refused({.method_share = 0}), "--method_share"));
  CHECK(absl::StrContains(refused({.method_share = 1.5}), "--method_share"));
  CHECK(absl::StrContains(refused({.auth_tokens_file = "/no/such/file"}), "tokens file"));
  CHECK(ServerHost::Create({.address = "0.0.0.0", .allow_anonymous = true}).ok());
}

}  // namespace
}  // namespace clientele::rpc::testing
