#ifndef CLIENTELE_TESTS_UNIT_RPC_TEST_SERVER_H_
#define CLIENTELE_TESTS_UNIT_RPC_TEST_SERVER_H_

// A ServerHost with a ProfileService whose methods are set by the test, and a stub that calls it
// without a socket. ListeningServer is the same on a free port of the loopback.

#include <functional>
#include <latch>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <grpcpp/channel.h>
#include <grpcpp/create_channel.h>

#include "absl/time/clock.h"
#include "clientele/profile/v1/profile_service.grpc.pb.h"

#include "common/rpc/credentials.h"
#include "common/rpc/server_host.h"
#include "common/rpc/status_bridge.h"

namespace clientele::rpc::testing {

namespace v1 = clientele::profile::v1;

// What a method does; the test may set it at any time. The lock says what a thread sanitizer cannot
// see in gRPC: that a call comes after what the test did before it.
template <class Function>
class Method {
 public:
  Method& operator=(Function function) {
    std::lock_guard lock(mutex_);
    function_ = std::move(function);
    return *this;
  }
  Function Get() const {
    std::lock_guard lock(mutex_);
    return function_;
  }

 private:
  mutable std::mutex mutex_;
  Function function_;
};

class TestService final : public v1::ProfileService::CallbackService {
 public:
  explicit TestService(Dispatcher* dispatcher) : dispatcher_(dispatcher) {}

  Method<Dispatcher::UnaryFunction<v1::GetCustomerRequest, v1::Customer>> get_customer;
  Method<Dispatcher::UnaryFunction<v1::GetProfileRequest, v1::Profile>> get_profile;
  Method<Dispatcher::ServerStreamFunction<v1::StreamChangesRequest, v1::StreamChangesResponse>>
      stream_changes;
  // Of each message; the answer counts the events.
  Method<Dispatcher::MessageFunction<v1::BatchCreateEventsRequest>> ingest_events;
  // Of the chunks of all messages together.
  Method<std::function<absl::StatusOr<v1::Media>(const RequestContext&, const std::string&)>>
      upload_media;

  grpc::ServerUnaryReactor* GetCustomer(grpc::CallbackServerContext* context,
                                        const v1::GetCustomerRequest* request,
                                        v1::Customer* response) override {
    return dispatcher_->Unary(context, request, response, "GetCustomer", get_customer.Get());
  }
  grpc::ServerUnaryReactor* GetProfile(grpc::CallbackServerContext* context,
                                       const v1::GetProfileRequest* request,
                                       v1::Profile* response) override {
    return dispatcher_->Unary(context, request, response, "GetProfile", get_profile.Get());
  }
  grpc::ServerWriteReactor<v1::StreamChangesResponse>* StreamChanges(
      grpc::CallbackServerContext* context, const v1::StreamChangesRequest* request) override {
    return dispatcher_->ServerStream<v1::StreamChangesRequest, v1::StreamChangesResponse>(
        context, request, "StreamChanges", stream_changes.Get());
  }
  grpc::ServerReadReactor<v1::BatchCreateEventsRequest>* IngestEvents(
      grpc::CallbackServerContext* context, v1::BatchCreateEventsResponse* response) override {
    const auto sum = std::make_shared<v1::BatchCreateEventsResponse>();
    return dispatcher_->ClientStream<v1::BatchCreateEventsRequest>(
        context, response, "IngestEvents",
        [sum, take_in = ingest_events.Get()](const RequestContext& call,
                                             const v1::BatchCreateEventsRequest& request) {
          sum->set_created_count(sum->created_count() + request.events_size());
          return take_in(call, request);
        },
        [sum] { return *sum; });
  }
  grpc::ServerReadReactor<v1::UploadMediaRequest>* UploadMedia(grpc::CallbackServerContext* context,
                                                               v1::Media* response) override {
    const auto bytes = std::make_shared<std::string>();
    return dispatcher_->WholeClientStream<v1::UploadMediaRequest>(
        context, response, "UploadMedia",
        [bytes](const RequestContext&, const v1::UploadMediaRequest& request) {
          bytes->append(request.chunk());
          return absl::OkStatus();
        },
        [bytes, upload = upload_media.Get()](const RequestContext& call) {
          return upload(call, *bytes);
        });
  }

