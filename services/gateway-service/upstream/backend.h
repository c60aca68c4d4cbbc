#ifndef CLIENTELE_SERVICES_GATEWAY_SERVICE_UPSTREAM_BACKEND_H_
#define CLIENTELE_SERVICES_GATEWAY_SERVICE_UPSTREAM_BACKEND_H_

// One of the services behind the gateway: its name, its stub and how callers
// learn that it is unavailable.
//
//   Backend<profile::v1::ProfileService> profile("profile-service", channel, &ready, {});
//   absl::StatusOr<profile::v1::Customer> customer = profile.Call(
//       &profile::v1::ProfileService::StubInterface::async_interface::GetCustomer, context, request);
//
// Thread-safe.

#include <functional>
#include <latch>
#include <memory>
#include <stop_token>
#include <string>
#include <utility>

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/support/status.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/executor/request_context.h"
#include "common/rpc/client_context.h"
#include "common/rpc/ready_wait.h"

namespace clientele::gateway {

// How a call that did not end well ended for its caller. A backend's own errors pass as they
// are. One that the transport made (no connection, a reset, a call that a stopping backend cut
// off) becomes UNAVAILABLE, reason BACKEND_UNAVAILABLE, which names the service and no address.
absl::Status DescribeBackendError(absl::string_view backend, const RequestContext& context,
                                  const grpc::Status& status);

template <class Service>
class Backend {
 public:
  using Stub = typename Service::StubInterface;
  // Unary methods: &Service::StubInterface::async_interface::GetCustomer.
  using Async = typename Stub::async_interface;

  // Borrows `ready`, which knows the channel.
  Backend(std::string name, const std::shared_ptr<grpc::Channel>& channel, rpc::ReadyWait* ready,
          rpc::ClientCallOptions options)
      : name_(std::move(name)),
        ready_(ready),
        options_(std::move(options)),
        stub_(Service::NewStub(channel)) {}

  // Calls and waits: for a replica, and for its answer.
  template <class Request, class Response>
  absl::StatusOr<Response> Call(void (Async::*method)(grpc::ClientContext*, const Request*,
                                                      Response*, std::function<void(grpc::Status)>),
                                const RequestContext& context, const Request& request) const {
    const std::shared_ptr<rpc::ReadyWait::Call> call = ready_->Begin();
    rpc::PrepareClientContext(context, options_, &call->context);
    Response response;
    grpc::Status status;
    std::latch done(1);
    (stub_->async()->*method)(&call->context, &request, &response, [&](grpc::Status result) {
      status = std::move(result);
      done.count_down();
    });
    ready_->Started(call);
    {
      const std::stop_callback on_cancel(context.cancellation.stop_token(),
                                         [&call] { call->context.TryCancel(); });
      done.wait();
    }
    status = ready_->Ended(call, std::move(status));
    if (status.ok()) return response;
    return DescribeBackendError(name_, context, status);
  }

  const std::string& name() const { return name_; }
  const rpc::ClientCallOptions& options() const { return options_; }
  Stub& stub() const { return *stub_; }

 private:
  const std::string name_;
  rpc::ReadyWait* const ready_;
  const rpc::ClientCallOptions options_;
  const std::unique_ptr<Stub> stub_;
};

}  // namespace clientele::gateway

#endif  // CLIENTELE_SERVICES_GATEWAY_SERVICE_UPSTREAM_BACKEND_H_
