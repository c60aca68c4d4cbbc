#ifndef CLIENTELE_TESTS_SUPPORT_BYTEA_COLUMNS_H_
#define CLIENTELE_TESTS_SUPPORT_BYTEA_COLUMNS_H_

#include <set>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "common/database/encrypted_column.h"
#include "common/postgres/connection_pool.h"
#include "common/status/status_macros.h"

namespace clientele::testing {

// "profile.customers.email": the columns of bytes in a schema's tables, where ciphertexts can be.
inline std::set<std::string> ByteaColumns(postgres::ConnectionPool& pool,
                                          const std::string& schema) {
  static constexpr postgres::Statement kColumns{
      "test.bytea_columns",
      "SELECT format('%s.%s.%s', n.nspname, c.relname, a.attname) FROM pg_attribute a"
      " JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
      " WHERE n.nspname = $1 AND a.atttypid = 'bytea'::regtype AND c.relkind IN ('r', 'p')"
      " AND NOT c.relispartition AND a.attnum > 0 AND NOT a.attisdropped"};
  std::set<std::string> columns;
  const absl::Status status = pool.Transact({}, [&](postgres::Transaction& t) -> absl::Status {
    columns.clear();
    CLIENTELE_ASSIGN_OR_RETURN(const postgres::Result rows, t.Execute(kColumns, {schema}));
    for (const postgres::Row row : rows) columns.insert(row.Text(0));
    return absl::OkStatus();
  });
  INFO(status.ToString());
  REQUIRE(status.ok());
  return columns;
}

inline std::set<std::string> NamesOf(const std::vector<database::EncryptedColumn>& columns) {
  std::set<std::string> names;
  for (const database::EncryptedColumn& column : columns) names.insert(column.name());
  return names;
}

}  // namespace clientele::testing

#endif  // CLIENTELE_TESTS_SUPPORT_BYTEA_COLUMNS_H_
