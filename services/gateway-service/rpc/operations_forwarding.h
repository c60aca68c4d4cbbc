#ifndef CLIENTELE_SERVICES_GATEWAY_SERVICE_RPC_OPERATIONS_FORWARDING_H_
#define CLIENTELE_SERVICES_GATEWAY_SERVICE_RPC_OPERATIONS_FORWARDING_H_

#include <functional>
#include <map>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "google/longrunning/operations.grpc.pb.h"

#include "common/rpc/dispatcher.h"
#include "services/gateway-service/core/operations/operation_routes.h"
#include "services/gateway-service/upstream/backend.h"

namespace clientele::gateway {

// Serves google.longrunning.Operations at the gateway's address: each call goes to the service
// that its name says. Borrows its parts; thread-safe.
class OperationsForwarding final : public google::longrunning::Operations::CallbackService {
 public:
  // By the service in names, such as "recommend".
  using Backends = std::map<std::string, const Backend<google::longrunning::Operations>*>;

  OperationsForwarding(rpc::Dispatcher* dispatcher, Backends backends);

  grpc::ServerUnaryReactor* GetOperation(grpc::CallbackServerContext* context,
                                         const google::longrunning::GetOperationRequest* request,
                                         google::longrunning::Operation* response) override;
  grpc::ServerUnaryReactor* ListOperations(
      grpc::CallbackServerContext* context,
      const google::longrunning::ListOperationsRequest* request,
      google::longrunning::ListOperationsResponse* response) override;
  grpc::ServerUnaryReactor* CancelOperation(
      grpc::CallbackServerContext* context,
      const google::longrunning::CancelOperationRequest* request,
      google::protobuf::Empty* response) override;
  grpc::ServerUnaryReactor* DeleteOperation(
      grpc::CallbackServerContext* context,
      const google::longrunning::DeleteOperationRequest* request,
      google::protobuf::Empty* response) override;
  grpc::ServerUnaryReactor* WaitOperation(grpc::CallbackServerContext* context,
                                          const google::longrunning::WaitOperationRequest* request,
                                          google::longrunning::Operation* response) override;

 private:
  using Async = google::longrunning::Operations::StubInterface::async_interface;

  template <class Request, class Response>
  absl::StatusOr<Response> Forward(void (Async::*method)(grpc::ClientContext*, const Request*,
                                                         Response*,
                                                         std::function<void(grpc::Status)>),
                                   const RequestContext& call, const Request& request) const;

  rpc::Dispatcher* const dispatcher_;
  const Backends backends_;
  const OperationRoutes routes_;
};

}  // namespace clientele::gateway

#endif  // CLIENTELE_SERVICES_GATEWAY_SERVICE_RPC_OPERATIONS_FORWARDING_H_
