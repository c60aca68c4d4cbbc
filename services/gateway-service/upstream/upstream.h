#ifndef CLIENTELE_SERVICES_GATEWAY_SERVICE_UPSTREAM_UPSTREAM_H_
#define CLIENTELE_SERVICES_GATEWAY_SERVICE_UPSTREAM_UPSTREAM_H_

// One of the services behind the gateway: its channel, how long calls wait for it, how many are
// under way, and how callers learn that it is unavailable.
//
// Thread-safe.

#include <atomic>
#include <cstddef>
#include <memory>
#include <string>

#include <grpcpp/channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/support/status.h>

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "common/executor/request_context.h"
#include "common/rpc/client_context.h"
#include "common/rpc/ready_wait.h"

namespace clientele::gateway {

class Upstream {
 public:
  struct Options {
    // In errors: "profile-service".
    std::string name = {};
    // gRPC target.
    std::string address = {};
    // How long a call waits for a ready replica; see rpc::ReadyWait.
    absl::Duration wait = absl::Seconds(5);
    // Forwarded calls under way at a time.
    std::size_t max_calls = 4096;
    // Of every call.
    rpc::ClientCallOptions call = {};
  };

  explicit Upstream(Options options);

  // A place for a forwarded call; RESOURCE_EXHAUSTED (reason OVERLOADED) without one.
  absl::Status Enter();
  void Leave() { --calls_; }

  // How a call that did not end well ended for its caller. A backend's own errors pass as they
  // are. One that the transport made (no connection, a reset, a call that a stopping backend cut
  // off) becomes UNAVAILABLE, reason BACKEND_UNAVAILABLE, which names the service and no address.
  absl::Status Describe(const RequestContext& context, const grpc::Status& status) const;

  const std::string& name() const { return options_.name; }
  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }
  rpc::ReadyWait& ready() { return ready_; }
  const rpc::ClientCallOptions& call_options() const { return options_.call; }
  // Messages as bytes.
  grpc::GenericStub& stub() { return stub_; }

 private:
  const Options options_;
  const std::shared_ptr<grpc::Channel> channel_;
  rpc::ReadyWait ready_;
  grpc::GenericStub stub_;
  std::atomic<std::size_t> calls_ = 0;
};

}  // namespace clientele::gateway

#endif  // CLIENTELE_SERVICES_GATEWAY_SERVICE_UPSTREAM_UPSTREAM_H_
