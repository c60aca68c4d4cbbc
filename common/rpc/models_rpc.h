#ifndef CLIENTELE_COMMON_RPC_MODELS_RPC_H_
#define CLIENTELE_COMMON_RPC_MODELS_RPC_H_

// The one adapter of clientele.model.v1.ModelService, for each service that has models.
//
//   rpc::ModelsRpc models(host, "qa", rpc::VersionsOf(*encoder_handle));   // before host.Start()

#include <functional>
#include <string>
#include <vector>

#include "clientele/model/v1/model_service.grpc.pb.h"

#include "common/rpc/dispatcher.h"
#include "common/rpc/server_host.h"

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
    list.push_back(
        {.model = handle.name(),
         .version = report.version,
         .label = report.label,
         .state = report.state == State::kServing    ? model::v1::ModelVersion::STATE_SERVING
                  : report.state == State::kRejected ? model::v1::ModelVersion::STATE_REJECTED
                  : report.state == State::kWaiting  ? model::v1::ModelVersion::STATE_WAITING
                                                     : model::v1::ModelVersion::STATE_FOUND,
         .reason = report.reason});
  }
}

// Of several handles, which are borrowed.
template <class... Handles>
std::function<void(std::vector<ListedVersion>&)> VersionsOf(const Handles&... handles) {
  return [&handles...](std::vector<ListedVersion>& list) { (ListVersions(handles, list), ...); };
}

// Adds itself to the host, and outlives the host's Stop(). Thread-safe as far as `list` is, which
// is called once for each call.
class ModelsRpc final : public model::v1::ModelService::CallbackService {
 public:
  using List = std::function<void(std::vector<ListedVersion>&)>;

  // `service` is the one in names, such as "qa".
  ModelsRpc(ServerHost& host, std::string service, List list);

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
