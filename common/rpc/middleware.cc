#include "common/rpc/middleware.h"

namespace clientele::rpc {

absl::string_view Call::Header(absl::string_view name) const {
  if (headers == nullptr) return {};
  const auto found = headers->find(grpc::string_ref(name.data(), name.size()));
  if (found == headers->end()) return {};
  return absl::string_view(found->second.data(), found->second.size());
}

}  // namespace clientele::rpc
