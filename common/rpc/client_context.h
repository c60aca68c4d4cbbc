#ifndef CLIENTELE_COMMON_RPC_CLIENT_CONTEXT_H_
#define CLIENTELE_COMMON_RPC_CLIENT_CONTEXT_H_

// Calling another service on behalf of a call, synchronously from a worker.
//
//   absl::StatusOr<profile::v1::Customer> customer =
//       rpc::CallUnary(*stub, &profile::v1::ProfileService::StubInterface::GetCustomer, context,
//                      request, {.bearer_token = token});
//
// Thread-safe as far as the stub is (gRPC's are).

#include <memory>
#include <stop_token>
#include <string>

#include <grpcpp/client_context.h>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/executor/request_context.h"
#include "common/rpc/status_bridge.h"

namespace clientele::rpc {

struct ClientCallOptions {
  // Sent as "authorization: Bearer ..."; empty: none.
  std::string bearer_token = {};
  // The call gets at most this long, within the context's deadline.
  absl::Duration timeout = absl::Seconds(30);
  // Wait for a connection until the deadline instead of failing at once.
  bool wait_for_ready = false;
};

// Fills `client` from `context`: deadline, x-request-id, traceparent, x-purpose,
// authorization, and the caller with its role in x-on-behalf-of and x-on-behalf-of-role, which
// count where the token is a delegate's. A caller without a role is this process itself and is not
// named. A timeout of absl::InfiniteDuration() leaves the context's deadline alone, for streams.
void PrepareClientContext(const RequestContext& context, const ClientCallOptions& options,
                          grpc::ClientContext* client);

// Calls and waits. Canceling the context cancels the call. Errors come as the
// backend gave them (status_bridge.h).
template <class Stub, class Interface, class Request, class Response>
absl::StatusOr<Response> CallUnary(
    Stub& stub, grpc::Status (Interface::*method)(grpc::ClientContext*, const Request&, Response*),
    const RequestContext& context, const Request& request, const ClientCallOptions& options = {}) {
  grpc::ClientContext client;
  PrepareClientContext(context, options, &client);
  const std::stop_callback on_cancel(context.cancellation.stop_token(),
                                     [&client] { client.TryCancel(); });
  Response response;
  const grpc::Status status = (stub.*method)(&client, request, &response);
  if (!status.ok()) return FromGrpcStatus(status);
  return response;
}

}  // namespace clientele::rpc

#endif  // CLIENTELE_COMMON_RPC_CLIENT_CONTEXT_H_
