#include "common/rpc/active_call.h"

#include <chrono>
#include <exception>
#include <string>
#include <typeinfo>
#include <utility>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"

#include "common/rpc/status_bridge.h"
#include "common/status/error_details.h"

namespace clientele::rpc::internal {
namespace {

constexpr char kRequestId[] = "x-request-id";

absl::Time DeadlineOf(const grpc::CallbackServerContext& context) {
  const auto deadline = context.deadline();
  if (deadline == std::chrono::system_clock::time_point::max()) return absl::InfiniteFuture();
  return absl::FromChrono(deadline);
}

absl::Status InternalError(const RequestContext& context, absl::string_view exception_type) {
  absl::Status status =
      WithReason(absl::InternalError(absl::StrCat("internal error: see the service's log under "
                                                  "request id ",
                                                  context.request_id)),
                 reason::kInternal);
  status.SetPayload(kExceptionTypeUrl, absl::Cord(exception_type));
  return status;
}

}  // namespace

ActiveCall::ActiveCall(grpc::CallbackServerContext* server_context, absl::string_view service,
                       absl::string_view method, bool streaming, const MiddlewareChain* middlewares,
                       const Clock* clock, InFlightCalls* in_flight)
    : server_context_(server_context),
      middlewares_(middlewares),
      clock_(clock),
      in_flight_(in_flight) {
  in_flight_->Begin();
  call_.service = service;
  call_.method = std::string(method);
  call_.streaming = streaming;
  call_.start = clock->Now();
  call_.context.cancellation = cancellation_.token();
}

ActiveCall::~ActiveCall() { in_flight_->End(); }

absl::Status ActiveCall::Start() {
  call_.context.deadline = DeadlineOf(*server_context_);
  call_.headers = &server_context_->client_metadata();
  absl::Status status;
  while (status.ok() && started_ < middlewares_->size()) {
    status = (*middlewares_)[started_++]->OnStart(call_);
  }
  call_.headers = nullptr;
  if (call_.streaming && status.ok()) {
    server_context_->AddInitialMetadata(kRequestId, call_.context.request_id);
  }
  return status;
}

absl::Status ActiveCall::Run(absl::FunctionRef<absl::Status()> work) const {
  if (absl::Status status = context().Check(clock_->Now()); !status.ok()) return status;
  try {
    return work();
  } catch (const std::exception& e) {
    return InternalError(context(), typeid(e).name());
  } catch (...) {
    return InternalError(context(), "unknown");
  }
}

grpc::Status ActiveCall::End(const absl::Status& status) {
  const absl::Duration elapsed = clock_->Now() - call_.start;
  // An error without initial metadata is one frame, after which gRPC's clients may try again.
  if (!status.ok()) {
    server_context_->AddTrailingMetadata(kRequestId, call_.context.request_id);
  } else if (!call_.streaming) {
    server_context_->AddInitialMetadata(kRequestId, call_.context.request_id);
  }
  while (started_ > 0) (*middlewares_)[--started_]->OnFinish(call_, status, elapsed);
  return ToGrpcStatus(status);
}

}  // namespace clientele::rpc::internal
