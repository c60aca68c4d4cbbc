#include "common/idempotency/ledger.h"

#include <cassert>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/crypto/cipher.h"
#include "common/postgres/schema_statement.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele {

using postgres::Result;
using postgres::SchemaStatement;

const postgres::MigrationModule& LedgerMigrations() {
  static const postgres::MigrationModule module{
      .name = "ledger",
      .migrations = {{1, "request_ledger",
                      "CREATE TABLE {schema}.request_ledger ("
                      "  caller text NOT NULL,"
                      "  method text NOT NULL,"
                      "  request_id text NOT NULL,"
                      "  body_hash bytea NOT NULL,"
                      "  subject text,"  // NULL: no one's
                      "  result bytea,"  // encrypted; NULL only inside the mutation's transaction
                      "  create_time timestamptz NOT NULL,"
                      "  PRIMARY KEY (caller, method, request_id));"
                      "CREATE INDEX request_ledger_subject ON {schema}.request_ledger (subject)"
                      "  WHERE subject IS NOT NULL;"
                      "CREATE INDEX request_ledger_create_time ON {schema}.request_ledger"
                      "  USING brin (create_time);"}}};
  return module;
}

struct Ledger::Statements {
  explicit Statements(const std::string& schema)
      : enter("insert_ledger_entry",
              // Waits for another transaction that enters the same id. An entry past its
              // retention is taken over as if it were not there.
              "INSERT INTO {schema}.request_ledger AS entry"
              " (caller, method, request_id, body_hash, subject, create_time)"
              " VALUES ($1, $2, $3, $4, $5, $6)"
              " ON CONFLICT (caller, method, request_id) DO UPDATE"
              " SET body_hash = excluded.body_hash, subject = excluded.subject, result = NULL,"
              "     create_time = excluded.create_time"
              " WHERE entry.create_time <= $7",
              schema),
        find("get_ledger_entry",
             "SELECT body_hash, result FROM {schema}.request_ledger"
             " WHERE caller = $1 AND method = $2 AND request_id = $3",
             schema),
        keep("update_ledger_result",
             "UPDATE {schema}.request_ledger SET result = $4"
             " WHERE caller = $1 AND method = $2 AND request_id = $3",
             schema),
        withdraw("delete_ledger_entry",
                 "DELETE FROM {schema}.request_ledger"
                 " WHERE caller = $1 AND method = $2 AND request_id = $3",
                 schema),
        forget("delete_subject_ledger_entries",
               // Spares the entry of the mutation that is erasing: it has no result yet.
               "DELETE FROM {schema}.request_ledger WHERE subject = $1 AND result IS NOT NULL",
               schema),
        prune("prune_ledger_entries",
              "DELETE FROM {schema}.request_ledger WHERE ctid = ANY (ARRAY("
              " SELECT ctid FROM {schema}.request_ledger WHERE create_time <= $1"
              " LIMIT $2 FOR UPDATE SKIP LOCKED))",
              schema) {}

  const SchemaStatement enter, find, keep, withdraw, forget, prune;
};

namespace {

// What a stored result is bound to.
std::string Place(absl::string_view schema, const MutationId& id) {
  return absl::StrCat(schema, ".request_ledger.result:", id.caller.size(), ":", id.caller,
                      id.method.size(), ":", id.method, id.request_id);
}

}  // namespace

database::EncryptedColumn LedgerResults(const std::string& schema) {
  return database::EncryptedColumn(
      {.schema = schema,
       .table = "request_ledger",
       .column = "result",
       .key = {{"caller"}, {"method"}, {"request_id"}}},
      [schema](const database::EncryptedColumn::Key& key) {
        return Place(schema,
                     {.caller = key[0], .method = key[1], .request_id = key[2], .body_hash = ""});
      });
}

Ledger::Ledger(std::string schema, const crypto::Cipher* cipher, const Clock* clock,
               absl::Duration retention)
    : schema_(std::move(schema)),
      cipher_(cipher),
      clock_(clock),
      retention_(retention),
      statements_(std::make_unique<Statements>(schema_)) {
  assert(clock_ != nullptr);
}

