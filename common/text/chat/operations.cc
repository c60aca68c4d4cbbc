#include "common/text/chat/operations.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <memory>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"

namespace clientele::text::chat {
namespace {

absl::Status UndefinedError(absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(what, " is undefined"));
}

absl::Status Mismatch(absl::string_view name, const Value& a, const Value& b) {
  return absl::InvalidArgumentError(
      absl::StrCat("'", name, "' does not fit ", a.KindName(), " and ", b.KindName()));
}

absl::Status TooLarge() { return absl::InvalidArgumentError("a number is too large"); }

absl::StatusOr<Value> Repeat(const Value& value, std::int64_t times, Budget& budget) {
  times = std::clamp<std::int64_t>(times, 0, Budget::kMaxBytes);
  if (const TracedText* text = value.Text()) {
    CLIENTELE_RETURN_IF_ERROR(budget.Bytes(text->size() * static_cast<std::size_t>(times)));
    TracedText repeated;
    for (std::int64_t i = 0; i < times && !text->empty(); ++i) repeated.Append(*text);
    return Value::OfText(std::move(repeated));
  }
  const List& list = *value.AsList();
  CLIENTELE_RETURN_IF_ERROR(budget.Steps(list.items.size() * static_cast<std::size_t>(times)));
  std::vector<Value> items;
  for (std::int64_t i = 0; i < times && !list.items.empty(); ++i) {
    items.insert(items.end(), list.items.begin(), list.items.end());
  }
  return Value::OfList(std::move(items), list.is_tuple);
}

bool Repeats(const Value& value) { return value.Text() != nullptr || value.AsList() != nullptr; }

absl::StatusOr<Value> WholePower(std::int64_t base, std::int64_t exponent) {
  if (exponent < 0) {
    if (base == 0) return absl::InvalidArgumentError("a division by zero");
    return Value::OfFloat(std::pow(static_cast<double>(base), static_cast<double>(exponent)));
  }
  std::int64_t result = 1;
  for (std::int64_t i = 0; i < exponent && result != 0; ++i) {
    if (__builtin_mul_overflow(result, base, &result)) return TooLarge();
    if (base == 1) break;
    if (base == -1) return Value::OfInteger(exponent % 2 == 0 ? 1 : -1);
  }
  return Value::OfInteger(result);
}

absl::StatusOr<Value> WholeArithmetic(absl::string_view name, std::int64_t a, std::int64_t b) {
  std::int64_t result = 0;
  if (name == "+") {
    if (__builtin_add_overflow(a, b, &result)) return TooLarge();
  } else if (name == "-") {
    if (__builtin_sub_overflow(a, b, &result)) return TooLarge();
  } else if (name == "*") {
    if (__builtin_mul_overflow(a, b, &result)) return TooLarge();
  } else if (name == "**") {
    return WholePower(a, b);
  } else {
    if (b == 0) return absl::InvalidArgumentError("a division by zero");
    if (name == "/") return Value::OfFloat(static_cast<double>(a) / static_cast<double>(b));
    if (b == -1) {
      if (name == "%") return Value::OfInteger(0);
      if (__builtin_sub_overflow(std::int64_t{0}, a, &result)) return TooLarge();
      return Value::OfInteger(result);
    }
    // Rounded down, as Python does; the remainder has the divisor's sign.
    const std::int64_t remainder = a % b;
    const bool adjust = remainder != 0 && (remainder < 0) != (b < 0);
    result = name == "//" ? a / b - (adjust ? 1 : 0) : remainder + (adjust ? b : 0);
  }
  return Value::OfInteger(result);
}

absl::StatusOr<Value> FloatArithmetic(absl::string_view name, double a, double b) {
  if (name == "+") return Value::OfFloat(a + b);
  if (name == "-") return Value::OfFloat(a - b);
  if (name == "*") return Value::OfFloat(a * b);
  if (name == "**") return Value::OfFloat(std::pow(a, b));
  if (b == 0) return absl::InvalidArgumentError("a division by zero");
  if (name == "/") return Value::OfFloat(a / b);
  if (name == "//") return Value::OfFloat(std::floor(a / b));
  return Value::OfFloat(a - b * std::floor(a / b));
}

absl::StatusOr<Value> Sum(const Value& a, const Value& b, Budget& budget) {
  if (a.Text() != nullptr && b.Text() != nullptr) {
    CLIENTELE_RETURN_IF_ERROR(budget.Bytes(a.Text()->size() + b.Text()->size()));
    TracedText text = *a.Text();
    text.Append(*b.Text());
    return Value::OfText(std::move(text));
  }
  const List* left = a.AsList();
  const List* right = b.AsList();
  if (left == nullptr || right == nullptr || left->is_tuple != right->is_tuple) {
    return Mismatch("+", a, b);
  }
  CLIENTELE_RETURN_IF_ERROR(budget.Steps(left->items.size() + right->items.size()));
  std::vector<Value> items = left->items;
  items.insert(items.end(), right->items.begin(), right->items.end());
  return Value::OfList(std::move(items), left->is_tuple);
}

absl::StatusOr<bool> Less(const Value& a, const Value& b) {
  if (a.IsNumber() && b.IsNumber()) {
    if (a.IsWhole() && b.IsWhole()) return a.Whole() < b.Whole();
    return a.Number() < b.Number();
  }
  // UTF-8 sorts as its characters do.
  if (a.Text() != nullptr && b.Text() != nullptr) return a.Text()->bytes() < b.Text()->bytes();
  const List* left = a.AsList();
  const List* right = b.AsList();
  if (left == nullptr || right == nullptr) return Mismatch("<", a, b);
  for (std::size_t i = 0; i < left->items.size() && i < right->items.size(); ++i) {
    if (left->items[i] == right->items[i]) continue;
    return Less(left->items[i], right->items[i]);
  }
  return left->items.size() < right->items.size();
}

absl::StatusOr<bool> Contains(const Value& whole, const Value& part) {
  if (whole.IsUndefined()) return false;
  if (const List* list = whole.AsList()) {
    return std::find(list->items.begin(), list->items.end(), part) != list->items.end();
  }
  if (const Dict* dict = whole.AsDict()) {
    return part.Text() != nullptr && dict->Find(part.Text()->bytes()) != nullptr;
  }
  if (whole.Text() != nullptr && part.Text() != nullptr) {
    return absl::StrContains(whole.Text()->bytes(), part.Text()->bytes());
  }
  return Mismatch("in", part, whole);
}

// Names that Python finds on a dict before its keys when they are written after a point.
bool IsDictMethod(absl::string_view name) {
  constexpr absl::string_view kNames[] = {"clear",      "copy",   "fromkeys", "get",
                                          "items",      "keys",   "pop",      "popitem",
                                          "setdefault", "update", "values"};
  return std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames);
}

