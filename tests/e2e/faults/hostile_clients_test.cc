// Clients that a service must survive: a thousand calls at once, deadlines that cannot be kept,
// callers who leave, streams that nobody reads, thousands of idle connections, and bytes that
// are no HTTP/2. Threads and memory stay bounded, what is too much is refused at once, and
// nothing is computed for callers who no longer wait.

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <arpa/inet.h>
#include <catch2/catch_test_macros.hpp>
#include <grpcpp/grpcpp.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "absl/status/status.h"
#include "clientele/profile/v1/profile_service.grpc.pb.h"
#include "clientele/qa/v1/qa_service.grpc.pb.h"

#include "common/rpc/credentials.h"
#include "common/rpc/status_bridge.h"
#include "common/status/error_details.h"
#include "tests/support/database_gate.h"
#include "tests/support/eventually.h"
#include "tests/support/reliability.h"
#include "tests/support/suite.h"
#include "tests/support/tcp_gate.h"
#include "tests/support/test_database.h"

namespace clientele::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// As ServerHost::Options has it.
constexpr int kWorkers = 8;
// What the calls of one method get of them: the default of --method_share.
constexpr int kMethodWorkers = 6;
constexpr int kMethodQueue = 192;
constexpr int kStreams = 32;
// Calls of one method that all find a place.
constexpr int kFitting = 190;
constexpr std::int64_t kMegabyte = 1 << 20;

void CreateCustomer(const std::shared_ptr<grpc::Channel>& channel) {
  const auto stub = profile::v1::ProfileService::NewStub(channel);
  grpc::ClientContext context;
  profile::v1::CreateCustomerRequest request;
  request.set_customer_id("c1");
  request.mutable_customer()->set_display_name("Ada");
  profile::v1::Customer customer;
  REQUIRE(stub->CreateCustomer(&context, request, &customer).ok());
}

grpc::Status Ask(const std::shared_ptr<grpc::Channel>& channel, milliseconds deadline) {
  const auto stub = qa::v1::QaService::NewStub(channel);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + deadline);
  qa::v1::AskRequest request;
  request.set_question("How do I return an order?");
  qa::v1::AskResponse response;
  return stub->Ask(&context, request, &response);
}

// Calls of profile-service's GetCustomer or qa-service's Ask that are under way together.
template <class Stub, class Request, class Response>
class ManyCalls {
 public:
  using Method = void (Stub::async_interface::*)(grpc::ClientContext*, const Request*, Response*,
                                                 std::function<void(grpc::Status)>);

  ManyCalls(const std::vector<std::shared_ptr<grpc::Channel>>& channels, int count, Method method,
            const Request& request, milliseconds deadline)
      : request_(request), calls_(static_cast<std::size_t>(count)) {
    for (const auto& channel : channels) stubs_.push_back(std::make_unique<Stub>(channel));
    for (std::size_t i = 0; i < calls_.size(); ++i) {
      OneCall& call = calls_[i];
      call.context.set_deadline(std::chrono::system_clock::now() + deadline);
      Stub& stub = *stubs_[i % stubs_.size()];
      (stub.async()->*method)(&call.context, &request_, &call.response,
                              [this, &call](const grpc::Status& status) {
                                std::lock_guard lock(mutex_);
                                call.status = rpc::FromGrpcStatus(status);
                                call.done = true;
                                ++done_;
                                changed_.notify_all();
                              });
    }
  }
  ~ManyCalls() {
    Cancel();
    WaitForDone(static_cast<int>(calls_.size()), seconds(60));
  }

  bool WaitForDone(int count, seconds timeout) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, timeout, [&] { return done_ >= count; });
  }
  void Cancel() {
    for (OneCall& call : calls_) call.context.TryCancel();
  }
  int Count(absl::StatusCode code) const {
    std::lock_guard lock(mutex_);
    return static_cast<int>(std::count_if(calls_.begin(), calls_.end(), [&](const OneCall& call) {
      return call.done && call.status.code() == code;
    }));
  }
  // Those that ended with `code`.
  std::vector<absl::Status> Ended(absl::StatusCode code) const {
    std::lock_guard lock(mutex_);
    std::vector<absl::Status> ended;
    for (const OneCall& call : calls_) {
      if (call.done && call.status.code() == code) ended.push_back(call.status);
    }
    return ended;
  }

 private:
  struct OneCall {
    grpc::ClientContext context;
    Response response;
    absl::Status status;
    bool done = false;
  };

  const Request request_;
  std::vector<std::unique_ptr<Stub>> stubs_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  int done_ = 0;
  std::vector<OneCall> calls_;
};

