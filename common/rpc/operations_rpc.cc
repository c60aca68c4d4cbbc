#include "common/rpc/operations_rpc.h"

#include "absl/strings/str_cat.h"
#include "google/protobuf/empty.pb.h"

#include "common/rpc/operation_conversion.h"
#include "common/rpc/page_size.h"
#include "common/rpc/resource_name.h"
#include "common/rpc/time_conversion.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::rpc {
namespace {

namespace longrunning = google::longrunning;

// Ports know ids; callers are told of names.
absl::Status Named(absl::Status status, const std::string& name) {
  return absl::IsNotFound(status) ? NotFound(name) : status;
}

absl::StatusOr<longrunning::Operation> Named(const std::string& service,
                                             const absl::StatusOr<operations::Operation>& operation,
                                             const std::string& name) {
  if (!operation.ok()) return Named(operation.status(), name);
  return ToProto(service, *operation);
}

}  // namespace

absl::StatusOr<std::string> OperationsRpc::IdOf(const std::string& name) const {
  absl::StatusOr<std::string> id =
      ParseResourceName(absl::StrCat("services/", service_, "/operations/{}"), name, "name");
  if (id.ok()) return id;
  return InvalidField("name",
                      absl::StrCat("must be services/", service_, "/operations/{operation}"));
}

grpc::ServerUnaryReactor* OperationsRpc::GetOperation(
    grpc::CallbackServerContext* context, const longrunning::GetOperationRequest* request,
    longrunning::Operation* response) {
  return dispatcher_->Unary(
      context, request, response, "GetOperation",
      [this](const RequestContext& call, const longrunning::GetOperationRequest& message)
          -> absl::StatusOr<longrunning::Operation> {
        CLIENTELE_ASSIGN_OR_RETURN(const std::string id, IdOf(message.name()));
        return Named(service_, operations_->Get(call, id), message.name());
      });
}

grpc::ServerUnaryReactor* OperationsRpc::ListOperations(
    grpc::CallbackServerContext* context, const longrunning::ListOperationsRequest* request,
    longrunning::ListOperationsResponse* response) {
  return dispatcher_->Unary(
      context, request, response, "ListOperations",
      [this](const RequestContext& call, const longrunning::ListOperationsRequest& message)
          -> absl::StatusOr<longrunning::ListOperationsResponse> {
        FieldViolations violations;
        const std::string parent = absl::StrCat("services/", service_);
        if (message.name() != parent) violations.Add("name", absl::StrCat("must be ", parent));
        if (!message.filter().empty()) violations.Add("filter", "is not supported: leave it empty");
        CLIENTELE_RETURN_IF_ERROR(violations.ToStatus());
        CLIENTELE_ASSIGN_OR_RETURN(const int page_size, PageSize(message.page_size()));
        CLIENTELE_ASSIGN_OR_RETURN(const operations::OperationPage page,
                                   operations_->List(call, page_size, message.page_token()));
        longrunning::ListOperationsResponse result;
        for (const operations::Operation& operation : page.operations) {
          *result.add_operations() = ToProto(service_, operation);
        }
        result.set_next_page_token(page.next_page_token);
        return result;
      });
}

grpc::ServerUnaryReactor* OperationsRpc::CancelOperation(
    grpc::CallbackServerContext* context, const longrunning::CancelOperationRequest* request,
    google::protobuf::Empty* response) {
  return dispatcher_->Unary(
      context, request, response, "CancelOperation",
      [this](const RequestContext& call, const longrunning::CancelOperationRequest& message)
          -> absl::StatusOr<google::protobuf::Empty> {
        CLIENTELE_ASSIGN_OR_RETURN(const std::string id, IdOf(message.name()));
        CLIENTELE_RETURN_IF_ERROR(Named(operations_->Cancel(call, id), message.name()));
        return google::protobuf::Empty();
      });
}

grpc::ServerUnaryReactor* OperationsRpc::DeleteOperation(
    grpc::CallbackServerContext* context, const longrunning::DeleteOperationRequest* request,
    google::protobuf::Empty* response) {
  return dispatcher_->Unary(
      context, request, response, "DeleteOperation",
      [this](const RequestContext& call, const longrunning::DeleteOperationRequest& message)
          -> absl::StatusOr<google::protobuf::Empty> {
        CLIENTELE_ASSIGN_OR_RETURN(const std::string id, IdOf(message.name()));
        CLIENTELE_RETURN_IF_ERROR(Named(operations_->Delete(call, id), message.name()));
        return google::protobuf::Empty();
      });
}

grpc::ServerUnaryReactor* OperationsRpc::WaitOperation(
    grpc::CallbackServerContext* context, const longrunning::WaitOperationRequest* request,
    longrunning::Operation* response) {
  return dispatcher_->WaitingUnary(
      context, request, response, "WaitOperation",
      [this](const RequestContext& call, const longrunning::WaitOperationRequest& message)
          -> absl::StatusOr<longrunning::Operation> {
        CLIENTELE_ASSIGN_OR_RETURN(const std::string id, IdOf(message.name()));
        absl::Duration timeout = absl::InfiniteDuration();
        if (message.has_timeout()) {
          CLIENTELE_ASSIGN_OR_RETURN(timeout, ToDuration(message.timeout(), "timeout"));
          if (timeout < absl::ZeroDuration()) {
            return InvalidField("timeout", "must not be negative");
          }
        }
        return Named(service_, waiter_.Wait(call, id, timeout), message.name());
      });
}

}  // namespace clientele::rpc
