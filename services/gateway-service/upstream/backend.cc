#include "services/gateway-service/upstream/backend.h"

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

#include "common/status/error_details.h"

namespace clientele::gateway {

absl::Status DescribeBackendError(absl::string_view backend, absl::Status status) {
  if (GetReason(status) != reason::kBackendUnavailable) return status;
  return UnavailableError(reason::kBackendUnavailable,
                          absl::StrCat(backend, " cannot be reached: try again in a moment"),
                          absl::Seconds(1));
}

}  // namespace clientele::gateway
