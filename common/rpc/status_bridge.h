#ifndef CLIENTELE_COMMON_RPC_STATUS_BRIDGE_H_
#define CLIENTELE_COMMON_RPC_STATUS_BRIDGE_H_

// absl::Status with the details of common/status, and the same as gRPC carries
// it: google.rpc.Status in the binary status details, with ErrorInfo (domain
// "clientele"), BadRequest and RetryInfo. The Dispatcher calls this once for each
// call; handlers never do.
//
// All functions are pure and thread-safe.

#include <grpcpp/support/status.h>

#include "absl/status/status.h"
#include "google/rpc/status.pb.h"

namespace clientele::rpc {

inline constexpr char kErrorDomain[] = "clientele";

grpc::Status ToGrpcStatus(const absl::Status& status);

// The inverse: code, message, reason, field violations and retry delay survive a
// round trip. An UNAVAILABLE that no service of the suite wrote (the connection
// broke) gets reason BACKEND_UNAVAILABLE and a message without addresses.
absl::Status FromGrpcStatus(const grpc::Status& status);

// For messages that carry an error inside, such as long-running operations.
// OK clears `proto`.
void ToProto(const absl::Status& status, google::rpc::Status* proto);
absl::Status FromProto(const google::rpc::Status& proto);

}  // namespace clientele::rpc

#endif  // CLIENTELE_COMMON_RPC_STATUS_BRIDGE_H_