// The index as Python counts it, from the end where it is negative.
std::optional<std::size_t> Position(std::int64_t index, std::size_t size) {
  if (index < 0) index += static_cast<std::int64_t>(size);
  if (index < 0 || index >= static_cast<std::int64_t>(size)) return std::nullopt;
  return static_cast<std::size_t>(index);
}

// Positions of a slice, in its order.
std::vector<std::size_t> Positions(std::int64_t size, std::optional<std::int64_t> begin,
                                   std::optional<std::int64_t> end, std::int64_t step) {
  step = std::clamp(step, -size - 1, size + 1);
  const std::int64_t low = step > 0 ? 0 : -1;
  const std::int64_t high = step > 0 ? size : size - 1;
  const auto bound = [&](std::optional<std::int64_t> at, std::int64_t otherwise) {
    if (!at.has_value()) return otherwise;
    return std::clamp(*at < 0 ? *at + size : *at, low, high);
  };
  std::int64_t at = bound(begin, step > 0 ? low : high);
  const std::int64_t last = bound(end, step > 0 ? high : low);
  std::vector<std::size_t> positions;
  for (; step > 0 ? at < last : at > last; at += step) {
    positions.push_back(static_cast<std::size_t>(at));
  }
  return positions;
}

}  // namespace

std::vector<std::size_t> CharacterOffsets(absl::string_view bytes) {
  std::vector<std::size_t> offsets;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if ((static_cast<unsigned char>(bytes[i]) & 0xc0) != 0x80) offsets.push_back(i);
  }
  offsets.push_back(bytes.size());
  return offsets;
}

