#include "tests/fuzz/message_mutator.h"

#include <cstring>
#include <limits>

#include "google/protobuf/descriptor.h"

#include "common/text/utf8.h"

namespace clientele::fuzz {
namespace {

constexpr std::size_t kMaxText = 8192;

}  // namespace

void MessageMutator::Mutate(Message* root) {
  messages_.clear();
  texts_.clear();
  Collect(root);
  MutateMessage(messages_[static_cast<std::size_t>(Below(static_cast<int>(messages_.size())))]);
}

void MessageMutator::Collect(Message* message) {
  messages_.push_back(message);
  const auto* reflection = message->GetReflection();
  std::vector<const Field*> fields;
  reflection->ListFields(*message, &fields);
  for (const Field* field : fields) {
    const int size = field->is_repeated() ? reflection->FieldSize(*message, field) : 1;
    for (int i = 0; i < size; ++i) {
      if (field->cpp_type() == Field::CPPTYPE_MESSAGE) {
        Collect(field->is_repeated() ? reflection->MutableRepeatedMessage(message, field, i)
                                     : reflection->MutableMessage(message, field));
      } else if (field->cpp_type() == Field::CPPTYPE_STRING) {
        texts_.push_back(field->is_repeated() ? reflection->GetRepeatedString(*message, field, i)
                                              : reflection->GetString(*message, field));
      }
    }
  }
}

void MessageMutator::MutateMessage(Message* message) {
  const auto* type = message->GetDescriptor();
  if (type->field_count() > 0) MutateField(message, type->field(Below(type->field_count())));
}

void MessageMutator::MutateField(Message* message, const Field* field) {
  const auto* reflection = message->GetReflection();
  if (field->is_repeated()) {
    MutateList(message, field);
  } else if (OneIn(10)) {
    reflection->ClearField(message, field);
  } else if (field->cpp_type() == Field::CPPTYPE_MESSAGE) {
    MutateMessage(reflection->MutableMessage(message, field));
  } else {
    SetScalar(message, field);
  }
}

void MessageMutator::MutateList(Message* message, const Field* field) {
  const auto* reflection = message->GetReflection();
  const int size = reflection->FieldSize(*message, field);
  if (size == 0 || OneIn(4)) {
    AddElement(message, field);
    return;
  }
  const int at = Below(size);
  switch (Below(4)) {
    case 0:
      reflection->SwapElements(message, field, at, size - 1);
      reflection->RemoveLast(message, field);
      break;
    case 1:
      reflection->SwapElements(message, field, at, Below(size));
      break;
    case 2:
      if (field->cpp_type() == Field::CPPTYPE_MESSAGE) {
        reflection->AddMessage(message, field)
            ->CopyFrom(reflection->GetRepeatedMessage(*message, field, at));
        break;
      }
      [[fallthrough]];
    default:
      if (field->cpp_type() == Field::CPPTYPE_MESSAGE) {
        MutateMessage(reflection->MutableRepeatedMessage(message, field, at));
      } else if (field->cpp_type() == Field::CPPTYPE_STRING) {
        reflection->SetRepeatedString(
            message, field, at, MutatedText(reflection->GetRepeatedString(*message, field, at)));
      }
  }
}

void MessageMutator::AddElement(Message* message, const Field* field) {
  const auto* reflection = message->GetReflection();
  if (field->cpp_type() == Field::CPPTYPE_MESSAGE) {
    MutateMessage(reflection->AddMessage(message, field));
  } else if (field->cpp_type() == Field::CPPTYPE_STRING) {
    reflection->AddString(message, field, MutatedText(""));
  }
}

void MessageMutator::SetScalar(Message* message, const Field* field) {
  const auto* reflection = message->GetReflection();
  switch (field->cpp_type()) {
    case Field::CPPTYPE_STRING:
      reflection->SetString(message, field, MutatedText(reflection->GetString(*message, field)));
      break;
    case Field::CPPTYPE_INT32:
      reflection->SetInt32(
          message, field,
          static_cast<std::int32_t>(MutatedInteger(reflection->GetInt32(*message, field))));
      break;
    case Field::CPPTYPE_INT64:
      reflection->SetInt64(message, field, MutatedInteger(reflection->GetInt64(*message, field)));
      break;
    case Field::CPPTYPE_DOUBLE:
      reflection->SetDouble(message, field, MutatedReal(reflection->GetDouble(*message, field)));
      break;
    case Field::CPPTYPE_FLOAT:
      reflection->SetFloat(
          message, field,
          static_cast<float>(MutatedReal(double{reflection->GetFloat(*message, field)})));
      break;
    case Field::CPPTYPE_BOOL:
      reflection->SetBool(message, field, !reflection->GetBool(*message, field));
      break;
    case Field::CPPTYPE_ENUM:
      reflection->SetEnumValue(message, field, MutatedEnum(*field->enum_type()));
      break;
    default:
      break;
  }
}

std::string MessageMutator::MutatedText(std::string text) {
  if (!texts_.empty() && OneIn(3)) {
    text = texts_[static_cast<std::size_t>(Below(static_cast<int>(texts_.size())))];
    if (OneIn(2)) return text;
  }
  // Limits of lengths lie far from where single bytes lead.
  if (OneIn(16) && text.size() < kMaxText) return text + text;
  mutate_bytes_(&text);
  if (!text::IsValidUtf8(text)) {
    for (char& c : text) c = static_cast<char>(c & 0x7f);
  }
  return text;
}

std::int64_t MessageMutator::MutatedInteger(std::int64_t value) {
  const auto bits = static_cast<std::uint64_t>(value);
  switch (Below(8)) {
    case 0:
      return 0;
    case 1:
      return std::numeric_limits<std::int64_t>::max();
    case 2:
      return std::numeric_limits<std::int64_t>::min();
    case 3:
      return static_cast<std::int64_t>(bits + 1);
    case 4:
      return static_cast<std::int64_t>(-bits);
    case 5:
      return Below(2000) - 10;
    default: {
      std::string bytes(reinterpret_cast<const char*>(&value), sizeof(value));
      mutate_bytes_(&bytes);
      bytes.resize(sizeof(value));
      std::memcpy(&value, bytes.data(), sizeof(value));
      return value;
    }
  }
}

double MessageMutator::MutatedReal(double value) {
  switch (Below(8)) {
    case 0:
      return 0;
    case 1:
      return -value;
    case 2:
      return std::numeric_limits<double>::quiet_NaN();
    case 3:
      return std::numeric_limits<double>::infinity();
    case 4:
      return std::numeric_limits<double>::denorm_min();
    case 5:
      return value * 1000;
    default:
      return Below(1000) / 4.0;
  }
}

int MessageMutator::MutatedEnum(const google::protobuf::EnumDescriptor& type) {
  if (OneIn(8)) return static_cast<int>(MutatedInteger(0));
  return type.value(Below(type.value_count()))->number();
}

}  // namespace clientele::fuzz
