#include "common/rpc/reflection_service.h"

#include <algorithm>
#include <set>

#include <grpcpp/support/server_callback.h>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/descriptor.pb.h"

namespace clientele::rpc::internal {
namespace {

namespace v1 = grpc::reflection::v1;
namespace pb = google::protobuf;

const pb::DescriptorPool& Pool() { return *pb::DescriptorPool::generated_pool(); }

void SetError(v1::ServerReflectionResponse& response, const std::string& message) {
  v1::ErrorResponse& error = *response.mutable_error_response();
  error.set_error_code(static_cast<int>(grpc::StatusCode::NOT_FOUND));
  error.set_error_message(message);
}

void AddFile(const pb::FileDescriptor& file, std::set<std::string>& seen,
             v1::FileDescriptorResponse& response) {
  if (!seen.insert(file.name()).second) return;
  pb::FileDescriptorProto proto;
  file.CopyTo(&proto);
  response.add_file_descriptor_proto(proto.SerializeAsString());
  for (int i = 0; i < file.dependency_count(); ++i) AddFile(*file.dependency(i), seen, response);
}

void AnswerFile(const pb::FileDescriptor* file, v1::ServerReflectionResponse& response) {
  if (file == nullptr) return SetError(response, "there is no such file or symbol here");
  std::set<std::string> seen;
  AddFile(*file, seen, *response.mutable_file_descriptor_response());
}

const pb::FileDescriptor* FileOfExtension(const v1::ExtensionRequest& request) {
  const pb::Descriptor* const type = Pool().FindMessageTypeByName(request.containing_type());
  if (type == nullptr) return nullptr;
  const pb::FieldDescriptor* const extension =
      Pool().FindExtensionByNumber(type, request.extension_number());
  return extension == nullptr ? nullptr : extension->file();
}

void AnswerExtensions(const std::string& type_name, v1::ServerReflectionResponse& response) {
  const pb::Descriptor* const type = Pool().FindMessageTypeByName(type_name);
  if (type == nullptr) return SetError(response, "there is no such message here");
  v1::ExtensionNumberResponse& answer = *response.mutable_all_extension_numbers_response();
  answer.set_base_type_name(type_name);
  std::vector<const pb::FieldDescriptor*> extensions;
  Pool().FindAllExtensions(type, &extensions);
  for (const pb::FieldDescriptor* extension : extensions) {
    answer.add_extension_number(extension->number());
  }
}

class Reactor final
    : public grpc::ServerBidiReactor<v1::ServerReflectionRequest, v1::ServerReflectionResponse> {
 public:
  explicit Reactor(const ReflectionService* service) : service_(service) { StartRead(&request_); }

  void OnReadDone(bool ok) override {
    if (!ok) return Finish(grpc::Status::OK);
    response_ = service_->Answer(request_);
    StartWrite(&response_);
  }
  void OnWriteDone(bool ok) override {
    if (!ok) return Finish(grpc::Status::CANCELLED);
    StartRead(&request_);
  }
  void OnDone() override { delete this; }

 private:
  ~Reactor() override = default;

  const ReflectionService* const service_;
  v1::ServerReflectionRequest request_;
  v1::ServerReflectionResponse response_;
};

}  // namespace

ReflectionService::ReflectionService(std::vector<std::string> services)
    : services_([&services] {
        std::sort(services.begin(), services.end());
        return std::move(services);
      }()) {
  // A use, so that the health service's file is linked.
  grpc::health::v1::HealthCheckRequest::descriptor();
}

grpc::ServerBidiReactor<v1::ServerReflectionRequest, v1::ServerReflectionResponse>*
ReflectionService::ServerReflectionInfo(grpc::CallbackServerContext*) {
  return new Reactor(this);
}

v1::ServerReflectionResponse ReflectionService::Answer(
    const v1::ServerReflectionRequest& request) const {
  v1::ServerReflectionResponse response;
  response.set_valid_host(request.host());
  *response.mutable_original_request() = request;
  switch (request.message_request_case()) {
    case v1::ServerReflectionRequest::kFileByFilename:
      AnswerFile(Pool().FindFileByName(request.file_by_filename()), response);
      break;
    case v1::ServerReflectionRequest::kFileContainingSymbol:
      AnswerFile(Pool().FindFileContainingSymbol(request.file_containing_symbol()), response);
      break;
    case v1::ServerReflectionRequest::kFileContainingExtension:
      AnswerFile(FileOfExtension(request.file_containing_extension()), response);
      break;
    case v1::ServerReflectionRequest::kAllExtensionNumbersOfType:
      AnswerExtensions(request.all_extension_numbers_of_type(), response);
      break;
    case v1::ServerReflectionRequest::kListServices:
      for (const std::string& service : services_) {
        response.mutable_list_services_response()->add_service()->set_name(service);
      }
      break;
    case v1::ServerReflectionRequest::MESSAGE_REQUEST_NOT_SET:
      SetError(response, "nothing is asked");
      break;
  }
  return response;
}

}  // namespace clientele::rpc::internal