absl::StatusOr<Value> Binary(absl::string_view name, const Value& a, const Value& b,
                             Budget& budget) {
  if (name == "~") {
    TracedText text = Printed(a);
    text.Append(Printed(b));
    CLIENTELE_RETURN_IF_ERROR(budget.Bytes(text.size()));
    return Value::OfText(std::move(text));
  }
  if (a.IsUndefined() || b.IsUndefined()) {
    return UndefinedError(absl::StrCat("a side of '", name, "'"));
  }
  if (a.IsNumber() && b.IsNumber()) {
    if (a.IsWhole() && b.IsWhole()) return WholeArithmetic(name, a.Whole(), b.Whole());
    return FloatArithmetic(name, a.Number(), b.Number());
  }
  if (name == "+") return Sum(a, b, budget);
  if (name == "*" && Repeats(a) && b.IsWhole()) return Repeat(a, b.Whole(), budget);
  if (name == "*" && a.IsWhole() && Repeats(b)) return Repeat(b, a.Whole(), budget);
  if (name == "%" && a.Text() != nullptr) {
    return absl::InvalidArgumentError("formatting text with % is not supported");
  }
  return Mismatch(name, a, b);
}

absl::StatusOr<Value> Negative(const Value& value) {
  if (value.IsWhole()) return WholeArithmetic("-", 0, value.Whole());
  if (value.IsFloat()) return Value::OfFloat(-value.Number());
  return absl::InvalidArgumentError(absl::StrCat("'-' does not fit ", value.KindName()));
}

absl::StatusOr<bool> Compare(absl::string_view name, const Value& a, const Value& b) {
  if (name == "==") return a == b;
  if (name == "!=") return !(a == b);
  if (name == "in") return Contains(b, a);
  if (name == "not in") {
    CLIENTELE_ASSIGN_OR_RETURN(const bool contains, Contains(b, a));
    return !contains;
  }
  if (a.IsUndefined() || b.IsUndefined()) {
    return UndefinedError(absl::StrCat("a side of '", name, "'"));
  }
  if (name == "<") return Less(a, b);
  if (name == ">") return Less(b, a);
  CLIENTELE_ASSIGN_OR_RETURN(const bool less, name == "<=" ? Less(a, b) : Less(b, a));
  return less || a == b;
}

absl::StatusOr<std::vector<Value>> Items(const Value& value, Budget& budget) {
  std::vector<Value> items;
  if (value.IsUndefined()) return items;
  if (const List* list = value.AsList()) {
    items = list->items;
  } else if (const Dict* dict = value.AsDict()) {
    for (const auto& member : dict->members) items.push_back(Value::OfTemplateText(member.first));
  } else if (const TracedText* text = value.Text()) {
    CLIENTELE_RETURN_IF_ERROR(budget.Steps(text->size()));
    const std::vector<std::size_t> offsets = CharacterOffsets(text->bytes());
    for (std::size_t i = 0; i + 1 < offsets.size(); ++i) {
      items.push_back(Value::OfText(text->Substring(offsets[i], offsets[i + 1])));
    }
  } else {
    return absl::InvalidArgumentError(absl::StrCat(value.KindName(), " has no items"));
  }
  CLIENTELE_RETURN_IF_ERROR(budget.Steps(items.size()));
  return items;
}