class GetCustomerCalls : public ManyCalls<profile::v1::ProfileService::Stub,
                                          profile::v1::GetCustomerRequest, profile::v1::Customer> {
 public:
  GetCustomerCalls(const std::vector<std::shared_ptr<grpc::Channel>>& channels, int count,
                   milliseconds deadline)
      : ManyCalls(channels, count, &profile::v1::ProfileService::Stub::async_interface::GetCustomer,
                  Request(), deadline) {}

 private:
  static profile::v1::GetCustomerRequest Request() {
    profile::v1::GetCustomerRequest request;
    request.set_name("customers/c1");
    return request;
  }
};

std::vector<std::shared_ptr<grpc::Channel>> Channels(const Suite& suite, const std::string& process,
                                                     int count) {
  std::vector<std::shared_ptr<grpc::Channel>> channels;
  for (int i = 0; i < count; ++i) channels.push_back(suite.channel(process));
  return channels;
}

double Queued(const Suite& suite, const std::string& process) {
  return suite.metric(process, "clientele_executor_queued", "unary") +
         suite.metric(process, "clientele_executor_running", "unary");
}

TEST_CASE("of a thousand calls at once, those beyond the queue are refused at once") {
  const TestDatabase database = Suite::Database();
  DatabaseGate gate(database.conninfo());
  Suite suite(SuiteOptions{.conninfo = database.conninfo(),
                           .service_conninfo = {{"profile-service", gate.conninfo()}}});
  CreateCustomer(suite.gateway());
  const Usage before = UsageOf(suite.pid("profile-service"));

  // Nobody can be answered now: whoever is, was refused.
  gate->Stall();
  GetCustomerCalls calls(Channels(suite, "profile-service", 8), 1000, seconds(25));
  const int refused = 1000 - kMethodWorkers - kMethodQueue;
  REQUIRE(calls.WaitForDone(refused, seconds(10)));
  CHECK(calls.Count(absl::StatusCode::kResourceExhausted) == refused);
  for (const absl::Status& status : calls.Ended(absl::StatusCode::kResourceExhausted)) {
    CHECK(GetReason(status) == "OVERLOADED");
    CHECK(GetRetryDelay(status).has_value());
  }
  const Usage during = UsageOf(suite.pid("profile-service"));
  gate->Pass();
  REQUIRE(calls.WaitForDone(1000, seconds(30)));
  CHECK(calls.Count(absl::StatusCode::kOk) == kMethodWorkers + kMethodQueue);
  INFO("threads " << before.threads << " to " << during.threads << ", resident bytes "
                  << before.resident_bytes << " to " << during.resident_bytes);
  CHECK(during.threads <= before.threads + kWorkers);
  CHECK(during.resident_bytes <= before.resident_bytes + 64 * kMegabyte);
  Record({.fault = "1,000 calls at once, places for 198 of one method: the others refused at once",
          .rounds = 1,
          .acknowledged = calls.Count(absl::StatusCode::kOk),
          .lost = kMethodWorkers + kMethodQueue - calls.Count(absl::StatusCode::kOk),
          .test = "e2e.hostile_clients_test"});
}

