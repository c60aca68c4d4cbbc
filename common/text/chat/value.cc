#include "common/text/chat/value.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"

namespace clientele::text::chat {
namespace {

// As repr() writes a float: the shortest digits that give it back, always with a point or exponent.
std::string PythonFloat(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  char digits[64];
  const double size = std::abs(value);
  const bool plain = value == 0 || (size >= 1e-4 && size < 1e16);
  const auto end = std::to_chars(digits, digits + sizeof digits, value,
                                 plain ? std::chars_format::fixed : std::chars_format::scientific);
  std::string text(digits, end.ptr);
  if (plain && !absl::StrContains(text, '.')) text += ".0";
  return text;
}

// As repr() writes a string; the origin of each byte stays.
void AppendQuoted(const TracedText& text, TracedText& out) {
  const std::string& bytes = text.bytes();
  const bool has_single = absl::StrContains(bytes, '\'');
  const char quote = has_single && !absl::StrContains(bytes, '"') ? '"' : '\'';
  const absl::string_view mark(&quote, 1);
  out.Append(TracedText::OfTemplate(mark));
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const char c = bytes[i];
    if (c == quote || c == '\\') {
      out.AppendInstead(text, i, absl::StrCat("\\", absl::string_view(&c, 1)));
    } else if (c == '\n') {
      out.AppendInstead(text, i, "\\n");
    } else if (c == '\r') {
      out.AppendInstead(text, i, "\\r");
    } else if (c == '\t') {
      out.AppendInstead(text, i, "\\t");
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      out.AppendInstead(text, i, absl::StrFormat("\\x%02x", static_cast<unsigned char>(c)));
    } else {
      out.Append(text, i, i + 1);
    }
  }
  out.Append(TracedText::OfTemplate(mark));
}

void AppendTemplate(absl::string_view bytes, TracedText& out) {
  out.Append(TracedText::OfTemplate(bytes));
}

void AppendRepr(const Value& value, TracedText& out) {
  if (const TracedText* text = value.Text()) {
    AppendQuoted(*text, out);
  } else if (const List* list = value.AsList()) {
    AppendTemplate(list->is_tuple ? "(" : "[", out);
    for (std::size_t i = 0; i < list->items.size(); ++i) {
      if (i > 0) AppendTemplate(", ", out);
      AppendRepr(list->items[i], out);
    }
    if (list->is_tuple && list->items.size() == 1) AppendTemplate(",", out);
    AppendTemplate(list->is_tuple ? ")" : "]", out);
  } else if (const Dict* dict = value.AsDict()) {
    AppendTemplate("{", out);
    for (std::size_t i = 0; i < dict->members.size(); ++i) {
      if (i > 0) AppendTemplate(", ", out);
      AppendQuoted(TracedText::OfTemplate(dict->members[i].first), out);
      AppendTemplate(": ", out);
      AppendRepr(dict->members[i].second, out);
    }
    AppendTemplate("}", out);
  } else if (value.IsUndefined()) {
    AppendTemplate("Undefined", out);
  } else {
    out.Append(Printed(value));
  }
}

// As json.dumps escapes a string without ensure_ascii.
void AppendJsonText(const TracedText& text, bool ascii_only, TracedText& out) {
  AppendTemplate("\"", out);
  const std::string& bytes = text.bytes();
  for (std::size_t i = 0; i < bytes.size();) {
    const auto c = static_cast<unsigned char>(bytes[i]);
    std::size_t end = i + 1;
    if (c >= 0xc0) {
      while (end < bytes.size() && (static_cast<unsigned char>(bytes[end]) & 0xc0) == 0x80) ++end;
    }
    if (c >= 0x80 && !ascii_only) {
      out.Append(text, i, end);
    } else {
      // One character at a time, so that each keeps its origin.
      const std::string quoted =
          nlohmann::json(bytes.substr(i, end - i))
              .dump(-1, ' ', ascii_only, nlohmann::json::error_handler_t::replace);
      // json.dumps leaves the delete character as it is, and so does this library.
      out.AppendInstead(text, i, absl::string_view(quoted).substr(1, quoted.size() - 2));
    }
    i = end;
  }
  AppendTemplate("\"", out);
}

void AppendLineBreak(const JsonStyle& style, int depth, TracedText& out) {
  if (style.indent < 0) return;
  AppendTemplate("\n", out);
  AppendTemplate(std::string(static_cast<std::size_t>(style.indent) * depth, ' '), out);
}

}  // namespace

