#ifndef CLIENTELE_COMMON_RPC_DISPATCHER_H_
#define CLIENTELE_COMMON_RPC_DISPATCHER_H_

// From a gRPC callback handler to a plain function on a worker thread, through the
// middleware chain. A service adapter is a list of such calls:
//
//   class ProfileRpc final : public v1::ProfileService::CallbackService {
//    public:
//     ProfileRpc(rpc::Dispatcher* dispatcher, Profiles* profiles) ...   // both borrowed
//     grpc::ServerUnaryReactor* GetCustomer(grpc::CallbackServerContext* context,
//                                           const v1::GetCustomerRequest* request,
//                                           v1::Customer* response) override {
//       return dispatcher_->Unary(context, request, response, "GetCustomer",
//           [this](const RequestContext& context, const v1::GetCustomerRequest& request)
//               -> absl::StatusOr<v1::Customer> {
//             CLIENTELE_ASSIGN_OR_RETURN(auto id,
//                 rpc::ParseResourceName("customers/{}", request.name(), "name"));
//             CLIENTELE_ASSIGN_OR_RETURN(auto customer, profiles_->Get(context, id));
//             return ToProto(customer);
//           });
//     }
//   };
//
// A Dispatcher comes from ServerHost::AddDispatcher(), which owns it.
//
// What every call gets: a RequestContext (deadline, cancellation, caller, purpose,
// request id, trace); authentication; one log line and metrics; the request id
// echoed in the initial metadata, of an error in the trailing; RESOURCE_EXHAUSTED with a retry
// delay at once when the worker queue is full; no computation after its deadline or its
// cancellation; INTERNAL when the function throws; the status converted once.
//
// The request and the function's captures live until the function returns.
// Thread-safe. Users need not read further.

#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/executor/cancellation.h"
#include "common/executor/executor.h"
#include "common/executor/request_context.h"
#include "common/rpc/active_call.h"
#include "common/rpc/client_stream_reactor.h"
#include "common/rpc/in_flight_calls.h"
#include "common/rpc/middleware.h"
#include "common/rpc/stream.h"
#include "common/rpc/stream_reactors.h"
#include "common/rpc/unary_reactor.h"
#include "common/rpc/waiting_streams.h"
#include "common/time/clock.h"

namespace clientele::rpc {

class Dispatcher {
 public:
  // Pointers are borrowed; they outlive the dispatcher.
  struct Dependencies {
    const MiddlewareChain* middlewares = nullptr;
    Executor* unary_executor = nullptr;
    Executor* stream_executor = nullptr;
    Executor* client_stream_executor = nullptr;
    WaitingStreams* waiting_streams = nullptr;
    // Of UnaryWrite; null: unary_executor.
    Executor* write_executor = nullptr;
    const Clock* clock = nullptr;
    internal::InFlightCalls* in_flight = nullptr;
    // Cancelled when the server drains.
    CancellationToken drain = {};
  };

  // `service` is the full proto name, such as v1::ProfileService::service_full_name().
  Dispatcher(std::string service, Dependencies dependencies)
      : service_(std::move(service)), dependencies_(std::move(dependencies)) {}

  template <class Request, class Response>
  using UnaryFunction =
      std::function<absl::StatusOr<Response>(const RequestContext&, const Request&)>;
  template <class Request, class Response>
  using ServerStreamFunction =
      std::function<absl::Status(const RequestContext&, const Request&, StreamWriter<Response>&)>;
  template <class Request>
  using MessageFunction = std::function<absl::Status(const RequestContext&, const Request&)>;

  template <class Request, class Response>
  grpc::ServerUnaryReactor* Unary(grpc::CallbackServerContext* context, const Request* request,
                                  Response* response, absl::string_view method,
                                  std::type_identity_t<UnaryFunction<Request, Response>> function) {
    return StartUnary(new internal::UnaryReactor(NewCall(context, method, /*streaming=*/false)),
                      dependencies_.unary_executor, request, response, std::move(function));
  }

  // A unary call that writes: on workers of their own where the host has some, so that writers who
  // wait for each other leave the others to readers.
  template <class Request, class Response>
  grpc::ServerUnaryReactor* UnaryWrite(
      grpc::CallbackServerContext* context, const Request* request, Response* response,
      absl::string_view method, std::type_identity_t<UnaryFunction<Request, Response>> function) {
    Executor* const executor = dependencies_.write_executor != nullptr
                                   ? dependencies_.write_executor
                                   : dependencies_.unary_executor;
    return StartUnary(new internal::UnaryReactor(NewCall(context, method, /*streaming=*/false)),
                      executor, request, response, std::move(function));
  }

  // A unary call that waits for something longer than computing takes: it runs on a stream
  // worker, and the drain cancels its context, on which it should answer with what it has.
  template <class Request, class Response>
  grpc::ServerUnaryReactor* WaitingUnary(
      grpc::CallbackServerContext* context, const Request* request, Response* response,
      absl::string_view method, std::type_identity_t<UnaryFunction<Request, Response>> function) {
    return StartUnary(new internal::UnaryReactor(NewCall(context, method, /*streaming=*/false),
                                                 dependencies_.drain),
                      dependencies_.stream_executor, request, response, std::move(function));
  }

