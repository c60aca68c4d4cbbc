#ifndef CLIENTELE_COMMON_RPC_OPERATION_CONVERSION_H_
#define CLIENTELE_COMMON_RPC_OPERATION_CONVERSION_H_

// Between stored operations and google.longrunning.Operation. What a service stores as
// request, metadata and result are messages with their type (a serialized
// google.protobuf.Any), so that one adapter can serve the operations of every service.
//
//   started = operations->Start(context, mutation, {.kind = kTrainModelKind,
//                                                   .request = rpc::PackMessage(request),
//                                                   .metadata = rpc::PackMessage(metadata)});
//   return rpc::ToProto("recommend", *started);
//
//   // In the handler:
//   CLIENTELE_ASSIGN_OR_RETURN(const auto request,
//                              rpc::UnpackMessage<v1::TrainModelRequest>(run.operation().request));
//
// Pure and thread-safe.

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/longrunning/operations.pb.h"
#include "google/protobuf/message.h"

#include "common/operations/operation.h"

namespace clientele::rpc {

std::string PackMessage(const google::protobuf::Message& message);

// DATA_LOSS for bytes that PackMessage did not make of this type.
absl::Status UnpackMessage(absl::string_view bytes, google::protobuf::Message* message);
template <class Message>
absl::StatusOr<Message> UnpackMessage(absl::string_view bytes) {
  Message message;
  if (absl::Status status = UnpackMessage(bytes, &message); !status.ok()) return status;
  return message;
}

// "services/{service}/operations/{id}".
std::string OperationName(absl::string_view service, absl::string_view id);

// Metadata that were forgotten with their subject, or cannot be read, are left out; a result
// that is gone becomes an empty response, one that cannot be read error DATA_LOSS.
google::longrunning::Operation ToProto(absl::string_view service,
                                       const operations::Operation& operation);

}  // namespace clientele::rpc

#endif  // CLIENTELE_COMMON_RPC_OPERATION_CONVERSION_H_