const Value* Dict::Find(absl::string_view key) const {
  for (const auto& [name, value] : members) {
    if (name == key) return &value;
  }
  return nullptr;
}

void Dict::Set(absl::string_view key, Value value) {
  for (auto& [name, old] : members) {
    if (name == key) {
      old = std::move(value);
      return;
    }
  }
  members.emplace_back(std::string(key), std::move(value));
}

Value Value::OfConversation(const nlohmann::ordered_json& json) {
  switch (json.type()) {
    case nlohmann::ordered_json::value_t::boolean:
      return OfBool(json.get<bool>());
    case nlohmann::ordered_json::value_t::number_integer:
    case nlohmann::ordered_json::value_t::number_unsigned:
      return OfInteger(json.get<std::int64_t>());
    case nlohmann::ordered_json::value_t::number_float:
      return OfFloat(json.get<double>());
    case nlohmann::ordered_json::value_t::string:
      return OfText(TracedText::OfConversation(json.get_ref<const std::string&>()));
    case nlohmann::ordered_json::value_t::array: {
      std::vector<Value> items;
      for (const auto& item : json) items.push_back(OfConversation(item));
      return OfList(std::move(items));
    }
    case nlohmann::ordered_json::value_t::object: {
      Dict dict;
      for (const auto& member : json.items()) {
        dict.members.emplace_back(member.key(), OfConversation(member.value()));
      }
      return OfDict(std::move(dict));
    }
    default:
      return Value();
  }
}

const TracedText* Value::Text() const {
  const auto* text = std::get_if<std::shared_ptr<const TracedText>>(&variant_);
  return text == nullptr ? nullptr : text->get();
}
const List* Value::AsList() const {
  const auto* list = std::get_if<std::shared_ptr<const List>>(&variant_);
  return list == nullptr ? nullptr : list->get();
}
const Dict* Value::AsDict() const {
  const auto* dict = std::get_if<std::shared_ptr<const Dict>>(&variant_);
  return dict == nullptr ? nullptr : dict->get();
}
Namespace* Value::AsNamespace() const {
  const auto* members = std::get_if<std::shared_ptr<Namespace>>(&variant_);
  return members == nullptr ? nullptr : members->get();
}

std::int64_t Value::Whole() const {
  if (const auto* flag = std::get_if<bool>(&variant_)) return *flag ? 1 : 0;
  const auto* number = std::get_if<std::int64_t>(&variant_);
  return number == nullptr ? 0 : *number;
}

double Value::Number() const {
  const auto* number = std::get_if<double>(&variant_);
  return number == nullptr ? static_cast<double>(Whole()) : *number;
}

bool Value::Truth() const {
  if (IsUndefined() || IsNone()) return false;
  if (IsFloat()) return Number() != 0;
  if (IsNumber()) return Whole() != 0;
  if (const TracedText* text = Text()) return !text->empty();
  if (const List* list = AsList()) return !list->items.empty();
  if (const Dict* dict = AsDict()) return !dict->members.empty();
  return true;
}

absl::string_view Value::KindName() const {
  constexpr absl::string_view kNames[] = {"undefined", "NoneType", "bool", "int",       "float",
                                          "str",       "list",     "dict", "namespace", "function"};
  if (const List* list = AsList(); list != nullptr && list->is_tuple) return "tuple";
  return kNames[variant_.index()];
}

bool Value::IsSame(const Value& other) const {
  if (variant_.index() != other.variant_.index()) return false;
  if (const List* list = AsList()) return list == other.AsList();
  if (const Dict* dict = AsDict()) return dict == other.AsDict();
  return *this == other;
}

