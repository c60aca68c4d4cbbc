#ifndef CLIENTELE_SERVICES_GATEWAY_SERVICE_RPC_FORWARDER_H_
#define CLIENTELE_SERVICES_GATEWAY_SERVICE_RPC_FORWARDER_H_

// The one typed adapter by which the gateway serves other services' protos: each
// method is handed on as it is, with the caller's deadline, cancellation, request
// id and trace.
//
//   grpc::ServerUnaryReactor* GetItem(grpc::CallbackServerContext* context,
//                                     const GetItemRequest* request, Item* response) override {
//     return forward_.Unary(context, request, response, "GetItem", &Async::GetItem);
//   }
//
// Streams are forwarded message by message: a slow reader slows the writer, and
// nothing is buffered here. Thread-safe; dispatcher and backend are borrowed.

#include <functional>
#include <memory>
#include <stop_token>

#include <grpcpp/client_context.h>
#include <grpcpp/support/sync_stream.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/rpc/client_context.h"
#include "common/rpc/dispatcher.h"
#include "common/status/status_macros.h"
#include "services/gateway-service/upstream/backend.h"

namespace clientele::gateway {

template <class Service>
class Forwarder {
 public:
  using Stub = typename Service::StubInterface;
  using Async = typename Stub::async_interface;

  Forwarder(rpc::Dispatcher* dispatcher, const Backend<Service>* backend)
      : dispatcher_(dispatcher), backend_(backend) {}

  template <class Request, class Response>
  grpc::ServerUnaryReactor* Unary(grpc::CallbackServerContext* context, const Request* request,
                                  Response* response, absl::string_view name,
                                  void (Async::*method)(grpc::ClientContext*, const Request*,
                                                        Response*,
                                                        std::function<void(grpc::Status)>)) const {
    return dispatcher_->Unary(context, request, response, name,
                              [this, method](const RequestContext& call, const Request& message) {
                                return backend_->Call(method, call, message);
                              });
  }

  template <class Request, class Response>
  grpc::ServerWriteReactor<Response>* ServerStream(
      grpc::CallbackServerContext* context, const Request* request, absl::string_view name,
      std::unique_ptr<grpc::ClientReaderInterface<Response>> (Stub::*method)(
          grpc::ClientContext*, const Request&)) const {
    return dispatcher_->template ServerStream<Request, Response>(
        context, request, name,
        [this, method](const RequestContext& call, const Request& message,
                       rpc::StreamWriter<Response>& writer) -> absl::Status {
          grpc::ClientContext client;
          rpc::PrepareClientContext(call, StreamOptions(), &client);
          const std::stop_callback on_cancel(call.cancellation.stop_token(),
                                             [&client] { client.TryCancel(); });
          const auto reader = (backend_->stub().*method)(&client, message);
          Response response;
          while (reader->Read(&response)) {
            if (absl::Status written = writer.Write(std::move(response)); !written.ok()) {
              client.TryCancel();
              while (reader->Read(&response)) {
              }
              static_cast<void>(reader->Finish());
              return written;
            }
            response = Response();
          }
          return Describe(call, reader->Finish());
        });
  }

  template <class Request, class Response>
  grpc::ServerReadReactor<Request>* ClientStream(
      grpc::CallbackServerContext* context, Response* response, absl::string_view name,
      std::unique_ptr<grpc::ClientWriterInterface<Request>> (Stub::*method)(grpc::ClientContext*,
                                                                            Response*)) const {
    return dispatcher_->template ClientStream<Request, Response>(
        context, response, name,
        [this, method](const RequestContext& call,
                       rpc::StreamReader<Request>& reader) -> absl::StatusOr<Response> {
          grpc::ClientContext client;
          rpc::PrepareClientContext(call, StreamOptions(), &client);
          const std::stop_callback on_cancel(call.cancellation.stop_token(),
                                             [&client] { client.TryCancel(); });
          Response answer;
          const auto writer = (backend_->stub().*method)(&client, &answer);
          Request message;
          while (true) {
            const absl::StatusOr<bool> more = reader.Read(&message);
            if (!more.ok()) {
              client.TryCancel();
              static_cast<void>(writer->Finish());
              return more.status();
            }
            if (!*more) break;
            if (!writer->Write(message)) return Describe(call, writer->Finish());
          }
          writer->WritesDone();
          CLIENTELE_RETURN_IF_ERROR(Describe(call, writer->Finish()));
          return answer;
        });
  }

 private:
  rpc::ClientCallOptions StreamOptions() const {
    rpc::ClientCallOptions options = backend_->options();
    options.timeout = absl::InfiniteDuration();
    return options;
  }

  absl::Status Describe(const RequestContext& context, const grpc::Status& status) const {
    if (status.ok()) return absl::OkStatus();
    return DescribeBackendError(backend_->name(), context, status);
  }

  rpc::Dispatcher* const dispatcher_;
  const Backend<Service>* const backend_;
};

}  // namespace clientele::gateway

#endif  // CLIENTELE_SERVICES_GATEWAY_SERVICE_RPC_FORWARDER_H_
