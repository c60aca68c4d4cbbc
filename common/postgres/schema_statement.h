#ifndef CLIENTELE_COMMON_POSTGRES_SCHEMA_STATEMENT_H_
#define CLIENTELE_COMMON_POSTGRES_SCHEMA_STATEMENT_H_

#include <string>

#include "absl/strings/string_view.h"

#include "common/postgres/statement.h"

namespace clientele::postgres {

// 1 to 40 lower-case letters, digits and _, not starting with a digit: the only
// names that this project gives to schemas and roles.
bool IsPlainName(absl::string_view name);

// `text` with every `{schema}` replaced. `schema` must be a plain name.
std::string ForSchema(absl::string_view text, absl::string_view schema);

// A constant statement of a module that keeps its table in the schema of whatever
// service uses it (an identifier cannot be a parameter). Services' own statements
// are plain constants; this is for common/ alone.
//
//   SchemaStatement insert_{"insert_ledger_entry",
//                           "INSERT INTO {schema}.request_ledger ...", schema};
//   transaction.Execute(insert_.statement(), {...});    // named "profile.insert_ledger_entry"
//
// Immutable; neither copied nor moved, for Statement points into it.
class SchemaStatement {
 public:
  SchemaStatement(absl::string_view name, absl::string_view text, absl::string_view schema);
  SchemaStatement(const SchemaStatement&) = delete;
  SchemaStatement& operator=(const SchemaStatement&) = delete;

  const Statement& statement() const { return statement_; }

 private:
  std::string name_;
  std::string sql_;
  Statement statement_;
};

}  // namespace clientele::postgres

#endif  // CLIENTELE_COMMON_POSTGRES_SCHEMA_STATEMENT_H_
