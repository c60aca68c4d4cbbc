#ifndef CLIENTELE_COMMON_RPC_MIDDLEWARE_H_
#define CLIENTELE_COMMON_RPC_MIDDLEWARE_H_

// What happens around every call, as a list of small classes. The Dispatcher runs
// OnStart in order until one refuses, and OnFinish in reverse order for those
// that were started, the refusing one included.
//
// Middlewares are shared by all calls: thread-safe, and quick, since OnStart runs
// on a gRPC thread.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <grpcpp/support/string_ref.h>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/executor/request_context.h"

namespace clientele::rpc {

// One call as middlewares see it.
struct Call {
  absl::string_view service;  // "clientele.profile.v1.ProfileService"
  std::string method;         // "GetCustomer"
  bool streaming = false;
  absl::Time start;
  RequestContext context;
  // The caller's headers; null in OnFinish.
  const std::multimap<grpc::string_ref, grpc::string_ref>* headers = nullptr;

  // The first value of a header (lower-case name), or empty.
  absl::string_view Header(absl::string_view name) const;
};

class Middleware {
 public:
  virtual ~Middleware() = default;
  // May fill call.context; an error refuses the call with that status.
  virtual absl::Status OnStart(Call& call) { return absl::OkStatus(); }
  // The call ends with `status` after `elapsed`.
  virtual void OnFinish(const Call& call, const absl::Status& status, absl::Duration elapsed) {}
};

using MiddlewareChain = std::vector<std::unique_ptr<Middleware>>;

}  // namespace clientele::rpc

#endif  // CLIENTELE_COMMON_RPC_MIDDLEWARE_H_
