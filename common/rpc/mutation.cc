#include "common/rpc/mutation.h"

#include <algorithm>
#include <memory>
#include <string>

#include <openssl/sha.h>

#include "absl/strings/ascii.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"

#include "common/status/error_details.h"

namespace clientele::rpc {
namespace {

constexpr std::size_t kMaxRequestIdBytes = 64;

std::string DeterministicBytes(const google::protobuf::Message& message) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  {
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    message.SerializePartialToCodedStream(&coded);
  }
  return bytes;
}

std::string Sha256(const std::string& bytes) {
  std::string hash(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
         reinterpret_cast<unsigned char*>(hash.data()));
  return hash;
}

}  // namespace

absl::StatusOr<MutationId> MakeMutationId(const RequestContext& context, absl::string_view method,
                                          const google::protobuf::Message& request) {
  MutationId id;
  id.caller = context.caller.name;
  id.method = std::string(method);
  const google::protobuf::FieldDescriptor* field =
      request.GetDescriptor()->FindFieldByName("request_id");
  if (field == nullptr || field->is_repeated() ||
      field->cpp_type() != google::protobuf::FieldDescriptor::CPPTYPE_STRING) {
    return id;
  }
  id.request_id = request.GetReflection()->GetString(request, field);
  if (!id.idempotent()) return id;
  if (id.request_id.size() > kMaxRequestIdBytes ||
      !std::all_of(id.request_id.begin(), id.request_id.end(),
                   [](unsigned char c) { return absl::ascii_isgraph(c); })) {
    return InvalidField("request_id", "must be at most 64 printable ASCII characters, no spaces");
  }
  const std::unique_ptr<google::protobuf::Message> body(request.New());
  body->CopyFrom(request);
  body->GetReflection()->ClearField(body.get(), field);
  id.body_hash = Sha256(DeterministicBytes(*body));
  return id;
}

}  // namespace clientele::rpc
