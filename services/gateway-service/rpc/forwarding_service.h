#ifndef CLIENTELE_SERVICES_GATEWAY_SERVICE_RPC_FORWARDING_SERVICE_H_
#define CLIENTELE_SERVICES_GATEWAY_SERVICE_RPC_FORWARDING_SERVICE_H_

// The one adapter by which the gateway serves other services' protos: every method is handed on as
// bytes, with the caller's deadline, cancellation, request id and trace. The gateway's middlewares
// (authentication, policy, limits, log, metrics) run around it; the messages are the backend's to
// judge. No thread waits for a backend or for a caller.
//
//   ForwardingService profiles(profile::v1::ProfileService::service_full_name(),
//                              &host.AddDispatcher(profile::v1::ProfileService::...), &upstream);
//   host.AddService(&profiles);
//
// Thread-safe; dispatcher and upstream are borrowed.

#include <deque>
#include <string>

#include <grpcpp/impl/service_type.h>

#include "google/protobuf/descriptor.h"

#include "common/rpc/dispatcher.h"
#include "services/gateway-service/upstream/upstream.h"

namespace clientele::gateway {

class ForwardingService final : public grpc::Service {
 public:
  // The service is the dispatcher's; its descriptor is linked into the process.
  ForwardingService(rpc::Dispatcher* dispatcher, Upstream* upstream);

 private:
  void AddUnary(int index, const std::string& path, const std::string& method);
  void AddStream(int index, const std::string& path, const std::string& method, bool from_caller);

  rpc::Dispatcher* const dispatcher_;
  Upstream* const upstream_;
  std::deque<std::string> paths_;  // gRPC keeps pointers to them
};

}  // namespace clientele::gateway

#endif  // CLIENTELE_SERVICES_GATEWAY_SERVICE_RPC_FORWARDING_SERVICE_H_
