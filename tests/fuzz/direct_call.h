#ifndef CLIENTELE_TESTS_FUZZ_DIRECT_CALL_H_
#define CLIENTELE_TESTS_FUZZ_DIRECT_CALL_H_

// Calls a service's handlers as gRPC would, without a server or a connection.
//
//   const DirectAnswer answer = Call(worker, rpc, &ProfileRpc::GetCustomer, request);

#include <condition_variable>
#include <deque>
#include <functional>
#include <latch>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include "google/protobuf/message.h"

#include "common/executor/executor.h"

namespace clientele::fuzz {

struct DirectAnswer {
  grpc::Status status;
  std::vector<std::unique_ptr<google::protobuf::Message>> messages;
};

class CallEnd {
 public:
  void Set(grpc::Status status) {
    // Notified under the lock: whoever waits may destroy this as soon as it has the lock.
    std::lock_guard lock(mutex_);
    status_ = std::move(status);
    changed_.notify_one();
  }
  // What gRPC tells a reactor later, on a thread of its own: here on the one that waits.
  void Tell(std::function<void()> news) {
    std::lock_guard lock(mutex_);
    news_.push_back(std::move(news));
    changed_.notify_one();
  }
  grpc::Status Wait() {
    std::unique_lock lock(mutex_);
    while (!status_.has_value() || !news_.empty()) {
      if (news_.empty()) {
        changed_.wait(lock);
        continue;
      }
      const std::function<void()> news = std::move(news_.front());
      news_.pop_front();
      lock.unlock();
      news();
      lock.lock();
    }
    return *std::move(status_);
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> news_;
  std::optional<grpc::Status> status_;
};

// Holds the handlers' one worker back until a call is bound to its reactor. Which of the two comes
// first would otherwise be chance, and ordered by a lock inside gRPC that a thread sanitizer does
// not see.
class HeldWorker {
 public:
  explicit HeldWorker(Executor& worker) {
    worker.Submit([released = released_] { released->wait(); }).IgnoreError();
  }
  void Release() { released_->count_down(); }

 private:
  const std::shared_ptr<std::latch> released_ = std::make_shared<std::latch>(1);
};

// What gRPC hands to a handler's reactor. `Base` is one of gRPC's interfaces for it.
template <class Base, class Reactor>
class FakeCall : public Base {
 public:
  explicit FakeCall(Reactor* reactor) : reactor_(reactor) {}

  grpc::Status Run(HeldWorker& held) {
    this->BindReactor(reactor_);
    held.Release();
    grpc::Status status = end_.Wait();
    reactor_->OnDone();
    return status;
  }
  void Finish(grpc::Status status) override { end_.Set(std::move(status)); }
  void SendInitialMetadata() override { reactor_->OnSendInitialMetadataDone(true); }

 protected:
  void Tell(std::function<void()> news) { end_.Tell(std::move(news)); }

  Reactor* const reactor_;

 private:
  grpc::internal::ServerReactor* reactor() override { return reactor_; }
  void CallOnDone() override {}

  CallEnd end_;
};

using FakeUnary = FakeCall<grpc::ServerCallbackUnary, grpc::ServerUnaryReactor>;

// Takes what the handler writes.
template <class Response>
class FakeWriter final
    : public FakeCall<grpc::ServerCallbackWriter<Response>, grpc::ServerWriteReactor<Response>> {
 public:
  FakeWriter(grpc::ServerWriteReactor<Response>* reactor, DirectAnswer* answer)
      : FakeCall<grpc::ServerCallbackWriter<Response>, grpc::ServerWriteReactor<Response>>(reactor),
        answer_(answer) {}

  void Write(const Response* message, grpc::WriteOptions) override {
    answer_->messages.push_back(std::make_unique<Response>(*message));
    this->reactor_->OnWriteDone(true);
  }
  void WriteAndFinish(const Response* message, grpc::WriteOptions, grpc::Status status) override {
    answer_->messages.push_back(std::make_unique<Response>(*message));
    this->Finish(std::move(status));
  }

 private:
  DirectAnswer* const answer_;
};

// Hands the handler one message twice, then the end of the stream.
template <class Request>
class FakeReader final
    : public FakeCall<grpc::ServerCallbackReader<Request>, grpc::ServerReadReactor<Request>> {
 public:
  FakeReader(grpc::ServerReadReactor<Request>* reactor, const Request* request)
      : FakeCall<grpc::ServerCallbackReader<Request>, grpc::ServerReadReactor<Request>>(reactor),
        request_(request) {}

  void Read(Request* message) override {
    this->Tell([this, message] {
      const bool more = reads_++ < 2;
      if (more) *message = *request_;
      this->reactor_->OnReadDone(more);
    });
  }

 private:
  const Request* const request_;
  int reads_ = 0;
};

template <class Rpc, class Request, class Response>
DirectAnswer Call(Executor& worker, Rpc& rpc,
                  grpc::ServerUnaryReactor* (Rpc::*method)(grpc::CallbackServerContext*,
                                                           const Request*, Response*),
                  const Request& request) {
  HeldWorker held(worker);
  grpc::CallbackServerContext context;
  auto response = std::make_unique<Response>();
  DirectAnswer answer;
  answer.status = FakeUnary((rpc.*method)(&context, &request, response.get())).Run(held);
  if (answer.status.ok()) answer.messages.push_back(std::move(response));
  return answer;
}

template <class Rpc, class Request, class Response>
DirectAnswer Call(Executor& worker, Rpc& rpc,
                  grpc::ServerWriteReactor<Response>* (Rpc::*method)(grpc::CallbackServerContext*,
                                                                     const Request*),
                  const Request& request) {
  HeldWorker held(worker);
  grpc::CallbackServerContext context;
  DirectAnswer answer;
  answer.status = FakeWriter<Response>((rpc.*method)(&context, &request), &answer).Run(held);
  return answer;
}

template <class Rpc, class Request, class Response>
DirectAnswer Call(Executor& worker, Rpc& rpc,
                  grpc::ServerReadReactor<Request>* (Rpc::*method)(grpc::CallbackServerContext*,
                                                                   Response*),
                  const Request& request) {
  HeldWorker held(worker);
  grpc::CallbackServerContext context;
  auto response = std::make_unique<Response>();
  DirectAnswer answer;
  answer.status = FakeReader<Request>((rpc.*method)(&context, response.get()), &request).Run(held);
  if (answer.status.ok()) answer.messages.push_back(std::move(response));
  return answer;
}

}  // namespace clientele::fuzz

#endif  // CLIENTELE_TESTS_FUZZ_DIRECT_CALL_H_
