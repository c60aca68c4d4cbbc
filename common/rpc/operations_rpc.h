#ifndef CLIENTELE_COMMON_RPC_OPERATIONS_RPC_H_
#define CLIENTELE_COMMON_RPC_OPERATIONS_RPC_H_

#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "google/longrunning/operations.grpc.pb.h"

#include "common/operations/operation_waiter.h"
#include "common/operations/operations.h"
#include "common/rpc/dispatcher.h"
#include "common/time/clock.h"

namespace clientele::rpc {

// google.longrunning.Operations over the operations of one service.
//
//   OperationsRpc operations_rpc(
//       &host.AddDispatcher(google::longrunning::Operations::service_full_name()), "recommend",
//       &operations, clock);
//   host.AddService(&operations_rpc);
//
// Names are "services/recommend/operations/{id}"; another service's are INVALID_ARGUMENT. Waits run
// on the workers of streams. Borrows its parts; thread-safe.
class OperationsRpc final : public google::longrunning::Operations::CallbackService {
 public:
  // `service` is the one in names, such as "recommend".
  OperationsRpc(Dispatcher* dispatcher, std::string service, operations::Operations* operations,
                const Clock* clock, const operations::OperationWaiter::Options& waits = {})
      : dispatcher_(dispatcher),
        service_(std::move(service)),
        operations_(operations),
        waiter_(operations, clock, waits) {}

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
  absl::StatusOr<std::string> IdOf(const std::string& name) const;

  Dispatcher* const dispatcher_;
  const std::string service_;
  operations::Operations* const operations_;
  operations::OperationWaiter waiter_;
};

}  // namespace clientele::rpc

#endif  // CLIENTELE_COMMON_RPC_OPERATIONS_RPC_H_
