#ifndef CLIENTELE_COMMON_RPC_TRACE_MIDDLEWARE_H_
#define CLIENTELE_COMMON_RPC_TRACE_MIDDLEWARE_H_

#include "common/rpc/middleware.h"

namespace clientele::rpc {

// Fills request_id (x-request-id, else a new one), trace (a child of traceparent,
// else a new trace) and purpose (x-purpose). Headers that are too long or not
// printable ASCII count as absent.
class TraceMiddleware final : public Middleware {
 public:
  absl::Status OnStart(Call& call) override;
};

}  // namespace clientele::rpc

#endif  // CLIENTELE_COMMON_RPC_TRACE_MIDDLEWARE_H_
