#ifndef CLIENTELE_COMMON_RPC_STREAM_REACTORS_H_
#define CLIENTELE_COMMON_RPC_STREAM_REACTORS_H_

// Part of dispatcher.h: a server stream as blocking calls on a worker. The reactor deletes
// itself when gRPC is done with it.

#include <atomic>
#include <functional>
#include <memory>
#include <stop_token>
#include <utility>

#include <grpcpp/support/server_callback.h>

#include "absl/status/status.h"

#include "common/executor/executor.h"
#include "common/rpc/active_call.h"
#include "common/rpc/operation_gate.h"
#include "common/rpc/stream.h"
#include "common/status/error_details.h"

namespace clientele::rpc::internal {

absl::Status StreamCutError();
absl::Status StreamDrainedError();
absl::Status StreamIdleError();

template <class Response>
class ServerStreamReactor final : public grpc::ServerWriteReactor<Response>,
                                  private StreamWriter<Response> {
 public:
  using Work = std::function<absl::Status(const RequestContext&, StreamWriter<Response>&)>;

  // A drain cancels the call.
  ServerStreamReactor(std::unique_ptr<ActiveCall> call, const CancellationToken& drain)
      : call_(std::move(call)), on_drain_(drain.stop_token(), CancelCall{call_.get()}) {}

  void Start(Executor* executor, Work work) {
    absl::Status status = call_->Start();
    if (status.ok()) {
      status = executor->Submit([this, work = std::move(work)] {
        absl::Status result = call_->Run([&] { return work(call_->context(), *this); });
        const bool sent = gate_.Wait();
        if (result.ok() && !sent) result = StreamCutError();
        // Cancelled, but not by the caller: the drain did it.
        if (absl::IsCancelled(result) && !caller_left_) result = StreamDrainedError();
        this->Finish(call_->End(result));  // `this` may be gone from here on
      });
      if (status.ok()) return;
    }
    this->Finish(call_->End(status));
  }

  void OnWriteDone(bool ok) override {
    if (!ok) caller_left_ = true;
    gate_.Done(ok);
  }
  void OnCancel() override {
    caller_left_ = true;
    call_->Cancel();
  }
  void OnDone() override { delete this; }

 private:
  struct CancelCall {
    ActiveCall* call;
    void operator()() const { call->Cancel(); }
  };

  ~ServerStreamReactor() override = default;

  absl::Status Write(Response message) override {
    if (!gate_.Wait() || caller_left_) return StreamCutError();
    if (call_->cancelled()) return StreamDrainedError();
    message_ = std::move(message);
    gate_.Begin();
    this->StartWrite(&message_);
    return absl::OkStatus();
  }

  const std::unique_ptr<ActiveCall> call_;
  OperationGate gate_;
  Response message_;
  std::atomic<bool> caller_left_ = false;
  const std::stop_callback<CancelCall> on_drain_;
};

}  // namespace clientele::rpc::internal

#endif  // CLIENTELE_COMMON_RPC_STREAM_REACTORS_H_
