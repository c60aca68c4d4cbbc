#include <algorithm>
#include <string>

#include <unicode/uchar.h>

#include "absl/strings/str_cat.h"

#include "common/status/status_macros.h"
#include "common/text/characters.h"
#include "common/text/chat/functions.h"
#include "common/text/chat/operations.h"

namespace clientele::text::chat {
namespace {

// Python's islower and isupper: a letter with case, and none of the other case.
bool HasCase(absl::string_view text, bool upper) {
  bool any = false;
  for (const char32_t c : Characters(text)) {
    if (u_isULowercase(static_cast<UChar32>(c)) != 0 || u_istitle(static_cast<UChar32>(c)) != 0) {
      if (upper) return false;
      any = true;
    } else if (u_isUUppercase(static_cast<UChar32>(c)) != 0) {
      if (!upper) return false;
      any = true;
    }
  }
  return any;
}

// The comparison that a test's name stands for; empty where it is none.
absl::string_view ComparisonOf(absl::string_view name) {
  constexpr absl::string_view kNames[][2] = {
      {"eq", "=="}, {"equalto", "=="}, {"==", "=="},      {"ne", "!="},
      {"!=", "!="}, {"lt", "<"},       {"lessthan", "<"}, {"<", "<"},
      {"le", "<="}, {"<=", "<="},      {"gt", ">"},       {">", ">"},
      {"ge", ">="}, {">=", ">="},      {"in", "in"},      {"greaterthan", ">"}};
  for (const auto& [test, comparison] : kNames) {
    if (test == name) return comparison;
  }
  return {};
}

absl::StatusOr<bool> DividesWithout(const Value& value, const Value& by, std::int64_t remainder) {
  if (!value.IsWhole() || !by.IsWhole() || by.Whole() == 0) {
    return absl::InvalidArgumentError("a test of division needs whole numbers");
  }
  if (by.Whole() == -1) return remainder == 0;
  const std::int64_t left = value.Whole() % by.Whole();
  return (left < 0 ? -left : left) == remainder;
}

}  // namespace

absl::StatusOr<bool> ApplyTest(absl::string_view name, const Value& value,
                               const Arguments& arguments) {
  const absl::string_view comparison = ComparisonOf(name);
  const bool takes_one = !comparison.empty() || name == "divisibleby" || name == "sameas";
  if (!arguments.named.empty() || arguments.values.size() != (takes_one ? 1 : 0)) {
    return absl::InvalidArgumentError(
        absl::StrCat("the test '", name, "' takes ", takes_one ? "one argument" : "no argument"));
  }
  if (!comparison.empty()) return Compare(comparison, value, arguments.values.front());
  if (name == "divisibleby") return DividesWithout(value, arguments.values.front(), 0);
  if (name == "even") return DividesWithout(value, Value::OfInteger(2), 0);
  if (name == "odd") return DividesWithout(value, Value::OfInteger(2), 1);
  if (name == "sameas") return value.IsSame(arguments.values.front());
  if (name == "defined") return !value.IsUndefined();
  if (name == "undefined") return value.IsUndefined();
  if (name == "none") return value.IsNone();
  if (name == "boolean") return value.IsBool();
  if (name == "true") return value.IsBool() && value.Truth();
  if (name == "false") return value.IsBool() && !value.Truth();
  if (name == "integer") return value.IsInteger();
  if (name == "float") return value.IsFloat();
  if (name == "number") return value.IsNumber();
  if (name == "string") return value.Text() != nullptr;
  if (name == "mapping") return value.AsDict() != nullptr;
  if (name == "callable") return value.AsCallable() != nullptr;
  if (name == "sequence" || name == "iterable") {
    return value.Text() != nullptr || value.AsList() != nullptr || value.AsDict() != nullptr ||
           value.IsUndefined();
  }
  return HasCase(Printed(value).bytes(), name == "upper");
}

}  // namespace clientele::text::chat