Ledger::~Ledger() = default;

std::string Ledger::StoredBodyHash(const MutationId& id) const {
  if (cipher_ == nullptr) return id.body_hash;
  return cipher_->BlindIndex(id.body_hash, absl::StrCat(schema_, ".request_ledger.body_hash"));
}

absl::StatusOr<std::string> Ledger::Once(
    postgres::Transaction& transaction, const MutationId& id, absl::string_view subject,
    absl::FunctionRef<absl::StatusOr<std::string>()> mutate) const {
  if (!id.idempotent()) return mutate();
  CLIENTELE_ASSIGN_OR_RETURN(std::optional<std::string> stored, Enter(transaction, id, subject));
  if (stored.has_value()) return *std::move(stored);
  CLIENTELE_ASSIGN_OR_RETURN(std::string result, mutate());
  CLIENTELE_RETURN_IF_ERROR(Keep(transaction, id, result));
  return result;
}

absl::Status Ledger::Keep(postgres::Transaction& transaction, const MutationId& id,
                          absl::string_view result) const {
  const std::string stored =
      cipher_ == nullptr ? std::string(result) : cipher_->Encrypt(result, Place(schema_, id));
  return transaction
      .Execute(statements_->keep.statement(),
               {id.caller, id.method, id.request_id, postgres::Bytes{stored}})
      .status();
}

absl::Status Ledger::Withdraw(postgres::Transaction& transaction, const MutationId& id) const {
  return transaction
      .Execute(statements_->withdraw.statement(), {id.caller, id.method, id.request_id})
      .status();
}

absl::StatusOr<std::optional<std::string>> Ledger::Enter(postgres::Transaction& transaction,
                                                         const MutationId& id,
                                                         absl::string_view subject) const {
  const absl::Time now = clock_->Now();
  const std::string body_hash = StoredBodyHash(id);
  const std::optional<std::string> owner =
      subject.empty() ? std::nullopt : std::optional<std::string>(subject);
  CLIENTELE_ASSIGN_OR_RETURN(
      const Result entered,
      transaction.Execute(statements_->enter.statement(),
                          {id.caller, id.method, id.request_id, postgres::Bytes{body_hash}, owner,
                           now, now - retention_}));
  if (entered.affected_rows() == 1) return std::nullopt;

  CLIENTELE_ASSIGN_OR_RETURN(
      const Result found,
      transaction.Execute(statements_->find.statement(), {id.caller, id.method, id.request_id}));
  if (found.empty()) {  // forgotten or pruned between the two statements
    return WithRetryDelay(
        absl::AbortedError("the request was forgotten at the same time; send it again"),
        absl::Milliseconds(50));
  }
  if (found[0].Bytes(0) != body_hash) {
    return WithReason(absl::InvalidArgumentError(
                          "request_id was used before with another request; use a new one"),
                      reason::kRequestIdReused);
  }
  if (found[0].IsNull(1)) {  // Once inside Once with the same id
    return WithReason(absl::InternalError("a mutation entered itself"), reason::kInternal);
  }
  std::string stored = found[0].Bytes(1);
  if (cipher_ == nullptr) return stored;
  CLIENTELE_ASSIGN_OR_RETURN(stored, cipher_->Decrypt(stored, Place(schema_, id)));
  return stored;
}

absl::Status Ledger::Forget(postgres::Transaction& transaction, absl::string_view subject) const {
  return transaction.Execute(statements_->forget.statement(), {subject}).status();
}

absl::StatusOr<int64_t> Ledger::Prune(postgres::Transaction& transaction, int64_t limit) const {
  CLIENTELE_ASSIGN_OR_RETURN(
      const Result deleted,
      transaction.Execute(statements_->prune.statement(), {clock_->Now() - retention_, limit}));
  return deleted.affected_rows();
}

}  // namespace clientele
