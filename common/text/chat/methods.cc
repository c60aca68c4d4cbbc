#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <unicode/uchar.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"
#include "common/text/characters.h"
#include "common/text/chat/functions.h"
#include "common/text/chat/operations.h"
#include "common/text/chat/text_functions.h"

namespace clientele::text::chat {
namespace {

absl::Status WrongArgument(absl::string_view name) {
  return absl::InvalidArgumentError(absl::StrCat("an argument of ", name, " is of a wrong kind"));
}

Value TextsAsList(std::vector<TracedText> texts) {
  std::vector<Value> items;
  items.reserve(texts.size());
  for (TracedText& text : texts) items.push_back(Value::OfText(std::move(text)));
  return Value::OfList(std::move(items));
}

// The text of an argument; nothing where it is left out or None.
absl::StatusOr<std::optional<absl::string_view>> OptionalText(absl::string_view name,
                                                              const Value* argument) {
  if (argument == nullptr || argument->IsNone()) return std::nullopt;
  if (argument->Text() == nullptr) return WrongArgument(name);
  return absl::string_view(argument->Text()->bytes());
}

// The whole number of an argument; `otherwise` where it is left out.
absl::StatusOr<std::int64_t> WholeOr(absl::string_view name, const Value* argument,
                                     std::int64_t otherwise) {
  if (argument == nullptr) return otherwise;
  if (!argument->IsWhole()) return WrongArgument(name);
  return argument->Whole();
}

absl::StatusOr<Value> DictMethod(absl::string_view name, const Value& value,
                                 const Arguments& arguments, Budget& budget) {
  const Dict& dict = *value.AsDict();
  if (name == "get") {
    CLIENTELE_RETURN_IF_ERROR(arguments.Check(name, 1, {"key", "default"}));
    const Value* otherwise = arguments.Get(1, "default");
    const TracedText* key = arguments.Get(0, "key")->Text();
    const Value* found = key == nullptr ? nullptr : dict.Find(key->bytes());
    if (found != nullptr) return *found;
    return otherwise == nullptr ? Value() : *otherwise;
  }
  if (name != "items" && name != "keys" && name != "values") {
    return absl::InvalidArgumentError(absl::StrCat("dict has no method '", name, "'"));
  }
  CLIENTELE_RETURN_IF_ERROR(arguments.Check(name, 0, {}));
  CLIENTELE_RETURN_IF_ERROR(budget.Steps(dict.members.size()));
  std::vector<Value> items;
  for (const auto& [key, member] : dict.members) {
    Value key_value = Value::OfTemplateText(key);
    if (name == "keys") {
      items.push_back(std::move(key_value));
    } else if (name == "values") {
      items.push_back(member);
    } else {
      items.push_back(Value::OfList({std::move(key_value), member}, /*is_tuple=*/true));
    }
  }
  return Value::OfList(std::move(items));
}

absl::StatusOr<Value> ListMethod(absl::string_view name, const Value& value,
                                 const Arguments& arguments) {
  if (name != "index" && name != "count") {
    return absl::InvalidArgumentError(absl::StrCat("list has no method '", name, "'"));
  }
  CLIENTELE_RETURN_IF_ERROR(arguments.Check(name, 1, {"value"}));
  const std::vector<Value>& items = value.AsList()->items;
  const Value& wanted = *arguments.Get(0, "value");
  if (name == "count") {
    return Value::OfInteger(std::count(items.begin(), items.end(), wanted));
  }
  const auto found = std::find(items.begin(), items.end(), wanted);
  if (found == items.end()) return absl::InvalidArgumentError("index finds no such item");
  return Value::OfInteger(found - items.begin());
}

// startswith and endswith take one text, or a tuple of them.
absl::StatusOr<bool> BeginsOrEnds(absl::string_view name, const TracedText& text,
                                  const Value& argument) {
  const auto fits = [&](const TracedText& part) {
    return name == "startswith" ? absl::StartsWith(text.bytes(), part.bytes())
                                : absl::EndsWith(text.bytes(), part.bytes());
  };
  if (const TracedText* part = argument.Text()) return fits(*part);
  if (argument.AsList() == nullptr || !argument.AsList()->is_tuple) return WrongArgument(name);
  for (const Value& part : argument.AsList()->items) {
    if (part.Text() == nullptr) return WrongArgument(name);
    if (fits(*part.Text())) return true;
  }
  return false;
}

// The position in characters, or -1.
std::int64_t Find(const std::string& bytes, const std::string& part, bool from_right) {
  const std::size_t at = from_right ? bytes.rfind(part) : bytes.find(part);
  if (at == std::string::npos) return -1;
  return static_cast<std::int64_t>(
             CharacterOffsets(absl::string_view(bytes).substr(0, at)).size()) -
         1;
}

bool AllCharacters(absl::string_view text, absl::string_view name) {
  if (name == "isspace") return IsWhiteSpaceText(text);
  const std::u32string characters = Characters(text);
  return !characters.empty() && std::all_of(characters.begin(), characters.end(), [&](char32_t c) {
    const auto code = static_cast<UChar32>(c);
    return name == "isalpha" ? u_isalpha(code) != 0
                             : u_isdigit(code) != 0 ||
                                   u_getIntPropertyValue(code, UCHAR_NUMERIC_TYPE) == U_NT_DIGIT;
  });
}

absl::StatusOr<Value> Search(absl::string_view name, const TracedText& text,
                             const Arguments& arguments) {
  CLIENTELE_RETURN_IF_ERROR(arguments.Check(name, 1, {"sub"}));
  const Value& argument = *arguments.Get(0, "sub");
  if (name == "startswith" || name == "endswith") {
    CLIENTELE_ASSIGN_OR_RETURN(const bool fits, BeginsOrEnds(name, text, argument));
    return Value::OfBool(fits);
  }
  if (argument.Text() == nullptr) return WrongArgument(name);
  const std::string& part = argument.Text()->bytes();
  if (name == "removeprefix" || name == "removesuffix") {
    const bool prefix = name == "removeprefix";
    const bool fits = !part.empty() && (prefix ? absl::StartsWith(text.bytes(), part)
                                               : absl::EndsWith(text.bytes(), part));
    if (!fits) return Value::OfText(text);
    return Value::OfText(prefix ? text.Substring(part.size(), text.size())
                                : text.Substring(0, text.size() - part.size()));
  }
  if (name == "count") {
    if (part.empty()) {
      return Value::OfInteger(static_cast<std::int64_t>(CharacterOffsets(text.bytes()).size()));
    }
    CLIENTELE_ASSIGN_OR_RETURN(const auto parts, SplitText(text, part, -1, false));
    return Value::OfInteger(static_cast<std::int64_t>(parts.size()) - 1);
  }
  const std::int64_t at = Find(text.bytes(), part, name == "rfind");
  if (at < 0 && name == "index") return absl::InvalidArgumentError("index finds no such text");
  return Value::OfInteger(at);
}

absl::StatusOr<Value> Split(absl::string_view name, const TracedText& text,
                            const Arguments& arguments, Budget& budget) {
  CLIENTELE_RETURN_IF_ERROR(arguments.Check(name, 0, {"sep", "maxsplit"}));
  CLIENTELE_ASSIGN_OR_RETURN(const auto separator, OptionalText(name, arguments.Get(0, "sep")));
  CLIENTELE_ASSIGN_OR_RETURN(const std::int64_t max,
                             WholeOr(name, arguments.Get(1, "maxsplit"), -1));
  CLIENTELE_RETURN_IF_ERROR(budget.Bytes(text.size()));
  CLIENTELE_ASSIGN_OR_RETURN(auto parts, SplitText(text, separator, max, name == "rsplit"));
  CLIENTELE_RETURN_IF_ERROR(budget.Steps(parts.size()));
  return TextsAsList(std::move(parts));
}

absl::StatusOr<Value> Join(const TracedText& text, const Arguments& arguments, Budget& budget) {
  CLIENTELE_RETURN_IF_ERROR(arguments.Check("join", 1, {"iterable"}));
  CLIENTELE_ASSIGN_OR_RETURN(const auto items, Items(*arguments.Get(0, "iterable"), budget));
  std::vector<TracedText> parts;
  for (const Value& item : items) {
    if (item.Text() == nullptr) return WrongArgument("join");
    parts.push_back(*item.Text());
  }
  CLIENTELE_ASSIGN_OR_RETURN(TracedText joined, Joined(parts, text, budget));
  return Value::OfText(std::move(joined));
}

absl::StatusOr<Value> TextMethod(absl::string_view name, const TracedText& text,
                                 const Arguments& arguments, Budget& budget) {
  constexpr absl::string_view kSearches[] = {
      "startswith", "endswith", "find", "rfind", "index", "count", "removeprefix", "removesuffix"};
  if (std::find(std::begin(kSearches), std::end(kSearches), name) != std::end(kSearches)) {
    return Search(name, text, arguments);
  }
  if (name == "split" || name == "rsplit") return Split(name, text, arguments, budget);
  if (name == "join") return Join(text, arguments, budget);
  CLIENTELE_RETURN_IF_ERROR(budget.Bytes(text.size()));
  if (name == "strip" || name == "lstrip" || name == "rstrip") {
    CLIENTELE_RETURN_IF_ERROR(arguments.Check(name, 0, {"chars"}));
    CLIENTELE_ASSIGN_OR_RETURN(const auto characters,
                               OptionalText(name, arguments.Get(0, "chars")));
    const Side side = name == "strip" ? Side::kBoth : name == "lstrip" ? Side::kLeft : Side::kRight;
    return Value::OfText(Strip(text, side, characters));
  }
  if (name == "replace") {
    CLIENTELE_RETURN_IF_ERROR(arguments.Check(name, 2, {"old", "new", "count"}));
    const TracedText* from = arguments.Get(0, "old")->Text();
    const TracedText* to = arguments.Get(1, "new")->Text();
    if (from == nullptr || to == nullptr) return WrongArgument(name);
    CLIENTELE_ASSIGN_OR_RETURN(const std::int64_t count,
                               WholeOr(name, arguments.Get(2, "count"), -1));
    CLIENTELE_ASSIGN_OR_RETURN(TracedText replaced, Replaced(text, *from, *to, count, budget));
    return Value::OfText(std::move(replaced));
  }
  CLIENTELE_RETURN_IF_ERROR(arguments.Check(name, 0, {}));
  if (name == "upper") return Value::OfText(WithCase(text, Case::kUpper));
  if (name == "lower") return Value::OfText(WithCase(text, Case::kLower));
  if (name == "title") return Value::OfText(WithCase(text, Case::kTitle));
  if (name == "capitalize") return Value::OfText(WithCase(text, Case::kCapitalized));
  if (name == "splitlines") {
    std::vector<TracedText> lines = Lines(text);
    CLIENTELE_RETURN_IF_ERROR(budget.Steps(lines.size()));
    return TextsAsList(std::move(lines));
  }
  if (name == "isalpha" || name == "isdigit" || name == "isspace") {
    return Value::OfBool(AllCharacters(text.bytes(), name));
  }
  return absl::InvalidArgumentError(absl::StrCat("str has no method '", name, "'"));
}

}  // namespace

absl::StatusOr<Value> CallMethod(absl::string_view name, const Value& value,
                                 const Arguments& arguments, Budget& budget) {
  if (value.AsDict() != nullptr) return DictMethod(name, value, arguments, budget);
  if (value.AsList() != nullptr) return ListMethod(name, value, arguments);
  if (const TracedText* text = value.Text()) return TextMethod(name, *text, arguments, budget);
  return absl::InvalidArgumentError(absl::StrCat(value.KindName(), " has no method '", name, "'"));
}

}  // namespace clientele::text::chat