TEST_CASE("a call whose deadline passed while it waited never reaches a model") {
  const TestDatabase database = Suite::Database();
  DatabaseGate gate(database.conninfo());
  Suite suite(SuiteOptions{.conninfo = database.conninfo(),
                           .service_conninfo = {{"qa-service", gate.conninfo()}}});
  REQUIRE(
      suite.Clientele({"import", "articles", Suite::SampleFolder() + "/articles.csv"}).exit_code ==
      0);
  const std::string process = "qa-service";
  const auto channel = suite.channel(process);
  REQUIRE(Ask(channel, seconds(20)).ok());
  REQUIRE(Eventually(seconds(20), [&] {
    return suite.metric(process, "clientele_qa_index_pending_articles") == 0;
  }));

  // Every worker waits for PostgreSQL; questions queue up behind them and expire there.
  gate->Stall();
  qa::v1::GetArticleRequest get;
  get.set_name("articles/a1");
  ManyCalls<qa::v1::QaService::Stub, qa::v1::GetArticleRequest, qa::v1::Article> blocking(
      {channel}, kMethodWorkers, &qa::v1::QaService::Stub::async_interface::GetArticle, get,
      seconds(20));
  ManyCalls<qa::v1::QaService::Stub, qa::v1::ListArticlesRequest, qa::v1::ListArticlesResponse>
      listing({channel}, kWorkers - kMethodWorkers,
              &qa::v1::QaService::Stub::async_interface::ListArticles, {}, seconds(20));
  REQUIRE(Eventually(seconds(10), [&] {
    return suite.metric(process, "clientele_executor_running", "unary") == kWorkers;
  }));
  const double computed = suite.metric(process, "clientele_model_rows", "computed");
  qa::v1::AskRequest ask;
  ask.set_question("How do I return an order?");
  {
    ManyCalls<qa::v1::QaService::Stub, qa::v1::AskRequest, qa::v1::AskResponse> late(
        {channel}, kFitting, &qa::v1::QaService::Stub::async_interface::Ask, ask, milliseconds(5));
    REQUIRE(late.WaitForDone(kFitting, seconds(20)));
    CHECK(late.Count(absl::StatusCode::kDeadlineExceeded) == kFitting);
  }
  gate->Pass();
  REQUIRE(blocking.WaitForDone(kMethodWorkers, seconds(30)));
  REQUIRE(listing.WaitForDone(kWorkers - kMethodWorkers, seconds(30)));
  REQUIRE(Eventually(seconds(10), [&] { return Queued(suite, process) == 0; }));
  CHECK(suite.metric(process, "clientele_model_rows", "computed") == computed);
  REQUIRE(Ask(channel, seconds(20)).ok());
  CHECK(suite.metric(process, "clientele_model_rows", "computed") > computed);

  // And under load, where deadlines pass at every step.
  int other = 0;
  {
    ManyCalls<qa::v1::QaService::Stub, qa::v1::AskRequest, qa::v1::AskResponse> hasty(
        Channels(suite, process, 4), 1000, &qa::v1::QaService::Stub::async_interface::Ask, ask,
        milliseconds(5));
    REQUIRE(hasty.WaitForDone(1000, seconds(30)));
    other = 1000 - hasty.Count(absl::StatusCode::kOk) -
            hasty.Count(absl::StatusCode::kDeadlineExceeded) -
            hasty.Count(absl::StatusCode::kResourceExhausted);
  }
  CHECK(other == 0);
  REQUIRE(Eventually(seconds(10), [&] { return Queued(suite, process) == 0; }));
  REQUIRE(Ask(channel, seconds(20)).ok());
  Record({.fault = "deadlines of 5 ms, passed while 190 calls waited: 0 rows reach a model",
          .rounds = kFitting,
          .acknowledged = 0,
          .test = "e2e.hostile_clients_test"});
}

TEST_CASE("callers who cancel give their places back") {
  const TestDatabase database = Suite::Database();
  DatabaseGate gate(database.conninfo());
  Suite suite(SuiteOptions{.conninfo = database.conninfo(),
                           .service_conninfo = {{"profile-service", gate.conninfo()}}});
  CreateCustomer(suite.gateway());
  const std::string process = "profile-service";
  const double before = suite.metric(process, "clientele_rpc_requests_total", "GetCustomer");
  gate->Stall();
  {
    GetCustomerCalls leaving(Channels(suite, process, 2), kFitting, seconds(25));
    REQUIRE(Eventually(seconds(10), [&] { return Queued(suite, process) == kFitting; }));
    leaving.Cancel();
    REQUIRE(leaving.WaitForDone(kFitting, seconds(10)));
    CHECK(leaving.Count(absl::StatusCode::kCancelled) == kFitting);
  }
  gate->Pass();
  REQUIRE(Eventually(seconds(10), [&] { return Queued(suite, process) == 0; }));
  CHECK(suite.metric(process, "clientele_rpc_in_flight") <= 2);  // the followers' streams
  // All have ended, and only those that a worker had begun could still be answered.
  CHECK(suite.metric(process, "clientele_rpc_requests_total", "GetCustomer") == before + kFitting);
  CHECK(suite.metric(process, "clientele_rpc_requests_total",
                     "code=\"OK\",method=\"GetCustomer\"") <= kWorkers);
  GetCustomerCalls after({suite.channel(process)}, 100, seconds(20));
  REQUIRE(after.WaitForDone(100, seconds(20)));
  CHECK(after.Count(absl::StatusCode::kOk) == 100);
  Record({.fault = "190 callers who cancel while they wait",
          .rounds = kFitting,
          .acknowledged = 100,
          .lost = 100 - after.Count(absl::StatusCode::kOk),
          .test = "e2e.hostile_clients_test"});
}

