#ifndef CLIENTELE_SERVICES_GATEWAY_SERVICE_UPSTREAM_BACKEND_H_
#define CLIENTELE_SERVICES_GATEWAY_SERVICE_UPSTREAM_BACKEND_H_

// One of the services behind the gateway: its name, its stub and how callers
// learn that it is unavailable.
//
//   Backend<profile::v1::ProfileService> profile("profile-service", channel, {});
//   absl::StatusOr<profile::v1::Customer> customer =
//       profile.Call(&profile::v1::ProfileService::StubInterface::GetCustomer, context, request);
//
// Thread-safe.

#include <memory>
#include <string>
#include <utility>

#include <grpcpp/channel.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/executor/request_context.h"
#include "common/rpc/client_context.h"

namespace clientele::gateway {

// A backend's own errors pass as they are. One that the transport made (no
// connection, a reset) becomes UNAVAILABLE, reason BACKEND_UNAVAILABLE, which
// names the service and no address.
absl::Status DescribeBackendError(absl::string_view backend, absl::Status status);

template <class Service>
class Backend {
 public:
  using Stub = typename Service::StubInterface;

  Backend(std::string name, const std::shared_ptr<grpc::Channel>& channel,
          rpc::ClientCallOptions options)
      : name_(std::move(name)), options_(std::move(options)), stub_(Service::NewStub(channel)) {}

  template <class Request, class Response>
  absl::StatusOr<Response> Call(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                             Response*),
                                const RequestContext& context, const Request& request) const {
    absl::StatusOr<Response> response = rpc::CallUnary(*stub_, method, context, request, options_);
    if (!response.ok()) return DescribeBackendError(name_, response.status());
    return response;
  }

  const std::string& name() const { return name_; }
  const rpc::ClientCallOptions& options() const { return options_; }
  Stub& stub() const { return *stub_; }

 private:
  const std::string name_;
  const rpc::ClientCallOptions options_;
  const std::unique_ptr<Stub> stub_;
};

}  // namespace clientele::gateway

#endif  // CLIENTELE_SERVICES_GATEWAY_SERVICE_UPSTREAM_BACKEND_H_
