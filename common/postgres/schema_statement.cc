#include "common/postgres/schema_statement.h"

#include <algorithm>
#include <cassert>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace clientele::postgres {

bool IsPlainName(absl::string_view name) {
  return !name.empty() && name.size() <= 40 && !absl::ascii_isdigit(name.front()) &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '_';
         });
}

std::string ForSchema(absl::string_view text, absl::string_view schema) {
  assert(IsPlainName(schema));
  return absl::StrReplaceAll(text, {{"{schema}", schema}});
}

SchemaStatement::SchemaStatement(absl::string_view name, absl::string_view text,
                                 absl::string_view schema)
    : name_(absl::StrCat(schema, ".", name)),
      sql_(ForSchema(text, schema)),
      statement_{name_.c_str(), sql_.c_str()} {}

}  // namespace clientele::postgres
