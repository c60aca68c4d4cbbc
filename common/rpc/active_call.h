#ifndef CLIENTELE_COMMON_RPC_ACTIVE_CALL_H_
#define CLIENTELE_COMMON_RPC_ACTIVE_CALL_H_

// Part of dispatcher.h: what unary calls and streams have in common.

#include <atomic>
#include <cstddef>
#include <string>

#include <grpcpp/server_context.h>
#include <grpcpp/support/status.h>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "common/executor/cancellation.h"
#include "common/executor/request_context.h"
#include "common/rpc/in_flight_calls.h"
#include "common/rpc/middleware.h"
#include "common/time/clock.h"

namespace clientele::rpc::internal {

// Payload of an INTERNAL status: the type of the exception behind it, for the log.
inline constexpr char kExceptionTypeUrl[] = "clientele/exception_type";

class ActiveCall {
 public:
  // `service`, `middlewares`, `clock` and `in_flight` are borrowed.
  ActiveCall(grpc::CallbackServerContext* server_context, absl::string_view service,
             absl::string_view method, bool streaming, const MiddlewareChain* middlewares,
             const Clock* clock, InFlightCalls* in_flight);
  // Of the reactor, when gRPC is done with the call.
  ~ActiveCall();
  ActiveCall(const ActiveCall&) = delete;
  ActiveCall& operator=(const ActiveCall&) = delete;

  // Runs the middlewares' OnStart; an error refuses the call. On a gRPC thread,
  // before anything was sent.
  absl::Status Start();
  // `work`, unless the caller no longer waits for it. Exceptions become INTERNAL.
  absl::Status Run(absl::FunctionRef<absl::Status()> work) const;
  // Runs the middlewares' OnFinish. Once, last.
  grpc::Status End(const absl::Status& status);

  const RequestContext& context() const { return call_.context; }
  const std::string& method() const { return call_.method; }
  // From any thread.
  void Cancel() { cancellation_.Cancel(); }
  bool cancelled() const { return call_.context.cancellation.IsCancelled(); }

 private:
  grpc::CallbackServerContext* const server_context_;
  const MiddlewareChain* const middlewares_;
  const Clock* const clock_;
  InFlightCalls* const in_flight_;
  CancellationSource cancellation_;
  Call call_;
  std::size_t started_ = 0;
};

}  // namespace clientele::rpc::internal

#endif  // CLIENTELE_COMMON_RPC_ACTIVE_CALL_H_