TEST_CASE("streams that nobody reads cost a place each and no memory") {
  const TestDatabase database = Suite::Database();
  Suite suite(database.conninfo());
  CreateCustomer(suite.gateway());
  const std::string process = "profile-service";
  const auto channel = suite.channel(process);
  const auto stub = profile::v1::ProfileService::NewStub(channel);
  // About 20 MB of changes: far more than flow control lets through unread.
  for (int batch = 0; batch < 10; ++batch) {
    profile::v1::BatchCreateEventsRequest request;
    for (int i = 0; i < 2000; ++i) {
      profile::v1::Event& event = *request.add_events();
      event.set_customer("customers/c1");
      event.set_event_id("e" + std::to_string(batch * 2000 + i));
      event.set_type(profile::v1::EVENT_TYPE_MESSAGE);
      event.mutable_event_time()->set_seconds(1'780'000'000);
      event.set_text(std::string(1000, 'x'));
    }
    grpc::ClientContext context;
    profile::v1::BatchCreateEventsResponse response;
    REQUIRE(stub->BatchCreateEvents(&context, request, &response).ok());
  }
  const auto running = [&] {
    return static_cast<int>(suite.metric(process, "clientele_executor_running", "stream"));
  };
  // qa-service and recommend-service follow the changes.
  REQUIRE(Eventually(seconds(20), [&] { return running() == 2; }));
  const Usage before = UsageOf(suite.pid(process));

  struct Unread {
    grpc::ClientContext context;
    std::unique_ptr<grpc::ClientReader<profile::v1::StreamChangesResponse>> reader;
  };
  std::vector<std::unique_ptr<Unread>> streams;
  profile::v1::StreamChangesRequest request;
  request.set_include_text(true);
  const int free = kStreams - running();
  for (int i = 0; i < free; ++i) {
    streams.push_back(std::make_unique<Unread>());
    streams.back()->reader = stub->StreamChanges(&streams.back()->context, request);
  }
  REQUIRE(Eventually(seconds(10), [&] { return running() == kStreams; }));
  // One more is refused at once, and tells when to try again.
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + seconds(20));
  const auto reader = stub->StreamChanges(&context, request);
  profile::v1::StreamChangesResponse response;
  CHECK_FALSE(reader->Read(&response));
  const absl::Status refused = rpc::FromGrpcStatus(reader->Finish());
  CHECK(absl::IsResourceExhausted(refused));
  CHECK(GetRetryDelay(refused).has_value());

  // Others are answered as ever.
  GetCustomerCalls others({channel}, kFitting, seconds(20));
  REQUIRE(others.WaitForDone(kFitting, seconds(20)));
  CHECK(others.Count(absl::StatusCode::kOk) == kFitting);
  const Usage during = UsageOf(suite.pid(process));
  INFO("resident bytes " << before.resident_bytes << " to " << during.resident_bytes);
  CHECK(during.threads <= before.threads + kStreams);
  CHECK(during.resident_bytes <= before.resident_bytes + 256 * kMegabyte);

  for (const auto& stream : streams) stream->context.TryCancel();
  CHECK(Eventually(seconds(10), [&] { return running() <= 2; }));
  for (const auto& stream : streams) {
    while (stream->reader->Read(&response)) {
    }
    stream->reader->Finish();
  }
  Record({.fault = "30 streams of 20 MB that nobody reads",
          .rounds = static_cast<std::int64_t>(streams.size()),
          .acknowledged = kFitting,
          .lost = kFitting - others.Count(absl::StatusCode::kOk),
          .test = "e2e.hostile_clients_test"});
}

