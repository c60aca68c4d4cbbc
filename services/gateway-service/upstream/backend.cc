#include "services/gateway-service/upstream/backend.h"

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

#include "common/rpc/status_bridge.h"
#include "common/status/error_details.h"

namespace clientele::gateway {

absl::Status DescribeBackendError(absl::string_view backend, const RequestContext& context,
                                  const grpc::Status& status) {
  absl::Status error = rpc::FromGrpcStatus(status);
  const bool cut_off = absl::IsCancelled(error) && status.error_details().empty() &&
                       !context.cancellation.IsCancelled();
  if (!cut_off && GetReason(error) != reason::kBackendUnavailable) return error;
  return UnavailableError(reason::kBackendUnavailable,
                          absl::StrCat(backend, " cannot be reached: try again in a moment"),
                          absl::Seconds(1));
}

}  // namespace clientele::gateway
