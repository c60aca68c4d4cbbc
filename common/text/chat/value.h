#ifndef CLIENTELE_COMMON_TEXT_CHAT_VALUE_H_
#define CLIENTELE_COMMON_TEXT_CHAT_VALUE_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <nlohmann/json.hpp>

#include "absl/strings/string_view.h"

#include "common/text/chat/traced_text.h"

namespace clientele::text::chat {

struct Statement;
class Value;

// What a name stands for that nothing defined: prints as nothing, is false, has no members.
struct Undefined {
  std::string name;
};
struct None {};

struct List {
  std::vector<Value> items;
  bool is_tuple = false;  // printed in parentheses
};

// In the order of insertion.
struct Dict {
  std::vector<std::pair<std::string, Value>> members;
  const Value* Find(absl::string_view key) const;
  void Set(absl::string_view key, Value value);
};

// namespace(...): the one value that a template may change.
struct Namespace {
  std::map<std::string, Value, std::less<>> members;
};

// Something to call: a global function, a method bound to its object, or a macro.
struct Callable {
  std::string name;
  std::shared_ptr<const Value> self;  // of a method
  const Statement* macro = nullptr;   // borrowed from the template
};

// A value of the template language, with Python's meaning. Cheap to copy: text and containers
// are shared and never changed.
class Value {
 public:
  using Variant = std::variant<Undefined, None, bool, std::int64_t, double,
                               std::shared_ptr<const TracedText>, std::shared_ptr<const List>,
                               std::shared_ptr<const Dict>, std::shared_ptr<Namespace>, Callable>;

  Value() : variant_(None{}) {}
  static Value OfUndefined(absl::string_view name) { return Value(Undefined{std::string(name)}); }
  static Value OfBool(bool value) { return Value(value); }
  static Value OfInteger(std::int64_t value) { return Value(value); }
  static Value OfFloat(double value) { return Value(value); }
  static Value OfText(TracedText text) {
    return Value(std::make_shared<const TracedText>(std::move(text)));
  }
  static Value OfTemplateText(absl::string_view bytes) {
    return OfText(TracedText::OfTemplate(bytes));
  }
  static Value OfList(std::vector<Value> items, bool is_tuple = false) {
    return Value(std::make_shared<const List>(List{std::move(items), is_tuple}));
  }
  static Value OfDict(Dict dict) { return Value(std::make_shared<const Dict>(std::move(dict))); }
  static Value OfNamespace(Namespace members) {
    return Value(std::make_shared<Namespace>(std::move(members)));
  }
  static Value OfCallable(Callable callable) { return Value(std::move(callable)); }
  // Every string of it is the conversation's.
  static Value OfConversation(const nlohmann::ordered_json& json);

  bool IsUndefined() const { return std::holds_alternative<Undefined>(variant_); }
  bool IsNone() const { return std::holds_alternative<None>(variant_); }
  bool IsBool() const { return std::holds_alternative<bool>(variant_); }
  bool IsInteger() const { return std::holds_alternative<std::int64_t>(variant_); }
  bool IsFloat() const { return std::holds_alternative<double>(variant_); }
  // Python counts True and False among the numbers.
  bool IsNumber() const { return IsBool() || IsInteger() || IsFloat(); }
  bool IsWhole() const { return IsBool() || IsInteger(); }

  // The content, or null where the value is of another kind.
  const TracedText* Text() const;
  const List* AsList() const;
  const Dict* AsDict() const;
  Namespace* AsNamespace() const;
  const Callable* AsCallable() const { return std::get_if<Callable>(&variant_); }
  // 0 where the value is no number.
  std::int64_t Whole() const;
  double Number() const;

  bool Truth() const;
  // "str", "list", "NoneType": as Python names it.
  absl::string_view KindName() const;

  // Whether both are one object: `is sameas`.
  bool IsSame(const Value& other) const;
  friend bool operator==(const Value& a, const Value& b);

 private:
  template <class T>
  explicit Value(T content) : variant_(std::move(content)) {}

  Variant variant_;
};

// As str() writes it; text as it is, with its origins.
TracedText Printed(const Value& value);

struct JsonStyle {
  int indent = -1;  // spaces; -1: one line
  bool sort_keys = false;
  bool ascii_only = false;
  std::string item_separator;  // empty: ", ", or "," before a line end
  std::string key_separator = ": ";
};

// As json.dumps writes it; false where a part of it is no JSON (undefined, a function).
bool AppendJson(const Value& value, const JsonStyle& style, int depth, TracedText& out);

}  // namespace clientele::text::chat

#endif  // CLIENTELE_COMMON_TEXT_CHAT_VALUE_H_
