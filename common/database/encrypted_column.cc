#include "common/database/encrypted_column.h"

#include <cassert>
#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/postgres/schema_statement.h"
#include "common/status/status_macros.h"

namespace clientele::database {
namespace {

using postgres::Bytes;
using postgres::Result;
using postgres::Row;
using KeyColumns = std::vector<EncryptedColumn::KeyColumn>;

// "a, b", or with `prefix` "t.": "t.a, t.b".
std::string ColumnList(const KeyColumns& key, absl::string_view prefix = "") {
  return absl::StrJoin(key, ", ", [prefix](std::string* out, const auto& column) {
    absl::StrAppend(out, prefix, column.name);
  });
}

// "$1::text, $2::bigint"; with `suffix` "[]" arrays.
std::string Parameters(const KeyColumns& key, absl::string_view suffix = "") {
  int position = 0;
  return absl::StrJoin(key, ", ", [&](std::string* out, const auto& column) {
    absl::StrAppend(out, "$", ++position, "::", column.type, suffix);
  });
}

std::string ReadText(const EncryptedColumn::Names& names) {
  const std::size_t prefix = names.key.size() + 1;
  const std::string stale =
      absl::StrCat("octet_length(", names.column, ") > 0 AND substring(", names.column,
                   " FROM 1 FOR octet_length($", prefix, "::bytea)) <> $", prefix, "::bytea");
  const std::string key = absl::StrJoin(names.key, ", ", [](std::string* out, const auto& column) {
    absl::StrAppend(out, column.name, "::text");
  });
  return absl::StrCat(
      "SELECT ", key, ", CASE WHEN ", stale, " THEN ", names.column, " END FROM {schema}.",
      names.table, " WHERE (", ColumnList(names.key), ") > (", Parameters(names.key), ") ORDER BY ",
      ColumnList(names.key, absl::StrCat(names.table, ".")), " LIMIT $", prefix + 1);
}

std::string ReplaceText(const EncryptedColumn::Names& names) {
  const std::size_t from = names.key.size() + 1;
  const std::string same_key =
      absl::StrJoin(names.key, " AND ", [](std::string* out, const auto& column) {
        absl::StrAppend(out, "stored.", column.name, " = replacement.", column.name);
      });
  return absl::StrCat("UPDATE {schema}.", names.table, " AS stored SET ", names.column,
                      " = replacement.to_value FROM unnest(", Parameters(names.key, "[]"), ", $",
                      from, "::bytea[], $", from + 1, "::bytea[]) AS replacement (",
                      ColumnList(names.key), ", from_value, to_value) WHERE ", same_key,
                      " AND stored.", names.column, " = replacement.from_value");
}

}  // namespace

struct EncryptedColumn::Statements {
  explicit Statements(const Names& names)
      : name(absl::StrCat(names.schema, ".", names.table, ".", names.column)),
        key(names.key),
        read(absl::StrCat("read_", names.table, "_", names.column), ReadText(names), names.schema),
        replace(absl::StrCat("replace_", names.table, "_", names.column), ReplaceText(names),
                names.schema) {}

  const std::string name;
  const KeyColumns key;
  const postgres::SchemaStatement read, replace;
};

EncryptedColumn::EncryptedColumn(const Names& names, std::function<std::string(const Key&)> place)
    : statements_(std::make_shared<const Statements>(names)), place_(std::move(place)) {
  assert(!names.key.empty());
}

const std::string& EncryptedColumn::name() const { return statements_->name; }

std::string EncryptedColumn::PlaceOf(const Key& key) const { return place_(key); }

EncryptedColumn::Key EncryptedColumn::BelowAll() const {
  Key below;
  for (const KeyColumn& column : statements_->key) below.emplace_back(column.below_all);
  return below;
}

absl::StatusOr<EncryptedColumn::Page> EncryptedColumn::Read(postgres::Transaction& transaction,
                                                            const Key& after,
                                                            const std::string& prefix,
                                                            int limit) const {
  std::vector<postgres::Value> parameters(after.begin(), after.end());
  parameters.emplace_back(Bytes{prefix});
  parameters.emplace_back(limit);
  CLIENTELE_ASSIGN_OR_RETURN(const Result rows,
                             transaction.Execute(statements_->read.statement(), parameters));
  const int width = static_cast<int>(statements_->key.size());
  Page page;
  for (const Row row : rows) {
    page.last.clear();
    for (int i = 0; i < width; ++i) page.last.push_back(row.Text(i));
    if (!row.IsNull(width)) page.stale.push_back({page.last, row.Bytes(width)});
  }
  if (static_cast<int>(rows.size()) < limit) page.last.clear();
  return page;
}

absl::StatusOr<int64_t> EncryptedColumn::Replace(
    postgres::Transaction& transaction, const std::vector<Replacement>& replacements) const {
  std::vector<std::vector<std::string>> keys(statements_->key.size());
  std::vector<Bytes> from, to;
  for (const Replacement& replacement : replacements) {
    for (std::size_t i = 0; i < keys.size(); ++i) keys[i].push_back(replacement.key[i]);
    from.push_back({replacement.from});
    to.push_back({replacement.to});
  }
  std::vector<postgres::Value> parameters(keys.begin(), keys.end());
  parameters.emplace_back(from);
  parameters.emplace_back(to);
  CLIENTELE_ASSIGN_OR_RETURN(const Result updated,
                             transaction.Execute(statements_->replace.statement(), parameters));
  return updated.affected_rows();
}

}  // namespace clientele::database
