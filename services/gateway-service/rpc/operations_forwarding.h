#ifndef CLIENTELE_SERVICES_GATEWAY_SERVICE_RPC_OPERATIONS_FORWARDING_H_
#define CLIENTELE_SERVICES_GATEWAY_SERVICE_RPC_OPERATIONS_FORWARDING_H_

#include "google/longrunning/operations.grpc.pb.h"

#include "services/gateway-service/rpc/forwarder.h"

namespace clientele::gateway {

// Serves google.longrunning.Operations, which recommend-service runs, at the gateway's address.
class OperationsForwarding final : public google::longrunning::Operations::CallbackService {
 public:
  OperationsForwarding(rpc::Dispatcher* dispatcher,
                       const Backend<google::longrunning::Operations>* backend)
      : forward_(dispatcher, backend) {}

  grpc::ServerUnaryReactor* GetOperation(grpc::CallbackServerContext* context,
                                         const google::longrunning::GetOperationRequest* request,
                                         google::longrunning::Operation* response) override {
    return forward_.Unary(context, request, response, "GetOperation", &Stub::GetOperation);
  }
  grpc::ServerUnaryReactor* ListOperations(
      grpc::CallbackServerContext* context,
      const google::longrunning::ListOperationsRequest* request,
      google::longrunning::ListOperationsResponse* response) override {
    return forward_.Unary(context, request, response, "ListOperations", &Stub::ListOperations);
  }

 private:
  using Stub = google::longrunning::Operations::StubInterface;
  const Forwarder<google::longrunning::Operations> forward_;
};

}  // namespace clientele::gateway

#endif  // CLIENTELE_SERVICES_GATEWAY_SERVICE_RPC_OPERATIONS_FORWARDING_H_
