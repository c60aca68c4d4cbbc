#include "common/text/chat/vocabulary.h"

#include <algorithm>
#include <iterator>

namespace clientele::text::chat {
namespace {

template <class Names>
bool Holds(const Names& names, absl::string_view name) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

}  // namespace

bool IsTest(absl::string_view name) {
  static constexpr absl::string_view kNames[] = {
      "boolean", "callable", "defined",  "divisibleby", "eq",          "equalto",
      "even",    "false",    "float",    "ge",          "greaterthan", "gt",
      "in",      "integer",  "iterable", "le",          "lessthan",    "lower",
      "lt",      "mapping",  "ne",       "none",        "number",      "odd",
      "sameas",  "sequence", "string",   "true",        "undefined",   "upper",
      "==",      "!=",       "<",        "<=",          ">",           ">="};
  return Holds(kNames, name);
}

bool IsMethod(absl::string_view name) {
  static constexpr absl::string_view kNames[] = {
      "capitalize",   "count",        "endswith", "find",  "get",    "index",  "isalpha",
      "isdigit",      "isspace",      "items",    "join",  "keys",   "lower",  "lstrip",
      "removeprefix", "removesuffix", "replace",  "rfind", "rsplit", "rstrip", "split",
      "splitlines",   "startswith",   "strip",    "title", "upper",  "values"};
  return Holds(kNames, name);
}

bool IsGlobalFunction(absl::string_view name) {
  static constexpr absl::string_view kNames[] = {"dict", "namespace", "raise_exception", "range",
                                                 "strftime_now"};
  return Holds(kNames, name);
}

}  // namespace clientele::text::chat
