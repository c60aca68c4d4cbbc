#include "services/gateway-service/rpc/forwarded_unary.h"

#include <utility>

#include "common/rpc/client_context.h"

namespace clientele::gateway {

ForwardedUnary::ForwardedUnary(std::unique_ptr<rpc::internal::ActiveCall> call, Upstream* upstream)
    : call_(std::move(call)), upstream_(upstream) {}

void ForwardedUnary::Start(const std::string& path, const grpc::ByteBuffer* request,
                           grpc::ByteBuffer* response) {
  absl::Status status = call_->Start();
  if (status.ok()) status = upstream_->Enter();
  if (!status.ok()) return Finish(call_->End(status));
  upstream_call_ = upstream_->ready().Begin();
  rpc::PrepareClientContext(call_->context(), upstream_->call_options(), &upstream_call_->context);
  upstream_->stub().UnaryCall(&upstream_call_->context, path, {}, request, response,
                              [this](grpc::Status answer) { OnAnswer(std::move(answer)); });
  upstream_->ready().Started(upstream_call_);
}

void ForwardedUnary::OnCancel() {
  call_->Cancel();
  if (upstream_call_ != nullptr) upstream_call_->context.TryCancel();
}

void ForwardedUnary::OnAnswer(grpc::Status status) {
  upstream_->Leave();
  status = upstream_->ready().Ended(upstream_call_, std::move(status));
  // `this` may be gone from here on.
  Finish(
      call_->End(status.ok() ? absl::OkStatus() : upstream_->Describe(call_->context(), status)));
}

}  // namespace clientele::gateway
