#ifndef CLIENTELE_COMMON_RPC_UNARY_REACTOR_H_
#define CLIENTELE_COMMON_RPC_UNARY_REACTOR_H_

// Part of dispatcher.h: one unary call.

#include <atomic>
#include <functional>
#include <memory>
#include <stop_token>
#include <utility>

#include <grpcpp/support/server_callback.h>

#include "common/executor/cancellation.h"
#include "common/executor/executor.h"
#include "common/rpc/active_call.h"

namespace clientele::rpc::internal {

// Deletes itself when gRPC is done with it. gRPC keeps it at least until the
// handler has returned, also when it finished earlier.
class UnaryReactor final : public grpc::ServerUnaryReactor {
 public:
  using Work = std::function<absl::Status(const RequestContext&)>;

  // A drain, where one is given, cancels the call.
  explicit UnaryReactor(std::unique_ptr<ActiveCall> call, CancellationToken drain = {})
      : call_(std::move(call)),
        drain_(std::move(drain)),
        on_drain_(drain_.stop_token(), CancelCall{call_.get()}) {}

  void Start(Executor* executor, Work work);
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

  ~UnaryReactor() override = default;

  const std::unique_ptr<ActiveCall> call_;
  const CancellationToken drain_;
  std::atomic<bool> caller_left_ = false;
  const std::stop_callback<CancelCall> on_drain_;
};

}  // namespace clientele::rpc::internal

#endif  // CLIENTELE_COMMON_RPC_UNARY_REACTOR_H_
