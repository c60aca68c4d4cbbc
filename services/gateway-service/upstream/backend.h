#ifndef CLIENTELE_SERVICES_GATEWAY_SERVICE_UPSTREAM_BACKEND_H_
#define CLIENTELE_SERVICES_GATEWAY_SERVICE_UPSTREAM_BACKEND_H_

// Typed calls of one proto service behind the gateway, for answers that are composed here.
//
//   Backend<profile::v1::ProfileService> profile(&upstream);
//   absl::StatusOr<profile::v1::Customer> customer = profile.Call(
//       &profile::v1::ProfileService::StubInterface::async_interface::GetCustomer, context,
//       request);
//
// Thread-safe; the upstream is borrowed.

#include <functional>
#include <latch>
#include <memory>
#include <stop_token>
#include <utility>

#include <grpcpp/client_context.h>
#include <grpcpp/support/status.h>

#include "absl/status/statusor.h"

#include "common/executor/request_context.h"
#include "common/rpc/client_context.h"
#include "common/rpc/ready_wait.h"
#include "services/gateway-service/upstream/upstream.h"

namespace clientele::gateway {

template <class Service>
class Backend {
 public:
  using Async = typename Service::StubInterface::async_interface;

  explicit Backend(Upstream* upstream)
      : upstream_(upstream), stub_(Service::NewStub(upstream->channel())) {}

  // Calls and waits: for a replica, and for its answer. Errors are Upstream::Describe()'s.
  template <class Request, class Response>
  absl::StatusOr<Response> Call(void (Async::*method)(grpc::ClientContext*, const Request*,
                                                      Response*, std::function<void(grpc::Status)>),
                                const RequestContext& context, const Request& request) const {
    const std::shared_ptr<rpc::ReadyWait::Call> call = upstream_->ready().Begin();
    rpc::PrepareClientContext(context, upstream_->call_options(), &call->context);
    Response response;
    grpc::Status status;
    std::latch done(1);
    (stub_->async()->*method)(&call->context, &request, &response, [&](grpc::Status result) {
      status = std::move(result);
      done.count_down();
    });
    upstream_->ready().Started(call);
    {
      const std::stop_callback on_cancel(context.cancellation.stop_token(),
                                         [&call] { call->context.TryCancel(); });
      done.wait();
    }
    status = upstream_->ready().Ended(call, std::move(status));
    if (status.ok()) return response;
    return upstream_->Describe(context, status);
  }

 private:
  Upstream* const upstream_;
  const std::unique_ptr<typename Service::StubInterface> stub_;
};

}  // namespace clientele::gateway

#endif  // CLIENTELE_SERVICES_GATEWAY_SERVICE_UPSTREAM_BACKEND_H_
