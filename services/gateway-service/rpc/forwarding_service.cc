#include "services/gateway-service/rpc/forwarding_service.h"

#include <grpcpp/impl/codegen/rpc_service_method.h>
#include <grpcpp/impl/codegen/server_callback_handlers.h>
#include <grpcpp/support/byte_buffer.h>

#include "absl/strings/str_cat.h"

#include "services/gateway-service/rpc/forwarded_stream.h"
#include "services/gateway-service/rpc/forwarded_unary.h"

namespace clientele::gateway {

using grpc::internal::RpcMethod;
using grpc::internal::RpcServiceMethod;

ForwardingService::ForwardingService(rpc::Dispatcher* dispatcher, Upstream* upstream)
    : dispatcher_(dispatcher), upstream_(upstream) {
  const google::protobuf::ServiceDescriptor* const service =
      google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(dispatcher->service());
  for (int i = 0; i < service->method_count(); ++i) {
    const google::protobuf::MethodDescriptor& method = *service->method(i);
    paths_.push_back(absl::StrCat("/", service->full_name(), "/", method.name()));
    if (method.client_streaming() || method.server_streaming()) {
      AddStream(i, paths_.back(), method.name(), method.client_streaming());
    } else {
      AddUnary(i, paths_.back(), method.name());
    }
  }
}

void ForwardingService::AddUnary(int index, const std::string& path, const std::string& method) {
  AddMethod(new RpcServiceMethod(path.c_str(), RpcMethod::NORMAL_RPC, nullptr));
  MarkMethodRawCallback(
      index,
      new grpc::internal::CallbackUnaryHandler<grpc::ByteBuffer, grpc::ByteBuffer>(
          [this, &path, method](grpc::CallbackServerContext* context,
                                const grpc::ByteBuffer* request, grpc::ByteBuffer* response) {
            auto* reactor = new ForwardedUnary(
                dispatcher_->NewCall(context, method, /*streaming=*/false), upstream_);
            reactor->Start(path, request, response);
            return reactor;
          }));
}

// On the wire a stream in one direction is a case of one in both.
void ForwardingService::AddStream(int index, const std::string& path, const std::string& method,
                                  bool from_caller) {
  AddMethod(new RpcServiceMethod(path.c_str(), RpcMethod::BIDI_STREAMING, nullptr));
  MarkMethodRawCallback(
      index, new grpc::internal::CallbackBidiHandler<grpc::ByteBuffer, grpc::ByteBuffer>(
                 [this, &path, method, from_caller](grpc::CallbackServerContext* context) {
                   auto* reactor = new ForwardedStream(
                       dispatcher_->NewCall(context, method, /*streaming=*/true), upstream_,
                       dispatcher_->waiting_streams(), dispatcher_->drain());
                   reactor->Start(path, from_caller);
                   return reactor;
                 }));
}

}  // namespace clientele::gateway
