#ifndef CLIENTELE_COMMON_RPC_CLIENT_STREAM_REACTOR_H_
#define CLIENTELE_COMMON_RPC_CLIENT_STREAM_REACTOR_H_

// Part of dispatcher.h: a stream of messages that are taken in one by one on workers. While one is
// taken in, the next is read, and no more than that one. Between two messages it holds no thread.
// Deletes itself when gRPC is done with it.

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include <grpcpp/support/server_callback.h>

#include "absl/status/status.h"
#include "google/protobuf/message.h"
#include "google/protobuf/unknown_field_set.h"

#include "common/executor/executor.h"
#include "common/rpc/active_call.h"
#include "common/rpc/malformed_request.h"
#include "common/rpc/stream_reactors.h"
#include "common/rpc/waiting_streams.h"

namespace clientele::rpc::internal {

template <class Request>
class ClientStreamReactor final : public grpc::ServerReadReactor<Request>,
                                  private WaitingStreams::Stream {
 public:
  // Takes in one message.
  using Work = std::function<absl::Status(const RequestContext&, const Request&)>;
  // Fills the answer after the last message; on the executor where it may take a while.
  using Finish = std::function<absl::Status(const RequestContext&)>;

  // `streams` is borrowed.
  ClientStreamReactor(std::unique_ptr<ActiveCall> call, WaitingStreams* streams)
      : call_(std::move(call)), streams_(streams) {}

  // `executor` is borrowed.
  void Start(Executor* executor, Work work, Finish finish, bool finish_takes_long) {
    executor_ = executor;
    work_ = std::move(work);
    finish_ = std::move(finish);
    finish_takes_long_ = finish_takes_long;
    absl::Status status = call_->Start();
    if (status.ok()) status = streams_->Admit(call_->context().caller.name);
    if (!status.ok()) return End(status);
    admitted_ = true;
    Read();
    AwaitMessage();
  }

  void OnReadDone(bool ok) override {
    {
      std::lock_guard lock(mutex_);
      if (ended_) return;
      if (taking_in_) {
        next_ = ok ? Next::kMessage : Next::kEnd;
        return;
      }
      if (!streams_->Resume(*this)) return;
      taking_in_ = ok;
    }
    if (!ok) return OnLastRead();
    TakeIn();
  }
  // Of an answer: a stream that was cut may end like a finished one, with its cancellation still
  // on the way; but nothing can be sent on it any more.
  void OnSendInitialMetadataDone(bool ok) override {
    if (!ok) return End(StreamCutError());
    if (!finish_takes_long_) return End(finish_(call_->context()));
    const absl::Status submitted = executor_->Submit(
        [this] { End(call_->Run([this] { return finish_(call_->context()); })); });
    if (!submitted.ok()) End(submitted);
  }
  void OnCancel() override { call_->Cancel(); }
  void OnDone() override {
    if (admitted_) streams_->Leave(call_->context().caller.name);
    Release();
  }

 private:
  ~ClientStreamReactor() override = default;

  // What has come while a message was taken in.
  enum class Next { kNothing, kMessage, kEnd };

  void Read() {
    Request& message = messages_[reading_];
    // gRPC reports a message that does not parse like the end of the stream; but parsing clears
    // the message first, and with it this mark.
    message.Clear();
    message.GetReflection()->MutableUnknownFields(&message)->AddVarint(1, 1);
    this->StartRead(&message);
  }

  // The message that was read.
  void TakeIn() {
    const Request& message = messages_[reading_];
    reading_ = 1 - reading_;
    Read();
    const absl::Status submitted = executor_->Submit([this, &message] {
      const absl::Status status =
          call_->Run([this, &message] { return work_(call_->context(), message); });
      if (!status.ok()) return End(status);
      AwaitMessage();
    });
    if (!submitted.ok()) End(submitted);
  }

  // Goes on with what has come, or waits for it.
  void AwaitMessage() {
    ++references_;
    Next next = Next::kNothing;
    std::uint64_t turn = 0;
    {
      std::lock_guard lock(mutex_);
      next = std::exchange(next_, Next::kNothing);
      if (next == Next::kNothing) {
        taking_in_ = false;
        messages_[1 - reading_] = Request();  // a stream that waits keeps the memory of one
        turn = streams_->Begin(*this);
      }
    }
    switch (next) {
      case Next::kNothing:
        streams_->Wait(*this, turn);
        break;
      case Next::kMessage:
        TakeIn();
        break;
      case Next::kEnd:
        OnLastRead();
        break;
    }
    Release();
  }

  void OnLastRead() {
    if (call_->cancelled()) return End(StreamCutError());
    const Request& message = messages_[reading_];
    if (message.GetReflection()->GetUnknownFields(message).empty()) {
      return End(MalformedRequestError());
    }
    this->StartSendInitialMetadata();
  }

  void OnIdle(bool draining) override { End(draining ? StreamDrainedError() : StreamIdleError()); }

  // `this` may be gone from here on.
  void End(const absl::Status& status) {
    {
      std::lock_guard lock(mutex_);
      ended_ = true;
    }
    grpc::ServerReadReactor<Request>::Finish(call_->End(status));
  }

  void Release() {
    if (--references_ == 0) delete this;
  }

  const std::unique_ptr<ActiveCall> call_;
  WaitingStreams* const streams_;
  Executor* executor_ = nullptr;
  Work work_;
  Finish finish_;
  bool finish_takes_long_ = false;
  bool admitted_ = false;
  std::atomic<int> references_ = 1;  // gRPC's, and of a message that is awaited
  std::array<Request, 2> messages_;  // one is read, the other taken in
  std::size_t reading_ = 0;

  std::mutex mutex_;
  bool taking_in_ = true;
  Next next_ = Next::kNothing;
  bool ended_ = false;
};

}  // namespace clientele::rpc::internal

#endif  // CLIENTELE_COMMON_RPC_CLIENT_STREAM_REACTOR_H_
