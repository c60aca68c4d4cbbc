#include "tools/clientele/commands/quarantine_fields.h"

#include <cstdint>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/rpc/time_conversion.h"
#include "common/status/status_macros.h"
#include "tools/clientele/commands/commands.h"
#include "tools/clientele/import/event_time.h"
#include "tools/clientele/import/resource_id.h"

namespace clientele::cli {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Reflection;
using profile::v1::Event;

absl::Status NoValue(const std::string& field, const char* what) {
  return absl::InvalidArgumentError(absl::StrCat(field, " must be ", what));
}

// What a client may say of an event; the rest the service sets.
bool IsGiven(const FieldDescriptor& field) { return field.number() != Event::kLeftOutFieldNumber; }

std::string FieldNames() {
  std::vector<std::string> names;
  for (int i = 0; i < Event::descriptor()->field_count(); ++i) {
    if (IsGiven(*Event::descriptor()->field(i))) {
      names.push_back(Event::descriptor()->field(i)->name());
    }
  }
  return absl::StrJoin(names, ", ");
}

absl::Status SetType(const std::string& value, Event& event) {
  profile::v1::EventType type = profile::v1::EVENT_TYPE_UNSPECIFIED;
  if (!profile::v1::EventType_Parse(absl::StrCat("EVENT_TYPE_", absl::AsciiStrToUpper(value)),
                                    &type)) {
    return NoValue("type", "a type of event, such as view or purchase");
  }
  event.set_type(type);
  return absl::OkStatus();
}

absl::Status SetNumber(const FieldDescriptor& field, const std::string& value, Event& event) {
  const Reflection& reflection = *Event::GetReflection();
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_INT64) {
    std::int64_t number = 0;
    if (!absl::SimpleAtoi(value, &number)) return NoValue(field.name(), "a whole number");
    reflection.SetInt64(&event, &field, number);
  } else {
    double number = 0;
    if (!absl::SimpleAtod(value, &number)) return NoValue(field.name(), "a number");
    reflection.SetDouble(&event, &field, number);
  }
  return absl::OkStatus();
}

absl::Status SetText(const FieldDescriptor& field, const std::string& value, Event& event) {
  std::string text = value;
  if (field.number() == Event::kCustomerFieldNumber && !value.empty()) {
    CLIENTELE_ASSIGN_OR_RETURN(text, CustomerName(value));
  } else if (field.number() == Event::kItemFieldNumber && !value.empty() &&
             value.find('/') == std::string::npos) {
    CLIENTELE_ASSIGN_OR_RETURN(const std::string id, EncodeResourceId(value));
    text = absl::StrCat("items/", id);
  }
  Event::GetReflection()->SetString(&event, &field, text);
  return absl::OkStatus();
}

}  // namespace

absl::Status SetEventField(const std::string& assignment,
                           profile::v1::UpdateQuarantinedEventRequest& request) {
  const std::size_t sign = assignment.find('=');
  const std::string name = assignment.substr(0, sign);
  const FieldDescriptor* const field = Event::descriptor()->FindFieldByName(name);
  if (sign == std::string::npos || field == nullptr || !IsGiven(*field)) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", assignment, "\" must be FIELD=VALUE with a field of ", FieldNames()));
  }
  const std::string value = assignment.substr(sign + 1);
  Event& event = *request.mutable_quarantined_event()->mutable_event();
  request.mutable_update_mask()->add_paths(absl::StrCat("event.", name));
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return SetText(*field, value, event);
    case FieldDescriptor::CPPTYPE_ENUM:
      return SetType(value, event);
    case FieldDescriptor::CPPTYPE_MESSAGE: {
      CLIENTELE_ASSIGN_OR_RETURN(const absl::Time time, ParseEventTime(value, {}));
      *event.mutable_event_time() = rpc::ToTimestamp(time);
      return absl::OkStatus();
    }
    default:
      return SetNumber(*field, value, event);
  }
}

}  // namespace clientele::cli
