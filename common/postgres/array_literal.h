#ifndef CLIENTELE_COMMON_POSTGRES_ARRAY_LITERAL_H_
#define CLIENTELE_COMMON_POSTGRES_ARRAY_LITERAL_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace clientele::postgres::internal {

// PostgreSQL's text form of arrays
// (https://www.postgresql.org/docs/15/arrays.html#ARRAYS-IO).

// Appends `text` in quotes, with " and \ escaped.
void AppendQuotedElement(absl::string_view text, std::string& out);

// The elements of a one-dimensional array literal, nullopt for NULL; nullopt for
// the whole when `literal` is not one.
std::optional<std::vector<std::optional<std::string>>> ParseArray(absl::string_view literal);

}  // namespace clientele::postgres::internal

#endif  // CLIENTELE_COMMON_POSTGRES_ARRAY_LITERAL_H_
