#include "services/recommend-service/rpc/operations_rpc.h"

#include <string>

#include "common/rpc/page_size.h"
#include "common/rpc/resource_name.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "services/recommend-service/rpc/recommend_conversion.h"

namespace clientele::recommend {

namespace longrunning = google::longrunning;

grpc::ServerUnaryReactor* OperationsRpc::GetOperation(
    grpc::CallbackServerContext* context, const longrunning::GetOperationRequest* request,
    longrunning::Operation* response) {
  return dispatcher_->Unary(
      context, request, response, "GetOperation",
      [this](const RequestContext& context, const longrunning::GetOperationRequest& request)
          -> absl::StatusOr<longrunning::Operation> {
        CLIENTELE_ASSIGN_OR_RETURN(const std::string id,
                                   rpc::ParseResourceName("operations/{}", request.name(), "name"));
        CLIENTELE_ASSIGN_OR_RETURN(const TrainingOperation operation, trainings_->Get(context, id));
        return ToProto(operation);
      });
}

grpc::ServerUnaryReactor* OperationsRpc::ListOperations(
    grpc::CallbackServerContext* context, const longrunning::ListOperationsRequest* request,
    longrunning::ListOperationsResponse* response) {
  return dispatcher_->Unary(
      context, request, response, "ListOperations",
      [this](const RequestContext& context, const longrunning::ListOperationsRequest& request)
          -> absl::StatusOr<longrunning::ListOperationsResponse> {
        FieldViolations violations;
        if (!request.name().empty() && request.name() != "operations") {
          violations.Add("name", "must be empty or operations");
        }
        if (!request.filter().empty()) violations.Add("filter", "is not supported: leave it empty");
        CLIENTELE_RETURN_IF_ERROR(violations.ToStatus());
        CLIENTELE_ASSIGN_OR_RETURN(const int page_size, rpc::PageSize(request.page_size()));
        CLIENTELE_ASSIGN_OR_RETURN(const TrainingOperationPage page,
                                   trainings_->List(context, page_size, request.page_token()));
        longrunning::ListOperationsResponse result;
        for (const TrainingOperation& operation : page.operations) {
          *result.add_operations() = ToProto(operation);
        }
        result.set_next_page_token(page.next_page_token);
        return result;
      });
}

}  // namespace clientele::recommend
