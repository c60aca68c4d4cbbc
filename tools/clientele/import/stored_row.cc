#include "tools/clientele/import/stored_row.h"

#include "google/protobuf/descriptor.h"
#include "google/protobuf/util/message_differencer.h"

namespace clientele::cli {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

std::string MapValue(const Message& message, const FieldDescriptor* map, const std::string& key) {
  const Reflection& fields = *message.GetReflection();
  const FieldDescriptor* const key_field = map->message_type()->FindFieldByNumber(1);
  const FieldDescriptor* const value_field = map->message_type()->FindFieldByNumber(2);
  for (int i = 0; i < fields.FieldSize(message, map); ++i) {
    const Message& entry = fields.GetRepeatedMessage(message, map, i);
    if (entry.GetReflection()->GetString(entry, key_field) == key) {
      const Reflection& of_entry = *entry.GetReflection();
      return value_field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE
                 ? of_entry.GetMessage(entry, value_field).SerializeAsString()
                 : of_entry.GetString(entry, value_field);
    }
  }
  return "";
}

bool SameField(const Message& a, const Message& b, const FieldDescriptor* field) {
  const Reflection& fields = *a.GetReflection();
  if (field->is_repeated()) {
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_STRING) return false;
    const int count = fields.FieldSize(a, field);
    if (count != fields.FieldSize(b, field)) return false;
    for (int i = 0; i < count; ++i) {
      if (fields.GetRepeatedString(a, field, i) != fields.GetRepeatedString(b, field, i)) {
        return false;
      }
    }
    return true;
  }
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return fields.GetString(a, field) == fields.GetString(b, field);
    case FieldDescriptor::CPPTYPE_INT64:
      return fields.GetInt64(a, field) == fields.GetInt64(b, field);
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return fields.HasField(a, field) == fields.HasField(b, field) &&
             google::protobuf::util::MessageDifferencer::Equals(fields.GetMessage(a, field),
                                                                fields.GetMessage(b, field));
    default:
      return false;
  }
}

}  // namespace

std::vector<std::string> DifferingPaths(const Message& stored, const Message& row,
                                        const std::vector<std::string>& paths) {
  std::vector<std::string> differing;
  for (const std::string& path : paths) {
    const size_t dot = path.find('.');
    const FieldDescriptor* const field =
        stored.GetDescriptor()->FindFieldByName(path.substr(0, dot));
    const bool same = field != nullptr &&
                      (dot == std::string::npos
                           ? SameField(stored, row, field)
                           : field->is_map() && MapValue(stored, field, path.substr(dot + 1)) ==
                                                    MapValue(row, field, path.substr(dot + 1)));
    if (!same) differing.push_back(path);
  }
  return differing;
}

}  // namespace clientele::cli
