#ifndef CLIENTELE_SERVICES_GATEWAY_SERVICE_RPC_FORWARDED_UNARY_H_
#define CLIENTELE_SERVICES_GATEWAY_SERVICE_RPC_FORWARDED_UNARY_H_

#include <memory>
#include <string>

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include "common/rpc/active_call.h"
#include "common/rpc/ready_wait.h"
#include "services/gateway-service/upstream/upstream.h"

namespace clientele::gateway {

// Part of forwarding_service.h: one unary call. Deletes itself when gRPC is done with it, which is
// not before the handler that made it has returned.
class ForwardedUnary final : public grpc::ServerUnaryReactor {
 public:
  // `upstream` is borrowed.
  ForwardedUnary(std::unique_ptr<rpc::internal::ActiveCall> call, Upstream* upstream);

  void Start(const std::string& path, const grpc::ByteBuffer* request, grpc::ByteBuffer* response);
  void OnCancel() override;
  void OnDone() override { delete this; }

 private:
  ~ForwardedUnary() override = default;
  void OnAnswer(grpc::Status status);

  const std::unique_ptr<rpc::internal::ActiveCall> call_;
  Upstream* const upstream_;
  std::shared_ptr<rpc::ReadyWait::Call> upstream_call_;
};

}  // namespace clientele::gateway

#endif  // CLIENTELE_SERVICES_GATEWAY_SERVICE_RPC_FORWARDED_UNARY_H_
