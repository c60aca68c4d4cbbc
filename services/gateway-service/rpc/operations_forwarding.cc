#include "services/gateway-service/rpc/operations_forwarding.h"

#include <type_traits>
#include <vector>

#include "common/status/status_macros.h"

namespace clientele::gateway {
namespace {

namespace longrunning = google::longrunning;

std::vector<std::string> NamesOf(const OperationsForwarding::Backends& backends) {
  std::vector<std::string> names;
  for (const auto& [name, backend] : backends) names.push_back(name);
  return names;
}

}  // namespace

OperationsForwarding::OperationsForwarding(rpc::Dispatcher* dispatcher, Backends backends)
    : dispatcher_(dispatcher), backends_(std::move(backends)), routes_(NamesOf(backends_)) {}

template <class Request, class Response>
absl::StatusOr<Response> OperationsForwarding::Forward(
    void (Async::*method)(grpc::ClientContext*, const Request*, Response*,
                          std::function<void(grpc::Status)>),
    const RequestContext& call, const Request& request) const {
  constexpr bool of_parent = std::is_same_v<Request, longrunning::ListOperationsRequest>;
  CLIENTELE_ASSIGN_OR_RETURN(const std::string service, of_parent
                                                            ? routes_.OfParent(request.name())
                                                            : routes_.OfOperation(request.name()));
  return backends_.at(service)->Call(method, call, request);
}

grpc::ServerUnaryReactor* OperationsForwarding::GetOperation(
    grpc::CallbackServerContext* context, const longrunning::GetOperationRequest* request,
    longrunning::Operation* response) {
  return dispatcher_->Unary(
      context, request, response, "GetOperation",
      [this](const RequestContext& call, const longrunning::GetOperationRequest& message) {
        return Forward(&Async::GetOperation, call, message);
      });
}

grpc::ServerUnaryReactor* OperationsForwarding::ListOperations(
    grpc::CallbackServerContext* context, const longrunning::ListOperationsRequest* request,
    longrunning::ListOperationsResponse* response) {
  return dispatcher_->Unary(
      context, request, response, "ListOperations",
      [this](const RequestContext& call, const longrunning::ListOperationsRequest& message) {
        return Forward(&Async::ListOperations, call, message);
      });
}

grpc::ServerUnaryReactor* OperationsForwarding::CancelOperation(
    grpc::CallbackServerContext* context, const longrunning::CancelOperationRequest* request,
    google::protobuf::Empty* response) {
  return dispatcher_->Unary(
      context, request, response, "CancelOperation",
      [this](const RequestContext& call, const longrunning::CancelOperationRequest& message) {
        return Forward(&Async::CancelOperation, call, message);
      });
}

grpc::ServerUnaryReactor* OperationsForwarding::DeleteOperation(
    grpc::CallbackServerContext* context, const longrunning::DeleteOperationRequest* request,
    google::protobuf::Empty* response) {
  return dispatcher_->Unary(
      context, request, response, "DeleteOperation",
      [this](const RequestContext& call, const longrunning::DeleteOperationRequest& message) {
        return Forward(&Async::DeleteOperation, call, message);
      });
}

grpc::ServerUnaryReactor* OperationsForwarding::WaitOperation(
    grpc::CallbackServerContext* context, const longrunning::WaitOperationRequest* request,
    longrunning::Operation* response) {
  return dispatcher_->WaitingUnary(
      context, request, response, "WaitOperation",
      [this](const RequestContext& call, const longrunning::WaitOperationRequest& message) {
        return Forward(&Async::WaitOperation, call, message);
      });
}

}  // namespace clientele::gateway
