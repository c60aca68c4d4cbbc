#include "common/rpc/policy_middleware.h"

#include "absl/strings/str_cat.h"

namespace clientele::rpc {

absl::Status PolicyMiddleware::OnStart(Call& call) {
  return policy_->Check(absl::StrCat(call.service, "/", call.method), call.context.caller);
}

}  // namespace clientele::rpc
