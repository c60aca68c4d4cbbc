#ifndef CLIENTELE_COMMON_RPC_MALFORMED_REQUEST_H_
#define CLIENTELE_COMMON_RPC_MALFORMED_REQUEST_H_

#include <memory>

#include <grpcpp/support/server_interceptor.h>

#include "absl/status/status.h"

#include "common/telemetry/metrics.h"

namespace clientele::rpc {

// INVALID_ARGUMENT for bytes that are no valid message of the request's type: a
// `string` field that is not UTF-8, or a truncated encoding.
absl::Status MalformedRequestError();

// gRPC answers such a request of a callback method with UNIMPLEMENTED and no text,
// before any code of ours runs. This interceptor puts MalformedRequestError in its
// place, and counts. `registry` is borrowed.
std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface> MakeMalformedRequestFactory(
    telemetry::MetricsRegistry* registry);

}  // namespace clientele::rpc

#endif  // CLIENTELE_COMMON_RPC_MALFORMED_REQUEST_H_
