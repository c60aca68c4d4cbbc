#include "services/gateway-service/upstream/upstream.h"

#include <utility>

#include "absl/strings/str_cat.h"

#include "common/rpc/channel.h"
#include "common/rpc/status_bridge.h"
#include "common/status/error_details.h"

namespace clientele::gateway {

Upstream::Upstream(Options options)
    : options_(std::move(options)),
      channel_(rpc::MakeChannel({.target = options_.address})),
      ready_(channel_, options_.wait),
      stub_(channel_) {}

absl::Status Upstream::Enter() {
  if (++calls_ <= options_.max_calls) return absl::OkStatus();
  --calls_;
  return BusyError(absl::StrCat("too many calls of ", options_.name, " are under way"),
                   absl::Milliseconds(200));
}

absl::Status Upstream::Describe(const RequestContext& context, const grpc::Status& status) const {
  absl::Status error = rpc::FromGrpcStatus(status);
  const bool cut_off = absl::IsCancelled(error) && status.error_details().empty() &&
                       !context.cancellation.IsCancelled();
  if (!cut_off && GetReason(error) != reason::kBackendUnavailable) return error;
  return UnavailableError(reason::kBackendUnavailable,
                          absl::StrCat(options_.name, " cannot be reached: try again in a moment"),
                          absl::Seconds(1));
}

}  // namespace clientele::gateway
