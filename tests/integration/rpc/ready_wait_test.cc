#include "common/rpc/ready_wait.h"

#include <atomic>
#include <functional>
#include <future>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

#include "common/rpc/channel.h"
#include "tests/unit/rpc/test_server.h"

namespace clientele::rpc::testing {
namespace {

// A channel to a port on which nobody listens, or not yet.
class Caller {
 public:
  Caller(int port, absl::Duration limit)
      : channel_(MakeChannel({.target = absl::StrCat("127.0.0.1:", port)})),
        ready_(channel_, limit),
        stub_(v1::ProfileService::NewStub(channel_)) {}

  // `then` runs at the end of the callback that ended the call.
  std::future<grpc::Status> Start(
      absl::Duration timeout = absl::Seconds(30), std::function<void()> then = [] {}) {
    auto answer = std::make_shared<Answer>();
    std::future<grpc::Status> ended = answer->ended.get_future();
    const std::shared_ptr<ReadyWait::Call> call = ready_.Begin();
    call->context.set_deadline(absl::ToChronoTime(absl::Now() + timeout));
    stub_->async()->GetCustomer(&call->context, &answer->request, &answer->response,
                                [this, call, answer, then](grpc::Status status) {
                                  answer->ended.set_value(ready_.Ended(call, std::move(status)));
                                  then();
                                });
    ready_.Started(call);
    return ended;
  }
  grpc::StatusCode Code() { return Start().get().error_code(); }

 private:
  struct Answer {
    v1::GetCustomerRequest request;
    v1::Customer response;
    std::promise<grpc::Status> ended;
  };

  const std::shared_ptr<grpc::Channel> channel_;
  ReadyWait ready_;
  const std::unique_ptr<v1::ProfileService::Stub> stub_;
};

int UnusedPort() {
  ListeningServer server;
  return server.host->port();
}

TEST_CASE("calls wait for a replica that comes, and all are answered") {
  const int port = UnusedPort();
  Caller caller(port, absl::Seconds(20));
  std::vector<std::future<grpc::Status>> calls;
  for (int i = 0; i < 50; ++i) calls.push_back(caller.Start());
  ListeningServer server({.port = port, .metrics_port = -1});
  for (std::future<grpc::Status>& call : calls) CHECK(call.get().ok());
}

TEST_CASE("a replica that does not come is UNAVAILABLE after the wait, and then at once") {
  const int port = UnusedPort();
  Caller caller(port, absl::Milliseconds(300));
  const absl::Time start = absl::Now();
  std::vector<std::future<grpc::Status>> calls;
  for (int i = 0; i < 50; ++i) calls.push_back(caller.Start());
  for (std::future<grpc::Status>& call : calls) {
    CHECK(call.get().error_code() == grpc::StatusCode::UNAVAILABLE);
  }
  CHECK(absl::Now() - start >= absl::Milliseconds(300));
  const absl::Time away = absl::Now();
  CHECK(caller.Code() == grpc::StatusCode::UNAVAILABLE);
  CHECK(away - start < absl::Seconds(5));
  // Once it is there, calls are answered again.
  ListeningServer server({.port = port, .metrics_port = -1});
  while (caller.Code() != grpc::StatusCode::OK) std::this_thread::yield();
}

TEST_CASE("a deadline before the end of the wait is UNAVAILABLE too") {
  Caller caller(UnusedPort(), absl::Seconds(20));
  CHECK(caller.Start(absl::Milliseconds(100)).get().error_code() == grpc::StatusCode::UNAVAILABLE);
}

TEST_CASE("calls that a replica computes are not given up, however long they take") {
  ListeningServer server;
  Hold hold;
  server.service->get_customer = [&](const RequestContext&, const v1::GetCustomerRequest&) {
    hold.Enter();
    return v1::Customer();
  };
  Caller caller(server.host->port(), absl::Milliseconds(50));
  std::future<grpc::Status> call = caller.Start();
  hold.AwaitStart();
  CHECK(call.wait_for(std::chrono::milliseconds(300)) == std::future_status::timeout);
  hold.Release();
  CHECK(call.get().ok());
}

TEST_CASE("a channel outlives the calls that hold it, and ends with its owner") {
  ListeningServer server;
  auto caller = std::make_unique<Caller>(server.host->port(), absl::Seconds(20));
  Hold hold;
  CHECK(caller->Start(absl::Seconds(30), [&] { hold.Enter(); }).get().ok());
  hold.AwaitStart();
  std::future<void> destroyed = std::async(std::launch::async, [&] { caller = nullptr; });
  CHECK(destroyed.wait_for(std::chrono::milliseconds(100)) == std::future_status::timeout);
  hold.Release();
  destroyed.get();
}

TEST_CASE("a restarted replica loses no call that it had not begun") {
  auto server = std::make_unique<ListeningServer>(
      ServerHost::Options{.drain_timeout = absl::Seconds(5), .lame_duck = absl::Milliseconds(50)});
  const int port = server->host->port();
  Caller caller(port, absl::Seconds(20));
  std::atomic<bool> stop = false;
  std::vector<std::future<int>> callers;
  for (int i = 0; i < 4; ++i) {
    callers.push_back(std::async(std::launch::async, [&] {
      int failed = 0;
      while (!stop) failed += caller.Code() == grpc::StatusCode::OK ? 0 : 1;
      return failed;
    }));
  }
  for (int round = 0; round < 5; ++round) {
    server = nullptr;
    server =
        std::make_unique<ListeningServer>(ServerHost::Options{.port = port,
                                                              .metrics_port = -1,
                                                              .drain_timeout = absl::Seconds(5),
                                                              .lame_duck = absl::Milliseconds(50)});
  }
  stop = true;
  for (std::future<int>& failed : callers) CHECK(failed.get() == 0);
}

}  // namespace
}  // namespace clientele::rpc::testing
