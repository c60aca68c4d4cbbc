#ifndef CLIENTELE_COMMON_RPC_MODELS_RPC_H_
#define CLIENTELE_COMMON_RPC_MODELS_RPC_H_

// The one adapter of clientele.model.v1.ModelService, for each service that has models.
//
//   rpc::ModelsRpc models(
//       &host.AddDispatcher(model::v1::ModelService::service_full_name()), "qa",
//       [&](std::vector<rpc::ListedVersion>& list) { rpc::ListVersions(*encoder_handle, list); });
//   host.AddService(&models);

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "clientele/model/v1/model_service.grpc.pb.h"

#include "common/rpc/dispatcher.h"

namespace clientele::rpc {

struct ListedVersion {
  std::string model;
  std::string version;
  std::string label;
  model::v1::ModelVersion::State state = model::v1::ModelVersion::STATE_UNSPECIFIED;
  std::string reason;
};

// Adds what a handle (common/inference/versions/model_handle.h) knows.
template <class Handle>
void ListVersions(const Handle& handle, std::vector<ListedVersion>& list) {
  for (auto& report : handle.Versions()) {
    using State = decltype(report.state);
    list.push_back({.model = handle.name(),
                    .version = report.version,
                    .label = report.label,
                    .state = report.state == State::kServing
                                 ? model::v1::ModelVersion::STATE_SERVING
                             : report.state == State::kRejected
                                 ? model::v1::ModelVersion::STATE_REJECTED
                                 : model::v1::ModelVersion::STATE_FOUND,
                    .reason = report.reason});
  }
}

// Borrows the dispatcher; thread-safe as far as `list` is, which is called once for each call.
class ModelsRpc final : public model::v1::ModelService::CallbackService {
 public:
  using List = std::function<void(std::vector<ListedVersion>&)>;

  // `service` is the one in names, such as "qa".
  ModelsRpc(Dispatcher* dispatcher, std::string service, List list)
      : dispatcher_(dispatcher), service_(std::move(service)), list_(std::move(list)) {}

  grpc::ServerUnaryReactor* ListModels(grpc::CallbackServerContext* context,
                                       const model::v1::ListModelsRequest* request,
                                       model::v1::ListModelsResponse* response) override;

 private:
  Dispatcher* const dispatcher_;
  const std::string service_;
  const List list_;
};

}  // namespace clientele::rpc

#endif  // CLIENTELE_COMMON_RPC_MODELS_RPC_H_
