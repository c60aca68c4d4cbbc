#ifndef CLIENTELE_COMMON_DATABASE_ENCRYPTED_COLUMN_H_
#define CLIENTELE_COMMON_DATABASE_ENCRYPTED_COLUMN_H_

// A column of ciphertexts (common/crypto), described well enough to encrypt it again under
// another key.
//
//   const EncryptedColumn email(
//       {.schema = "profile", .table = "customers", .column = "email", .key = {{"customer_id"}}},
//       [](const EncryptedColumn::Key& key) { return CustomerPlace("email", key[0]); });
//
// Immutable; copies share the statements. Thread-safe.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include "common/postgres/transaction.h"

namespace clientele::database {

class EncryptedColumn {
 public:
  // A row's primary key: its columns' values in their order, as PostgreSQL writes them.
  using Key = std::vector<std::string>;

  struct KeyColumn {
    const char* name = nullptr;
    const char* type = "text";
    // Below every value of the column.
    const char* below_all = "";
  };

  // Names that stand in the code: they become parts of statements.
  struct Names {
    std::string schema;
    const char* table = nullptr;
    const char* column = nullptr;
    std::vector<KeyColumn> key;
  };

  // `place` gives the associated data that the row's value is bound to.
  EncryptedColumn(const Names& names, std::function<std::string(const Key&)> place);

  // "profile.customers.email".
  const std::string& name() const;
  std::string PlaceOf(const Key& key) const;

  // Below the key of every row.
  Key BelowAll() const;

  struct Value {
    Key key;
    std::string ciphertext;
  };
  struct Page {
    // Values that do not start with the prefix that was asked about.
    std::vector<Value> stale;
    // The last row's key; empty after the last page.
    Key last;
  };
  // Looks at up to `limit` rows after `after`, in the key's order. NULL and empty values are
  // never stale.
  absl::StatusOr<Page> Read(postgres::Transaction& transaction, const Key& after,
                            const std::string& prefix, int limit) const;

  struct Replacement {
    Key key;
    std::string from;
    std::string to;
  };
  // Writes `to` where the value still is `from`; gives in how many rows it was.
  absl::StatusOr<int64_t> Replace(postgres::Transaction& transaction,
                                  const std::vector<Replacement>& replacements) const;

 private:
  struct Statements;
  std::shared_ptr<const Statements> statements_;
  std::function<std::string(const Key&)> place_;
};

}  // namespace clientele::database

#endif  // CLIENTELE_COMMON_DATABASE_ENCRYPTED_COLUMN_H_
