#ifndef CLIENTELE_COMMON_RPC_SERVICE_CONFIG_H_
#define CLIENTELE_COMMON_RPC_SERVICE_CONFIG_H_

// What a channel to the suite does by itself, as gRPC's service config says it
// (https://github.com/grpc/grpc/blob/master/doc/service_config.md).
//
// - A call that no replica began to process is sent again by gRPC in any case: it had no
//   connection, was refused (REFUSED_STREAM), or a server that stops told that it had not
//   looked at it (GOAWAY).
// - A call that a replica may have begun is sent again where it only reads: up to three
//   attempts, when the answer was UNAVAILABLE, or CANCELLED although its caller had not
//   cancelled it. What writes is for its caller to repeat, under the same request_id.
//
// Thread-safe.

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace clientele::rpc {

// Full names ("package.Service/Method") of the unary methods that change nothing.
absl::Span<const absl::string_view> ReadMethods();

// In JSON. With `wait_for_ready` a call waits for a replica whose health is SERVING,
// until its deadline, instead of failing while there is none.
std::string ServiceConfig(bool wait_for_ready);

}  // namespace clientele::rpc

#endif  // CLIENTELE_COMMON_RPC_SERVICE_CONFIG_H_
