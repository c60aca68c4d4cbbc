#include "common/rpc/models_rpc.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "common/rpc/page_size.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::rpc {
namespace {

namespace v1 = model::v1;

v1::ModelVersion ToProto(const std::string& parent, const ListedVersion& listed) {
  v1::ModelVersion proto;
  proto.set_name(absl::StrCat(parent, "/models/", listed.model, "/versions/", listed.version));
  proto.set_model(listed.model);
  proto.set_version(listed.version);
  proto.set_label(listed.label);
  proto.set_state(listed.state);
  proto.set_reject_reason(listed.reason);
  return proto;
}

// The position after the page before.
absl::StatusOr<std::size_t> FirstOf(const std::string& page_token) {
  std::size_t first = 0;
  if (!page_token.empty() && !absl::SimpleAtoi(page_token, &first)) {
    return InvalidField("page_token", "is not a token of ListModels");
  }
  return first;
}

}  // namespace

ModelsRpc::ModelsRpc(ServerHost& host, std::string service, List list)
    : dispatcher_(&host.AddDispatcher(v1::ModelService::service_full_name())),
      service_(std::move(service)),
      list_(std::move(list)) {
  host.AddService(this);
}

grpc::ServerUnaryReactor* ModelsRpc::ListModels(grpc::CallbackServerContext* context,
                                                const v1::ListModelsRequest* request,
                                                v1::ListModelsResponse* response) {
  return dispatcher_->Unary(
      context, request, response, "ListModels",
      [this](const RequestContext&,
             const v1::ListModelsRequest& message) -> absl::StatusOr<v1::ListModelsResponse> {
        const std::string parent = absl::StrCat("services/", service_);
        if (message.parent() != parent) {
          return InvalidField("parent", absl::StrCat("must be ", parent));
        }
        CLIENTELE_ASSIGN_OR_RETURN(const int page_size, PageSize(message.page_size()));
        CLIENTELE_ASSIGN_OR_RETURN(const std::size_t first, FirstOf(message.page_token()));
        std::vector<ListedVersion> versions;
        list_(versions);
        v1::ListModelsResponse page;
        const std::size_t begin = std::min(first, versions.size());
        const std::size_t end =
            std::min(begin + static_cast<std::size_t>(page_size), versions.size());
        for (std::size_t i = begin; i < end; ++i) {
          *page.add_model_versions() = ToProto(parent, versions[i]);
        }
        if (end < versions.size()) page.set_next_page_token(absl::StrCat(end));
        return page;
      });
}

}  // namespace clientele::rpc
