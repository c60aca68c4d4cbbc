#ifndef CLIENTELE_COMMON_RPC_MODELS_RPC_H_
#define CLIENTELE_COMMON_RPC_MODELS_RPC_H_

// The one adapter of clientele.model.v1.ModelService, for each service that has models.
//
//   rpc::ModelsRpc models(host, "qa", rpc::VersionsOf(*encoder_handle));   // before host.Start()

#include <functional>
#include <iterator>
#include <string>
#include <utility>
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

// Of two versions, which are digits without leading zeros.
inline bool IsNewer(const std::string& a, const std::string& b) {
  return a.size() != b.size() ? a.size() > b.size() : a > b;
}

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

// Adds versions of the last model listed that were trained and not published
// (common/inference/versions/kept_aside.h), each in its place: the newest first.
template <class KeptAside>
void ListKeptAside(const std::string& model, const std::vector<KeptAside>& kept,
                   std::vector<ListedVersion>& list) {
  for (const KeptAside& one : kept) {
    ListedVersion listed{.model = model,
                         .version = one.version,
                         .label = "",
                         .state = model::v1::ModelVersion::STATE_KEPT_ASIDE,
                         .reason = one.reason};
    auto place = list.end();
    while (place != list.begin() && std::prev(place)->model == model &&
           IsNewer(one.version, std::prev(place)->version)) {
      --place;
    }
    list.insert(place, std::move(listed));
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
