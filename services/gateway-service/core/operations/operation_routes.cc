#include "services/gateway-service/core/operations/operation_routes.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

#include "common/status/error_details.h"

namespace clientele::gateway {
namespace {

constexpr std::size_t kMaxShownBytes = 64;

}  // namespace

absl::StatusOr<std::string> OperationRoutes::OfOperation(absl::string_view name) const {
  const std::vector<absl::string_view> parts = absl::StrSplit(name, '/');
  if (parts.size() != 4 || parts[0] != "services" || parts[2] != "operations") {
    return InvalidField("name",
                        absl::StrCat("must be services/{service}/operations/{operation}; {service} "
                                     "is one of: ",
                                     absl::StrJoin(services_, ", ")));
  }
  return Known(parts[1]);
}

absl::StatusOr<std::string> OperationRoutes::OfParent(absl::string_view name) const {
  const std::vector<absl::string_view> parts = absl::StrSplit(name, '/');
  if (parts.size() != 2 || parts[0] != "services") {
    return InvalidField("name", absl::StrCat("must be services/{service}; {service} is one of: ",
                                             absl::StrJoin(services_, ", ")));
  }
  return Known(parts[1]);
}

absl::StatusOr<std::string> OperationRoutes::Known(absl::string_view service) const {
  if (std::find(services_.begin(), services_.end(), service) != services_.end()) {
    return std::string(service);
  }
  return WithReason(absl::NotFoundError(absl::StrCat(
                        "no service ", absl::CHexEscape(service.substr(0, kMaxShownBytes)),
                        " runs operations here; those that do: ", absl::StrJoin(services_, ", "))),
                    reason::kNotFound);
}

}  // namespace clientele::gateway
