#ifndef CLIENTELE_SERVICES_GATEWAY_SERVICE_RPC_CUSTOMER360_RPC_H_
#define CLIENTELE_SERVICES_GATEWAY_SERVICE_RPC_CUSTOMER360_RPC_H_

#include "clientele/gateway/v1/gateway_service.grpc.pb.h"
#include "clientele/profile/v1/profile_service.grpc.pb.h"
#include "clientele/qa/v1/qa_service.grpc.pb.h"
#include "clientele/recommend/v1/recommend_service.grpc.pb.h"

#include "common/rpc/dispatcher.h"
#include "services/gateway-service/core/fan_out.h"
#include "services/gateway-service/upstream/backend.h"

namespace clientele::gateway {

// Serves GatewayService: what needs several services at once. Everything is
// borrowed and outlives it. Thread-safe.
class Customer360Rpc final : public clientele::gateway::v1::GatewayService::CallbackService {
 public:
  struct Backends {
    const Backend<clientele::profile::v1::ProfileService>* profile;
    const Backend<clientele::qa::v1::QaService>* qa;
    const Backend<clientele::recommend::v1::RecommendService>* recommend;
  };

  Customer360Rpc(rpc::Dispatcher* dispatcher, const FanOut* fan_out, Backends backends)
      : dispatcher_(dispatcher), fan_out_(fan_out), backends_(backends) {}

  grpc::ServerUnaryReactor* GetCustomer360(grpc::CallbackServerContext* context,
                                           const v1::GetCustomer360Request* request,
                                           v1::GetCustomer360Response* response) override;

 private:
  absl::StatusOr<v1::GetCustomer360Response> Compose(
      const RequestContext& context, const v1::GetCustomer360Request& request) const;

  rpc::Dispatcher* const dispatcher_;
  const FanOut* const fan_out_;
  const Backends backends_;
};

}  // namespace clientele::gateway

#endif  // CLIENTELE_SERVICES_GATEWAY_SERVICE_RPC_CUSTOMER360_RPC_H_
