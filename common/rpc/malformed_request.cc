#include "common/rpc/malformed_request.h"

#include "common/rpc/status_bridge.h"
#include "common/status/error_details.h"
#include "common/telemetry/metric_names.h"

namespace clientele::rpc {
namespace {

using grpc::experimental::InterceptionHookPoints;
using grpc::experimental::InterceptorBatchMethods;
using grpc::experimental::ServerRpcInfo;

class MalformedRequestInterceptor final : public grpc::experimental::Interceptor {
 public:
  explicit MalformedRequestInterceptor(telemetry::Counter malformed) : malformed_(malformed) {}

  void Intercept(InterceptorBatchMethods* methods) override {
    if (methods->QueryInterceptionHookPoint(InterceptionHookPoints::POST_RECV_MESSAGE) &&
        methods->GetRecvMessage() == nullptr) {
      is_malformed_ = true;
    }
    if (is_malformed_ &&
        methods->QueryInterceptionHookPoint(InterceptionHookPoints::PRE_SEND_STATUS)) {
      malformed_.Increment();
      methods->ModifySendStatus(ToGrpcStatus(MalformedRequestError()));
    }
    methods->Proceed();
  }

 private:
  telemetry::Counter malformed_;
  bool is_malformed_ = false;
};

class Factory final : public grpc::experimental::ServerInterceptorFactoryInterface {
 public:
  explicit Factory(telemetry::Counter malformed) : malformed_(malformed) {}

  grpc::experimental::Interceptor* CreateServerInterceptor(ServerRpcInfo* info) override {
    // With a client stream the same sign means its end; see ClientStreamReactor.
    if (info->type() != ServerRpcInfo::Type::UNARY &&
        info->type() != ServerRpcInfo::Type::SERVER_STREAMING) {
      return nullptr;
    }
    return new MalformedRequestInterceptor(malformed_);
  }

 private:
  telemetry::Counter malformed_;
};

}  // namespace

absl::Status MalformedRequestError() {
  return WithReason(
      absl::InvalidArgumentError("the request is no valid message: a string field is not UTF-8, or "
                                 "the encoding is broken"),
      reason::kInvalidArgument);
}

std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface> MakeMalformedRequestFactory(
    telemetry::MetricsRegistry* registry) {
  return std::make_unique<Factory>(registry->GetCounter(telemetry::kRpcMalformed));
}

}  // namespace clientele::rpc