  // The function runs on a stream worker for as long as the stream lasts. A long
  // stream ends when context.cancellation says so: the caller left, or the server
  // drains; between two polls it waits with cancellation.WaitFor().
  // The response type must be named:
  //   dispatcher_->ServerStream<Request, Response>(context, request, "StreamChanges", ...)
  template <class Request, class Response>
  grpc::ServerWriteReactor<Response>* ServerStream(
      grpc::CallbackServerContext* context, const Request* request, absl::string_view method,
      std::type_identity_t<ServerStreamFunction<Request, Response>> function) {
    auto* reactor = new internal::ServerStreamReactor<Response>(
        NewCall(context, method, /*streaming=*/true), dependencies_.drain);
    reactor->Start(dependencies_.stream_executor,
                   [request, function = std::move(function)](const RequestContext& c,
                                                             StreamWriter<Response>& writer) {
                     return function(c, *request, writer);
                   });
    return reactor;
  }

  // A stream of messages from the caller: `take_in` gets one after the other, on a client-stream
  // worker each, and `answer` is called after the last. Between two messages no thread waits; a
  // stream that is silent for the host's stream_idle_limit is ended.
  //   auto sums = std::make_shared<Sums>();
  //   return dispatcher_->ClientStream<Request>(context, response, "IngestEvents",
  //       [this, sums](const RequestContext& context, const Request& request) { ... },
  //       [sums] { return ToProto(*sums); });
  // Each message should be a unit of its own: after a cut what was taken in before stays done.
  template <class Request, class Response>
  grpc::ServerReadReactor<Request>* ClientStream(
      grpc::CallbackServerContext* context, Response* response, absl::string_view method,
      std::type_identity_t<MessageFunction<Request>> take_in,
      std::type_identity_t<std::function<Response()>> answer) {
    auto* reactor = new internal::ClientStreamReactor<Request>(
        NewCall(context, method, /*streaming=*/true), dependencies_.waiting_streams);
    reactor->Start(
        dependencies_.client_stream_executor, std::move(take_in),
        [response, answer = std::move(answer)](const RequestContext&) {
          *response = answer();
          return absl::OkStatus();
        },
        /*finish_takes_long=*/false);
    return reactor;
  }

  // The same for messages that are one unit together: `take_in` collects them, and `finish` does
  // the work, on a worker, once the last has come. A stream that is cut does nothing.
  //   return dispatcher_->WholeClientStream<Request>(context, response, "UploadMedia",
  //       [upload](const RequestContext& context, const Request& request) { ... },
  //       [this, upload](const RequestContext& context) -> absl::StatusOr<Response> { ... });
  template <class Request, class Response>
  grpc::ServerReadReactor<Request>* WholeClientStream(
      grpc::CallbackServerContext* context, Response* response, absl::string_view method,
      std::type_identity_t<MessageFunction<Request>> take_in,
      std::type_identity_t<std::function<absl::StatusOr<Response>(const RequestContext&)>> finish) {
    auto* reactor = new internal::ClientStreamReactor<Request>(
        NewCall(context, method, /*streaming=*/true), dependencies_.waiting_streams);
    reactor->Start(
        dependencies_.client_stream_executor, std::move(take_in),
        [response, finish = std::move(finish)](const RequestContext& c) -> absl::Status {
          absl::StatusOr<Response> result = finish(c);
          if (!result.ok()) return std::move(result).status();
          *response = *std::move(result);
          return absl::OkStatus();
        },
        /*finish_takes_long=*/true);
    return reactor;
  }

  // For an adapter that answers a call without a worker of this process: what all calls have.
  std::unique_ptr<internal::ActiveCall> NewCall(grpc::CallbackServerContext* context,
                                                absl::string_view method, bool streaming) {
    return std::make_unique<internal::ActiveCall>(context, service_, method, streaming,
                                                  dependencies_.middlewares, dependencies_.clock,
                                                  dependencies_.in_flight);
  }
  WaitingStreams* waiting_streams() const { return dependencies_.waiting_streams; }
  const CancellationToken& drain() const { return dependencies_.drain; }

  const std::string& service() const { return service_; }

 private:
  template <class Request, class Response>
  static grpc::ServerUnaryReactor* StartUnary(internal::UnaryReactor* reactor, Executor* executor,
                                              const Request* request, Response* response,
                                              UnaryFunction<Request, Response> function) {
    reactor->Start(executor,
                   [request, response, function = std::move(function)](const RequestContext& c) {
                     absl::StatusOr<Response> result = function(c, *request);
                     if (!result.ok()) return std::move(result).status();
                     *response = *std::move(result);
                     return absl::OkStatus();
                   });
    return reactor;
  }

  const std::string service_;
  const Dependencies dependencies_;
};

}  // namespace clientele::rpc

#endif  // CLIENTELE_COMMON_RPC_DISPATCHER_H_