bool operator==(const Value& a, const Value& b) {
  if (a.IsNumber() && b.IsNumber()) {
    if (a.IsWhole() && b.IsWhole()) return a.Whole() == b.Whole();
    return a.Number() == b.Number();
  }
  if (a.variant_.index() != b.variant_.index()) return false;
  if (const TracedText* text = a.Text()) return text->bytes() == b.Text()->bytes();
  if (const List* list = a.AsList()) {
    return list->is_tuple == b.AsList()->is_tuple && list->items == b.AsList()->items;
  }
  if (const Dict* dict = a.AsDict()) {
    const Dict& other = *b.AsDict();
    return dict->members.size() == other.members.size() &&
           std::all_of(dict->members.begin(), dict->members.end(), [&other](const auto& member) {
             const Value* found = other.Find(member.first);
             return found != nullptr && *found == member.second;
           });
  }
  if (a.AsNamespace() != nullptr) return a.AsNamespace() == b.AsNamespace();
  if (a.AsCallable() != nullptr) return false;
  return true;
}

TracedText Printed(const Value& value) {
  if (const TracedText* text = value.Text()) return *text;
  TracedText out;
  if (value.IsUndefined()) return out;
  if (value.IsNone()) {
    AppendTemplate("None", out);
  } else if (value.IsBool()) {
    AppendTemplate(value.Truth() ? "True" : "False", out);
  } else if (value.IsInteger()) {
    AppendTemplate(absl::StrCat(value.Whole()), out);
  } else if (value.IsFloat()) {
    AppendTemplate(PythonFloat(value.Number()), out);
  } else if (value.AsList() != nullptr || value.AsDict() != nullptr) {
    AppendRepr(value, out);
  } else {
    AppendTemplate(absl::StrCat("<", value.KindName(), ">"), out);
  }
  return out;
}

bool AppendJson(const Value& value, const JsonStyle& style, int depth, TracedText& out) {
  const std::string between =
      !style.item_separator.empty() ? style.item_separator : (style.indent < 0 ? ", " : ",");
  if (const TracedText* text = value.Text()) {
    AppendJsonText(*text, style.ascii_only, out);
  } else if (const List* list = value.AsList()) {
    AppendTemplate("[", out);
    for (std::size_t i = 0; i < list->items.size(); ++i) {
      if (i > 0) AppendTemplate(between, out);
      AppendLineBreak(style, depth + 1, out);
      if (!AppendJson(list->items[i], style, depth + 1, out)) return false;
    }
    if (!list->items.empty()) AppendLineBreak(style, depth, out);
    AppendTemplate("]", out);
  } else if (const Dict* dict = value.AsDict()) {
    std::vector<const std::pair<std::string, Value>*> members;
    members.reserve(dict->members.size());
    for (const auto& member : dict->members) members.push_back(&member);
    if (style.sort_keys) {
      std::sort(members.begin(), members.end(),
                [](const auto* a, const auto* b) { return a->first < b->first; });
    }
    AppendTemplate("{", out);
    for (std::size_t i = 0; i < members.size(); ++i) {
      if (i > 0) AppendTemplate(between, out);
      AppendLineBreak(style, depth + 1, out);
      AppendJsonText(TracedText::OfTemplate(members[i]->first), style.ascii_only, out);
      AppendTemplate(style.key_separator, out);
      if (!AppendJson(members[i]->second, style, depth + 1, out)) return false;
    }
    if (!members.empty()) AppendLineBreak(style, depth, out);
    AppendTemplate("}", out);
  } else if (value.IsNone()) {
    AppendTemplate("null", out);
  } else if (value.IsBool()) {
    AppendTemplate(value.Truth() ? "true" : "false", out);
  } else if (value.IsNumber()) {
    out.Append(Printed(value));
  } else {
    return false;
  }
  return true;
}

}  // namespace clientele::text::chat