absl::StatusOr<std::int64_t> Length(const Value& value) {
  if (value.IsUndefined()) return 0;
  if (const List* list = value.AsList()) return static_cast<std::int64_t>(list->items.size());
  if (const Dict* dict = value.AsDict()) return static_cast<std::int64_t>(dict->members.size());
  if (const TracedText* text = value.Text()) {
    return static_cast<std::int64_t>(CharacterOffsets(text->bytes()).size()) - 1;
  }
  return absl::InvalidArgumentError(absl::StrCat(value.KindName(), " has no length"));
}

absl::StatusOr<Value> Attribute(const Value& value, absl::string_view name) {
  if (value.IsUndefined()) {
    return UndefinedError(absl::StrCat("what has the member '", name, "'"));
  }
  if (Namespace* members = value.AsNamespace()) {
    const auto found = members->members.find(name);
    return found == members->members.end() ? Value::OfUndefined(name) : found->second;
  }
  const Dict* dict = value.AsDict();
  if (dict == nullptr) return Value::OfUndefined(name);
  if (IsDictMethod(name)) {
    return Value::OfCallable(
        Callable{std::string(name), std::make_shared<const Value>(value), nullptr});
  }
  const Value* found = dict->Find(name);
  return found == nullptr ? Value::OfUndefined(name) : *found;
}

absl::StatusOr<Value> Item(const Value& value, const Value& key) {
  if (value.IsUndefined()) {
    return UndefinedError("what has the item that is asked for");
  }
  if (const Dict* dict = value.AsDict()) {
    if (key.Text() == nullptr) return Value::OfUndefined("item");
    const Value* found = dict->Find(key.Text()->bytes());
    return found == nullptr ? Value::OfUndefined(key.Text()->bytes()) : *found;
  }
  if (value.AsNamespace() != nullptr && key.Text() != nullptr) {
    return Attribute(value, key.Text()->bytes());
  }
  if (!key.IsWhole()) return Value::OfUndefined("item");
  if (const List* list = value.AsList()) {
    const auto at = Position(key.Whole(), list->items.size());
    return at.has_value() ? list->items[*at] : Value::OfUndefined("item");
  }
  if (const TracedText* text = value.Text()) {
    const std::vector<std::size_t> offsets = CharacterOffsets(text->bytes());
    const auto at = Position(key.Whole(), offsets.size() - 1);
    if (!at.has_value()) return Value::OfUndefined("item");
    return Value::OfText(text->Substring(offsets[*at], offsets[*at + 1]));
  }
  return Value::OfUndefined("item");
}

absl::StatusOr<Value> Slice(const Value& value, std::optional<std::int64_t> begin,
                            std::optional<std::int64_t> end, std::int64_t step, Budget& budget) {
  if (step == 0) return absl::InvalidArgumentError("a slice's step is 0");
  if (const List* list = value.AsList()) {
    std::vector<Value> items;
    const auto size = static_cast<std::int64_t>(list->items.size());
    for (const std::size_t at : Positions(size, begin, end, step)) items.push_back(list->items[at]);
    CLIENTELE_RETURN_IF_ERROR(budget.Steps(items.size()));
    return Value::OfList(std::move(items), list->is_tuple);
  }
  const TracedText* text = value.Text();
  if (text == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat(value.KindName(), " cannot be sliced"));
  }
  CLIENTELE_RETURN_IF_ERROR(budget.Bytes(text->size()));
  const std::vector<std::size_t> offsets = CharacterOffsets(text->bytes());
  const auto size = static_cast<std::int64_t>(offsets.size()) - 1;
  TracedText part;
  for (const std::size_t at : Positions(size, begin, end, step)) {
    part.Append(*text, offsets[at], offsets[at + 1]);
  }
  return Value::OfText(std::move(part));
}

}  // namespace clientele::text::chat
