#include "common/rpc/operation_conversion.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "google/protobuf/any.pb.h"

#include "common/rpc/status_bridge.h"
#include "common/status/error_details.h"

namespace clientele::rpc {
namespace {

absl::Status Unreadable() {
  return WithReason(absl::DataLossError("what is stored of the operation cannot be read"),
                    reason::kDataLoss);
}

bool ParseAny(absl::string_view bytes, google::protobuf::Any* any) {
  return any->ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) &&
         (bytes.empty() || !any->type_url().empty());
}

}  // namespace

std::string PackMessage(const google::protobuf::Message& message) {
  google::protobuf::Any any;
  any.PackFrom(message);
  return any.SerializeAsString();
}

absl::Status UnpackMessage(absl::string_view bytes, google::protobuf::Message* message) {
  google::protobuf::Any any;
  if (!ParseAny(bytes, &any) || !any.UnpackTo(message)) return Unreadable();
  return absl::OkStatus();
}

std::string OperationName(absl::string_view service, absl::string_view id) {
  return absl::StrCat("services/", service, "/operations/", id);
}

google::longrunning::Operation ToProto(absl::string_view service,
                                       const operations::Operation& operation) {
  google::longrunning::Operation proto;
  proto.set_name(OperationName(service, operation.id));
  google::protobuf::Any metadata;
  if (!operation.metadata.empty() && ParseAny(operation.metadata, &metadata)) {
    *proto.mutable_metadata() = std::move(metadata);
  }
  proto.set_done(operation.done());
  if (operation.state == operations::State::kFailed) {
    ToProto(operation.error, proto.mutable_error());
  } else if (operation.state == operations::State::kSucceeded &&
             !ParseAny(operation.result, proto.mutable_response())) {
    ToProto(Unreadable(), proto.mutable_error());
  }
  return proto;
}

}  // namespace clientele::rpc