 private:
  Dispatcher* const dispatcher_;
};

class TestServer {
 public:
  explicit TestServer(ServerHost::Options options = {}) : TestServer(std::move(options), false) {}
  ~TestServer() { host->Stop(); }

 protected:
  TestServer(ServerHost::Options options, bool listen)
      : logger_("test-service", telemetry::Severity::kInfo, [this](absl::string_view line) {
          std::lock_guard lock(mutex_);
          lines_.emplace_back(line);
        }) {
    options.logger = &logger_;
    options.listen = listen;
    auto created = ServerHost::Create(std::move(options));
    REQUIRE(created.ok());
    host = *std::move(created);
    service = std::make_unique<TestService>(
        &host->AddDispatcher(v1::ProfileService::service_full_name()));
    service->get_customer = [](const RequestContext&, const v1::GetCustomerRequest& request) {
      v1::Customer customer;
      customer.set_name(request.name());
      return customer;
    };
    host->AddService(service.get());
    REQUIRE(host->Start().ok());
    host->SetServing(true);
    channel = listen ? grpc::CreateChannel(host->target(), rpc::MakeChannelCredentials())
                     : host->InProcessChannel();
    stub = v1::ProfileService::NewStub(channel);
  }

 public:
  std::vector<std::string> LogLines() const {
    std::lock_guard lock(mutex_);
    return lines_;
  }

  // One call of GetCustomer.
  struct Answer {
    absl::Status status;
    v1::Customer customer;
    std::multimap<std::string, std::string> headers;  // of an error: its trailers
  };
  Answer Get(const std::string& name,
             const std::vector<std::pair<std::string, std::string>>& headers = {},
             absl::Duration timeout = absl::Seconds(30)) {
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(absl::Now() + timeout));
    for (const auto& [key, value] : headers) context.AddMetadata(key, value);
    v1::GetCustomerRequest request;
    request.set_name(name);
    Answer answer;
    answer.status = FromGrpcStatus(stub->GetCustomer(&context, request, &answer.customer));
    for (const auto& [key, value] : answer.status.ok() ? context.GetServerInitialMetadata()
                                                       : context.GetServerTrailingMetadata()) {
      answer.headers.emplace(std::string(key.data(), key.size()),
                             std::string(value.data(), value.size()));
    }
    return answer;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
  telemetry::Logger logger_;

 public:
  std::unique_ptr<ServerHost> host;
  std::unique_ptr<TestService> service;
  std::shared_ptr<grpc::Channel> channel;
  std::unique_ptr<v1::ProfileService::Stub> stub;
};

class ListeningServer : public TestServer {
 public:
  explicit ListeningServer(ServerHost::Options options = {})
      : TestServer(std::move(options), true) {}
};

// What a handler saw, for the test to look at after the call. The lock says what a thread
// sanitizer cannot see in gRPC: that the one comes after the other.
template <class T>
class Seen {
 public:
  void Set(T value) {
    std::lock_guard lock(mutex_);
    value_ = std::move(value);
  }
  T Get() const {
    std::lock_guard lock(mutex_);
    return value_;
  }

 private:
  mutable std::mutex mutex_;
  T value_{};
};

// Calls that start and then wait for the test.
class Hold {
 public:
  // In the handler.
  void Enter() {
    started_.count_down();
    release_.wait();
  }
  // In the test.
  void AwaitStart() { started_.wait(); }
  void Release() { release_.count_down(); }

 private:
  std::latch started_{1};
  std::latch release_{1};
};

}  // namespace clientele::rpc::testing

#endif  // CLIENTELE_TESTS_UNIT_RPC_TEST_SERVER_H_
