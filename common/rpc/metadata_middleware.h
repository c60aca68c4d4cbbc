#ifndef CLIENTELE_COMMON_RPC_METADATA_MIDDLEWARE_H_
#define CLIENTELE_COMMON_RPC_METADATA_MIDDLEWARE_H_

#include <cstddef>

#include "absl/strings/str_cat.h"

#include "common/rpc/middleware.h"
#include "common/status/error_details.h"

namespace clientele::rpc {

// Refuses a call with more than `max_bytes` of metadata, RESOURCE_EXHAUSTED with reason
// METADATA_TOO_LARGE. gRPC has a limit of its own, further away, beyond which it closes the
// connection with every call on it.
class MetadataMiddleware final : public Middleware {
 public:
  explicit MetadataMiddleware(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  absl::Status OnStart(Call& call) override {
    std::size_t bytes = 0;
    for (const auto& [name, value] : *call.headers) bytes += name.size() + value.size();
    if (bytes <= max_bytes_) return absl::OkStatus();
    return WithReason(absl::ResourceExhaustedError(absl::StrCat("the request has more than ",
                                                                max_bytes_, " bytes of metadata")),
                      reason::kMetadataTooLarge);
  }

 private:
  const std::size_t max_bytes_;
};

}  // namespace clientele::rpc

#endif  // CLIENTELE_COMMON_RPC_METADATA_MIDDLEWARE_H_
