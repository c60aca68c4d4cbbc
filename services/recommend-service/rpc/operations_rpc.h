#ifndef CLIENTELE_SERVICES_RECOMMEND_SERVICE_RPC_OPERATIONS_RPC_H_
#define CLIENTELE_SERVICES_RECOMMEND_SERVICE_RPC_OPERATIONS_RPC_H_

#include "google/longrunning/operations.grpc.pb.h"

#include "common/rpc/dispatcher.h"
#include "services/recommend-service/core/training/training_operations.h"

namespace clientele::recommend {

// google.longrunning.Operations over this service's trainings. Borrows its parts;
// thread-safe.
class OperationsRpc final : public google::longrunning::Operations::CallbackService {
 public:
  OperationsRpc(rpc::Dispatcher* dispatcher, TrainingOperations* trainings)
      : dispatcher_(dispatcher), trainings_(trainings) {}

  grpc::ServerUnaryReactor* GetOperation(grpc::CallbackServerContext* context,
                                         const google::longrunning::GetOperationRequest* request,
                                         google::longrunning::Operation* response) override;
  grpc::ServerUnaryReactor* ListOperations(
      grpc::CallbackServerContext* context,
      const google::longrunning::ListOperationsRequest* request,
      google::longrunning::ListOperationsResponse* response) override;

 private:
  rpc::Dispatcher* const dispatcher_;
  TrainingOperations* const trainings_;
};

}  // namespace clientele::recommend

#endif  // CLIENTELE_SERVICES_RECOMMEND_SERVICE_RPC_OPERATIONS_RPC_H_
