#include "tests/fuzz/answer_checks.h"

#include "absl/status/status.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

#include "common/rpc/status_bridge.h"
#include "common/status/error_details.h"

namespace clientele::fuzz {
namespace {

namespace pb = google::protobuf;

// gRPC's clients refuse larger headers by default.
constexpr std::size_t kMaxTrailers = 8192;
// ":status", "grpc-status", "x-request-id" and what else a server sends beside.
constexpr std::size_t kOtherTrailers = 512;

// Sent percent-encoded.
std::size_t EncodedSize(const std::string& message) {
  std::size_t size = 0;
  for (const char c : message) size += c >= ' ' && c <= '~' && c != '%' ? 1 : 3;
  return size;
}

void CheckStatus(const grpc::Status& status) {
  switch (status.error_code()) {
    case grpc::StatusCode::OK:
      Require(status.error_details().empty() && status.error_message().empty(), "OK is empty");
      return;
    case grpc::StatusCode::UNKNOWN:
    case grpc::StatusCode::INTERNAL:
    case grpc::StatusCode::DATA_LOSS:
    case grpc::StatusCode::UNIMPLEMENTED:
      Require(false, "no request is the service's own fault");
      return;
    default:
      Require(status.error_code() > 0 && status.error_code() <= 16, "the code is canonical");
  }
  google::rpc::Status proto;
  Require(proto.ParseFromString(status.error_details()), "the details can be read");
  Require(proto.code() == static_cast<int>(status.error_code()) &&
              proto.message() == status.error_message() && !proto.message().empty(),
          "the details repeat code and message");
  google::rpc::ErrorInfo info;
  Require(proto.details_size() > 0 && proto.details(0).UnpackTo(&info) && !info.reason().empty() &&
              info.domain() == rpc::kErrorDomain,
          "the first detail gives a reason");
  const absl::Status back = rpc::FromGrpcStatus(status);
  const grpc::Status again = rpc::ToGrpcStatus(back);
  Require(again.error_code() == status.error_code() &&
              again.error_message() == status.error_message() &&
              again.error_details() == status.error_details(),
          "a status survives the way through the gateway");
  if (absl::IsInvalidArgument(back) && info.reason() != std::string(reason::kRequestIdReused)) {
    const std::vector<FieldViolation> violations = GetFieldViolations(back);
    Require(!violations.empty(), "bad input names its wrong fields");
    for (const FieldViolation& violation : violations) {
      Require(!violation.field.empty() && !violation.description.empty(),
              "a violation has a field and a description");
    }
  }
  const std::size_t details = (status.error_details().size() + 2) / 3 * 4;
  Require(EncodedSize(status.error_message()) + details + kOtherTrailers <= kMaxTrailers,
          "a status fits into gRPC's trailers");
}

}  // namespace

std::string BytesOf(const pb::Message& message) {
  std::string bytes;
  pb::io::StringOutputStream stream(&bytes);
  pb::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  message.SerializePartialToCodedStream(&coded);
  coded.Trim();
  return bytes;
}

std::string BytesOf(const DirectAnswer& answer) {
  std::string bytes = std::to_string(answer.status.error_code()) + answer.status.error_details();
  for (const auto& message : answer.messages) bytes += BytesOf(*message);
  return bytes;
}

void CheckAnswer(const DirectAnswer& answer) {
  CheckStatus(answer.status);
  for (const auto& message : answer.messages) {
    const std::string bytes = BytesOf(*message);
    const std::unique_ptr<pb::Message> read(message->New());
    Require(read->ParseFromString(bytes), "a message can be read");
    Require(BytesOf(*read) == bytes, "a message reads as it was written");
  }
}

void VisitAll(const pb::Message& message, const std::function<void(const pb::Message&)>& visit) {
  visit(message);
  std::vector<const pb::FieldDescriptor*> fields;
  const pb::Reflection& reflection = *message.GetReflection();
  reflection.ListFields(message, &fields);
  for (const pb::FieldDescriptor* field : fields) {
    if (field->cpp_type() != pb::FieldDescriptor::CPPTYPE_MESSAGE) continue;
    const int size = field->is_repeated() ? reflection.FieldSize(message, field) : 1;
    for (int i = 0; i < size; ++i) {
      VisitAll(field->is_repeated() ? reflection.GetRepeatedMessage(message, field, i)
                                    : reflection.GetMessage(message, field),
               visit);
    }
  }
}

bool IsIdempotent(const pb::Message& request) {
  const pb::Descriptor& type = *request.GetDescriptor();
  const pb::Reflection& reflection = *request.GetReflection();
  const pb::FieldDescriptor* id = type.FindFieldByName("request_id");
  const pb::FieldDescriptor* only = type.FindFieldByName("validate_only");
  return id != nullptr && !reflection.GetString(request, id).empty() &&
         (only == nullptr || !reflection.GetBool(request, only));
}

}  // namespace clientele::fuzz
