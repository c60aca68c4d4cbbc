// What of a ServerHost and its clients needs real connections.
#include <atomic>
#include <future>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

#include "common/rpc/channel.h"
#include "common/rpc/client_context.h"
#include "common/rpc/credentials.h"
#include "common/rpc/profile_change_source.h"
#include "common/rpc/server_host.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "tests/unit/changefeed/fake_profile_service.h"
#include "tests/unit/rpc/health_probe.h"
#include "tests/unit/rpc/test_server.h"

namespace clientele::rpc::testing {
namespace {

TEST_CASE("a drain answers the calls it accepted and refuses later ones") {
  ListeningServer server({.worker_threads = 1, .worker_queue = 8});
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

TEST_CASE("a drain ends long streams and tells the caller to come back") {
  ListeningServer server;
  server.service->stream_changes = [](const RequestContext& context,
                                      const v1::StreamChangesRequest&,
                                      StreamWriter<v1::StreamChangesResponse>& writer) {
    CLIENTELE_RETURN_IF_ERROR(writer.Write({}));
    context.cancellation.WaitFor(absl::InfiniteDuration());
    return writer.Write({});
  };
  grpc::ClientContext context;
  auto reader = server.stub->StreamChanges(&context, {});
  v1::StreamChangesResponse message;
  REQUIRE(reader->Read(&message));
  server.host->Stop();
  CHECK_FALSE(reader->Read(&message));
  const absl::Status status = FromGrpcStatus(reader->Finish());
  CHECK(absl::IsUnavailable(status));
  CHECK(GetReason(status) == reason::kDraining);
}

TEST_CASE("a drain does not wait for idle client streams") {
  ListeningServer server({.drain_timeout = absl::Seconds(30)});
  std::promise<void> taken;
  server.service->ingest_events = [&](const RequestContext&, const v1::BatchCreateEventsRequest&) {
    taken.set_value();
    return absl::OkStatus();
  };
  grpc::ClientContext context;
  v1::BatchCreateEventsResponse response;
  const auto writer = server.stub->IngestEvents(&context, &response);
  REQUIRE(writer->Write(v1::BatchCreateEventsRequest()));
  taken.get_future().wait();
  const absl::Time start = absl::Now();
  std::thread stopper([&] { server.host->Stop(); });
  const absl::Status drained = FromGrpcStatus(writer->Finish());
  stopper.join();
  CHECK(absl::Now() - start < absl::Seconds(10));
  CHECK(absl::IsUnavailable(drained));
  CHECK(GetReason(drained) == reason::kDraining);
}

TEST_CASE("a drain does not wait for clients that watch its health") {
  ListeningServer server({.drain_timeout = absl::Seconds(30)});
  const auto channel = MakeChannel({.target = server.host->target()});
  CHECK(HealthOf(channel, "") == "SERVING");
  const absl::Time start = absl::Now();
  server.host->Stop();
  CHECK(absl::Now() - start < absl::Seconds(10));
}

TEST_CASE("a replica whose health is not SERVING gets no call") {
  ListeningServer servers[2];
  for (ListeningServer& server : servers) {
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
  const auto in_a_row = [&](const ListeningServer& server) {
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

TEST_CASE("a call with 16 KB of metadata costs that call, and not its connection") {
  ListeningServer server;
  REQUIRE(server.Get("x").status.ok());
  const absl::Status status =
      server.Get("x", {{"x-big", std::string(20'000, 'a')}, {"x-more", std::string(20'000, 'b')}})
          .status;
  CHECK(absl::IsResourceExhausted(status));
  CHECK(GetReason(status) == reason::kMetadataTooLarge);
  CHECK(server.channel->GetState(false) == GRPC_CHANNEL_READY);
  CHECK(server.Get("x").status.ok());
}

TEST_CASE("a port in use is refused, not shared") {
  ListeningServer server;
  auto second = *ServerHost::Create({.port = server.host->port(), .metrics_port = -1});
  CHECK(absl::IsUnavailable(second->Start()));
}

TEST_CASE("a client finds a restarted server within its reconnect backoff") {
  int port = 0;
  std::shared_ptr<grpc::Channel> channel;
  {
    ListeningServer server;
    port = server.host->port();
    channel = MakeChannel({.target = absl::StrCat("127.0.0.1:", port)});
    CHECK(HealthOf(channel, "") == "SERVING");
  }
  CHECK(HealthOf(channel, "") == "14");
  ListeningServer server({.port = port, .metrics_port = -1});
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

TEST_CASE("what only reads is sent again when a replica could not answer it") {
  ListeningServer server;
  std::atomic<int> reads = 0;
  std::atomic<int> writes = 0;
  server.service->get_customer =
      [&](const RequestContext&, const v1::GetCustomerRequest&) -> absl::StatusOr<v1::Customer> {
    if (++reads < 3) return absl::UnavailableError("not now");
    return v1::Customer();
  };
  server.service->ingest_events = [&](const RequestContext&, const v1::BatchCreateEventsRequest&) {
    ++writes;
    return absl::UnavailableError("not now");
  };
  const auto channel = MakeChannel({.target = server.host->target(), .wait_for_ready = true});
  const auto stub = v1::ProfileService::NewStub(channel);
  CHECK(CallUnary(*stub, &v1::ProfileService::StubInterface::GetCustomer, RequestContext(),
                  v1::GetCustomerRequest())
            .ok());
  CHECK(reads == 3);
  grpc::ClientContext context;
  v1::BatchCreateEventsResponse response;
  const auto writer = stub->IngestEvents(&context, &response);
  writer->Write(v1::BatchCreateEventsRequest());
  CHECK(writer->Finish().error_code() == grpc::StatusCode::UNAVAILABLE);
  CHECK(writes == 1);
}

TEST_CASE("a drain accepts calls for as long as callers have not noticed it") {
  ListeningServer server({.drain_timeout = absl::Seconds(2), .lame_duck = absl::Milliseconds(200)});
  std::atomic<bool> stopped = false;
  const absl::Time start = absl::Now();
  std::thread stopper([&] {
    server.host->Stop();
    stopped = true;
  });
  // This caller does not watch health.
  int answered = 0;
  while (absl::Now() < start + absl::Milliseconds(800)) {
    REQUIRE(server.Get("x").status.ok());
    ++answered;
  }
  CHECK(answered > 0);
  CHECK_FALSE(stopped);
  stopper.join();
  CHECK(absl::Now() - start < absl::Seconds(5));
}

TEST_CASE("a slow reader holds the writer back instead of filling memory") {
  ListeningServer server;
  std::atomic<int> written = 0;
  const std::string big(100'000, 'x');
  server.service->stream_changes = [&](const RequestContext&, const v1::StreamChangesRequest&,
                                       StreamWriter<v1::StreamChangesResponse>& writer) {
    v1::StreamChangesResponse message;
    message.set_cursor(big);
    while (true) {
      CLIENTELE_RETURN_IF_ERROR(writer.Write(message));
      ++written;
    }
  };
  grpc::ClientContext context;
  auto reader = server.stub->StreamChanges(&context, {});
  v1::StreamChangesResponse message;
  REQUIRE(reader->Read(&message));
  // What fits in the windows is a few megabytes at most.
  CHECK(written < 1000);
  context.TryCancel();
  reader->Finish();
  server.host->Stop();
  CHECK(written < 1000);
}

TEST_CASE("however many fields are wrong, the error passes the trailers' limit") {
  ListeningServer server;
  server.service->get_customer = [](const RequestContext&, const v1::GetCustomerRequest&) {
    FieldViolations violations;
    for (int i = 0; i < 1000; ++i) {
      violations.Add("events[" + std::to_string(i) + "].customer", std::string(100, 'x'));
    }
    return violations.ToStatus();
  };
  const absl::Status status = server.Get("customers/42").status;
  CAPTURE(status);
  CHECK(absl::IsInvalidArgument(status));
  CHECK(GetFieldViolations(status).size() >= 20);
}

TEST_CASE("a follower is told that the service it follows is away, whatever streams it left open") {
  clientele::testing::FakeProfileService profiles;
  ProfileChangeSource source({.channel = MakeChannel({.target = profiles.target()})});
  const auto left_open = *source.Open({}, "");
  REQUIRE(left_open->Next().ok());
  profiles.Stop();
  const auto stream = *source.Open({}, "");
  CHECK(absl::IsUnavailable(stream->Next().status()));
}

}  // namespace
}  // namespace clientele::rpc::testing
