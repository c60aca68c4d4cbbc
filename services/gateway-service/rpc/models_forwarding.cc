#include "services/gateway-service/rpc/models_forwarding.h"

#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/status/error_details.h"

namespace clientele::gateway {
namespace {

using Models = model::v1::ModelService::StubInterface::async_interface;

absl::Status NoSuchParent(const ModelsForwarding::Backends& backends) {
  std::vector<std::string> parents;
  for (const auto& [parent, backend] : backends) parents.push_back(parent);
  return InvalidField("parent", absl::StrCat("must be one of: ", absl::StrJoin(parents, ", ")));
}

}  // namespace

grpc::ServerUnaryReactor* ModelsForwarding::ListModels(grpc::CallbackServerContext* context,
                                                       const model::v1::ListModelsRequest* request,
                                                       model::v1::ListModelsResponse* response) {
  return dispatcher_->Unary(
      context, request, response, "ListModels",
      [this](const RequestContext& call, const model::v1::ListModelsRequest& message)
          -> absl::StatusOr<model::v1::ListModelsResponse> {
        const auto backend = backends_.find(message.parent());
        if (backend == backends_.end()) return NoSuchParent(backends_);
        return backend->second->Call(&Models::ListModels, call, message);
      });
}

}  // namespace clientele::gateway