// Connections that speak HTTP/2 as far as its preface and then say nothing.
class IdleConnections {
 public:
  IdleConnections(int port, std::int64_t count) {
    rlimit limit = {};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    static constexpr std::array<unsigned char, 9> kEmptySettings = {0, 0, 0, 4, 0, 0, 0, 0, 0};
    static const std::string preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" +
                                       std::string(kEmptySettings.begin(), kEmptySettings.end());
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    for (int i = 0; i < count; ++i) {
      const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
      REQUIRE(connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0);
      REQUIRE(send(fd, preface.data(), preface.size(), MSG_NOSIGNAL) ==
              static_cast<ssize_t>(preface.size()));
      sockets_.push_back(fd);
    }
  }
  ~IdleConnections() {
    for (const int fd : sockets_) close(fd);
  }
  IdleConnections(const IdleConnections&) = delete;
  IdleConnections& operator=(const IdleConnections&) = delete;

  // Those to which the server has sent its settings.
  int greeted() const {
    int count = 0;
    for (const int fd : sockets_) {
      char byte = 0;
      count += recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 1 ? 1 : 0;
    }
    return count;
  }

 private:
  std::vector<int> sockets_;
};

TEST_CASE("two thousand idle connections cost a little memory and no thread") {
  const TestDatabase database = Suite::Database();
  // The services get the limit that most machines start with.
  rlimit usual = {};
  getrlimit(RLIMIT_NOFILE, &usual);
  usual.rlim_cur = std::min<rlim_t>(1024, usual.rlim_max);
  setrlimit(RLIMIT_NOFILE, &usual);
  if (usual.rlim_max < 5000) SKIP("this machine allows fewer than 5000 open files");
  Suite suite(database.conninfo());
  CreateCustomer(suite.gateway());
  const std::string process = "profile-service";
  const Usage before = UsageOf(suite.pid(process));
  constexpr std::int64_t kConnections = 2000;
  const std::string address = suite.address(process);
  const IdleConnections idle(std::stoi(address.substr(address.find(':') + 1)), kConnections);
  REQUIRE(Eventually(seconds(30), [&] { return idle.greeted() == kConnections; }));
  const Usage during = UsageOf(suite.pid(process));
  INFO("threads " << before.threads << " to " << during.threads << ", resident bytes "
                  << before.resident_bytes << " to " << during.resident_bytes);
  CHECK(during.threads <= before.threads + 8);
  CHECK(during.resident_bytes <= before.resident_bytes + kConnections * 100 * 1024);
  GetCustomerCalls calls({suite.channel(process)}, kFitting, seconds(20));
  REQUIRE(calls.WaitForDone(kFitting, seconds(20)));
  CHECK(calls.Count(absl::StatusCode::kOk) == kFitting);
  Record({.fault = "2,000 idle connections",
          .rounds = kConnections,
          .acknowledged = kFitting,
          .lost = kFitting - calls.Count(absl::StatusCode::kOk),
          .test = "e2e.hostile_clients_test"});
}

TEST_CASE("a connection whose bytes are damaged ends alone") {
  const TestDatabase database = Suite::Database();
  Suite suite(database.conninfo());
  CreateCustomer(suite.gateway());
  TcpGate gate(suite.address("profile-service"));
  const auto damaged = grpc::CreateChannel("127.0.0.1:" + std::to_string(gate.port()),
                                           rpc::MakeChannelCredentials());
  gate.Corrupt(97);
  int wrong = 0;
  for (int i = 0; i < 50; ++i) {
    const auto stub = profile::v1::ProfileService::NewStub(damaged);
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + milliseconds(200));
    profile::v1::GetCustomerRequest request;
    request.set_name("customers/c1");
    profile::v1::Customer customer;
    // There is no checksum below TLS: an answer may be damaged, but not by the service.
    wrong += stub->GetCustomer(&context, request, &customer).ok() ? 0 : 1;
  }
  CHECK(wrong > 0);
  CHECK(suite.running("profile-service"));
  GetCustomerCalls calls({suite.channel("profile-service")}, 100, seconds(20));
  REQUIRE(calls.WaitForDone(100, seconds(20)));
  CHECK(calls.Count(absl::StatusCode::kOk) == 100);
  Record({.fault = "a client's bytes are damaged on their way",
          .rounds = 50,
          .acknowledged = 100,
          .lost = 100 - calls.Count(absl::StatusCode::kOk),
          .test = "e2e.hostile_clients_test"});
}

}  // namespace
}  // namespace clientele::testing
