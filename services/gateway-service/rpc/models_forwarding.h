#ifndef CLIENTELE_SERVICES_GATEWAY_SERVICE_RPC_MODELS_FORWARDING_H_
#define CLIENTELE_SERVICES_GATEWAY_SERVICE_RPC_MODELS_FORWARDING_H_

#include <map>
#include <string>
#include <utility>

#include "clientele/model/v1/model_service.grpc.pb.h"

#include "common/rpc/dispatcher.h"
#include "services/gateway-service/upstream/backend.h"

namespace clientele::gateway {

// Serves clientele.model.v1.ModelService at the gateway's address: each call goes to the service in
// its parent. Borrows its parts; thread-safe.
class ModelsForwarding final : public clientele::model::v1::ModelService::CallbackService {
 public:
  // By the parent, such as "services/qa".
  using Backends = std::map<std::string, const Backend<clientele::model::v1::ModelService>*>;

  ModelsForwarding(rpc::Dispatcher* dispatcher, Backends backends)
      : dispatcher_(dispatcher), backends_(std::move(backends)) {}

  grpc::ServerUnaryReactor* ListModels(grpc::CallbackServerContext* context,
                                       const clientele::model::v1::ListModelsRequest* request,
                                       clientele::model::v1::ListModelsResponse* response) override;

 private:
  rpc::Dispatcher* const dispatcher_;
  const Backends backends_;
};

}  // namespace clientele::gateway

#endif  // CLIENTELE_SERVICES_GATEWAY_SERVICE_RPC_MODELS_FORWARDING_H_
