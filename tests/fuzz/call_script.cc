#include "tests/fuzz/call_script.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.pb.h"
#include "google/protobuf/stubs/logging.h"
#include "google/protobuf/text_format.h"

namespace clientele::fuzz {
namespace {

namespace pb = google::protobuf;

constexpr int kMaxCalls = 20;

pb::FileDescriptorProto ScriptFile(const pb::ServiceDescriptor& service) {
  pb::FileDescriptorProto file;
  file.set_name(absl::StrCat("script/", service.full_name()));
  file.set_syntax("proto3");

  pb::DescriptorProto& call = *file.add_message_type();
  call.set_name("Call");
  call.add_oneof_decl()->set_name("request");
  std::set<std::string> imports;
  for (int i = 0; i < service.method_count(); ++i) {
    const pb::MethodDescriptor& method = *service.method(i);
    pb::FieldDescriptorProto& field = *call.add_field();
    field.set_name(method.name());
    field.set_number(i + 1);
    field.set_label(pb::FieldDescriptorProto::LABEL_OPTIONAL);
    field.set_type(pb::FieldDescriptorProto::TYPE_MESSAGE);
    field.set_type_name(absl::StrCat(".", method.input_type()->full_name()));
    field.set_oneof_index(0);
    imports.insert(method.input_type()->file()->name());
  }
  for (const std::string& import : imports) file.add_dependency(import);

  pb::DescriptorProto& script = *file.add_message_type();
  script.set_name("Script");
  pb::FieldDescriptorProto& calls = *script.add_field();
  calls.set_name("call");
  calls.set_number(1);
  calls.set_label(pb::FieldDescriptorProto::LABEL_REPEATED);
  calls.set_type(pb::FieldDescriptorProto::TYPE_MESSAGE);
  calls.set_type_name(".Call");
  return file;
}

}  // namespace

CallScript::CallScript(const pb::ServiceDescriptor* service)
    : pool_(pb::DescriptorPool::generated_pool()), factory_(&pool_) {
  // Text that is no script is nothing to report.
  pb::SetLogHandler(nullptr);
  const pb::FileDescriptor* file = pool_.BuildFile(ScriptFile(*service));
  GOOGLE_CHECK(file != nullptr);
  prototype_ = factory_.GetPrototype(file->FindMessageTypeByName("Script"));
}

std::unique_ptr<pb::Message> CallScript::Parse(absl::string_view text) const {
  std::unique_ptr<pb::Message> script(prototype_->New());
  pb::TextFormat::Parser parser;
  parser.SetRecursionLimit(32);
  if (!parser.ParseFromString(std::string(text), script.get())) script->Clear();
  return script;
}

std::string CallScript::Print(const pb::Message& script) {
  std::string text;
  pb::TextFormat::PrintToString(script, &text);
  return text;
}

std::vector<ScriptedCall> CallScript::Calls(const pb::Message& script) {
  const pb::FieldDescriptor* calls = script.GetDescriptor()->field(0);
  const int size = std::min(kMaxCalls, script.GetReflection()->FieldSize(script, calls));
  std::vector<ScriptedCall> result;
  for (int i = 0; i < size; ++i) {
    const pb::Message& call = script.GetReflection()->GetRepeatedMessage(script, calls, i);
    const pb::FieldDescriptor* method =
        call.GetReflection()->GetOneofFieldDescriptor(call, call.GetDescriptor()->oneof_decl(0));
    if (method == nullptr) continue;
    result.push_back({method->name(),
                      call.GetReflection()->GetMessage(call, method).SerializePartialAsString()});
  }
  return result;
}

}  // namespace clientele::fuzz
