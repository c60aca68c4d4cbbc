#include "common/operations/operation_store.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <utility>

#include <sys/random.h>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"

#include "common/crypto/cipher.h"
#include "common/paging/page_builder.h"
#include "common/postgres/schema_statement.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::operations {
namespace {

using postgres::Bytes;
using postgres::Result;
using postgres::Row;
using postgres::SchemaStatement;
using postgres::Transaction;

// Column `state`.
constexpr int64_t kQueued = 0;
constexpr int64_t kRunning = 1;
constexpr int64_t kSucceeded = 2;
constexpr int64_t kFailed = 3;

std::size_t OperationBytes(const Operation& operation) {
  return paging::kRowBytes + operation.id.size() + operation.kind.size() +
         operation.subject.size() + operation.metadata.size() + operation.result.size() +
         operation.error.message().size();
}

State ToState(int64_t stored) {
  switch (stored) {
    case kQueued:
      return State::kQueued;
    case kRunning:
      return State::kRunning;
    case kSucceeded:
      return State::kSucceeded;
    default:
      return State::kFailed;
  }
}

// 128 bits from the kernel, as 32 hexadecimal digits.
std::string RandomId() {
  char bytes[16];
  std::size_t filled = 0;
  while (filled < sizeof(bytes)) {
    const ssize_t got = getrandom(bytes + filled, sizeof(bytes) - filled, 0);
    if (got > 0) filled += static_cast<std::size_t>(got);
  }
  return absl::BytesToHexString(absl::string_view(bytes, sizeof(bytes)));
}

absl::Status LeaseLost() {
  return WithReason(absl::AbortedError("the operation was taken over by another worker"),
                    "LEASE_LOST");
}

// Where a page ends: the last operation's time and id.
struct Position {
  absl::Time create_time = absl::InfiniteFuture();
  std::string id;
};

std::string ToPageToken(const Operation& last) {
  return absl::WebSafeBase64Escape(
      absl::StrCat(absl::ToUnixMicros(last.create_time), ":", last.id));
}

absl::StatusOr<Position> FromPageToken(absl::string_view token) {
  Position position;
  if (token.empty()) return position;
  std::string text;
  if (absl::WebSafeBase64Unescape(token, &text)) {
    const std::size_t colon = text.find(':');
    int64_t micros = 0;
    if (colon != std::string::npos) {
      const auto [stop, error] = std::from_chars(text.data(), text.data() + colon, micros);
      position.id = text.substr(colon + 1);
      if (error == std::errc() && stop == text.data() + colon && position.id.size() == 32 &&
          std::all_of(position.id.begin(), position.id.end(), absl::ascii_isxdigit)) {
        position.create_time = absl::FromUnixMicros(micros);
        return position;
      }
    }
  }
  return InvalidField("page_token", "is not a token that this method gave; start without one");
}

// What a field of an operation is bound to.
std::string Place(absl::string_view id, absl::string_view field) {
  return absl::StrCat("operations.", field, ":", id);
}

constexpr char kColumns[] =
    "operation_id, kind, subject, request, metadata, state, cancel_requested, attempts, result,"
    " error_code, error_message, error_reason, create_time, update_time, finish_time";

}  // namespace

const postgres::MigrationModule& OperationMigrations() {
  static const postgres::MigrationModule module{
      .name = "operations",
      .migrations = {{1, "operations",
                      "CREATE TABLE {schema}.operations ("
                      "  operation_id text PRIMARY KEY,"
                      "  kind text NOT NULL,"
                      "  subject text,"            // NULL: no one's
                      "  request bytea NOT NULL,"  // encrypted, as are metadata and result
                      "  metadata bytea NOT NULL,"
                      "  state smallint NOT NULL,"  // 0 queued, 1 running, 2 succeeded, 3 failed
                      "  cancel_requested boolean NOT NULL DEFAULT false,"
                      "  attempts integer NOT NULL DEFAULT 0,"
                      "  lease text,"
                      "  ready_time timestamptz NOT NULL,"  // not to be claimed before
                      "  result bytea,"
                      "  error_code integer,"
                      "  error_message text,"
                      "  error_reason text,"
                      "  create_time timestamptz NOT NULL,"
                      "  update_time timestamptz NOT NULL,"
                      "  finish_time timestamptz);"
                      "CREATE INDEX operations_ready ON {schema}.operations (ready_time)"
                      "  WHERE state < 2;"
                      "CREATE INDEX operations_newest"
                      "  ON {schema}.operations (create_time DESC, operation_id DESC);"
                      "CREATE INDEX operations_subject ON {schema}.operations (subject)"
                      "  WHERE subject IS NOT NULL;"
                      "CREATE INDEX operations_finished ON {schema}.operations (finish_time)"
                      "  WHERE finish_time IS NOT NULL;"}}};
  return module;
}

std::vector<database::EncryptedColumn> OperationColumns(const std::string& schema) {
  std::vector<database::EncryptedColumn> columns;
  for (const char* field : {"request", "metadata", "result"}) {
    columns.emplace_back(
        database::EncryptedColumn::Names{
            .schema = schema, .table = "operations", .column = field, .key = {{"operation_id"}}},
        [field](const database::EncryptedColumn::Key& key) { return Place(key[0], field); });
  }
  return columns;
}

struct OperationStore::Statements {
  explicit Statements(const std::string& schema)
      : create("insert_operation",
               "INSERT INTO {schema}.operations (operation_id, kind, subject, request, metadata,"
               " state, ready_time, create_time, update_time)"
               " VALUES ($1, $2, $3, $4, $5, 0, $6, $6, $6)",
               schema),
        get("get_operation",
            absl::StrCat("SELECT ", kColumns, " FROM {schema}.operations WHERE operation_id = $1"),
            schema),
        list(
            "list_operations",
            absl::StrCat("SELECT ", kColumns, " FROM {schema}.operations",
                         " WHERE ($1 = '' OR kind = $1) AND (create_time, operation_id) < ($2, $3)",
                         " ORDER BY create_time DESC, operation_id DESC LIMIT $4"),
            schema),
        claim("claim_operation",
              // A running operation is ready again when its lease has passed.
              absl::StrCat("UPDATE {schema}.operations SET state = 1, lease = $1, ready_time = $2,",
                           " update_time = $3, attempts = attempts + 1 WHERE operation_id = (",
                           "  SELECT operation_id FROM {schema}.operations",
                           "  WHERE state < 2 AND ready_time <= $3 AND kind = ANY ($4::text[])",
                           "  ORDER BY ready_time, operation_id LIMIT 1 FOR UPDATE SKIP LOCKED)",
                           " RETURNING ", kColumns),
              schema),
        heartbeat("renew_operation_lease",
                  "UPDATE {schema}.operations SET ready_time = $3,"
                  " metadata = coalesce($4::bytea, metadata),"
                  " update_time = CASE WHEN $4::bytea IS NULL THEN update_time ELSE $5 END"
                  " WHERE operation_id = $1 AND lease = $2 AND state = 1"
                  " RETURNING cancel_requested",
                  schema),
        finish("finish_operation",
               "UPDATE {schema}.operations SET state = $3, lease = NULL, result = $4,"
               " error_code = $5, error_message = $6, error_reason = $7,"
               " update_time = $8, finish_time = $8"
               " WHERE operation_id = $1 AND lease = $2 AND state = 1",
               schema),
        release("release_operation",
                "UPDATE {schema}.operations SET state = 0, lease = NULL, ready_time = $3,"
                " update_time = $4 WHERE operation_id = $1 AND lease = $2 AND state = 1",
                schema),
        cancel("cancel_operation",
               absl::StrReplaceAll(
                   "UPDATE {schema}.operations SET cancel_requested = true, update_time = $2,"
                   " finish_time = CASE WHEN {idle} THEN $2 ELSE finish_time END,"
                   " error_code = CASE WHEN {idle} THEN 1 ELSE error_code END,"
                   " error_message = CASE WHEN {idle} THEN $3 ELSE error_message END,"
                   " error_reason = CASE WHEN {idle} THEN 'CANCELLED' ELSE error_reason END,"
                   " lease = CASE WHEN {idle} THEN NULL ELSE lease END,"
                   " state = CASE WHEN {idle} THEN 3 ELSE state END"
                   " WHERE operation_id = $1 AND state < 2",
                   // No worker holds one that is queued, or whose lease has passed.
                   {{"{idle}", "(state = 0 OR ready_time <= $2)"}}),
               schema),
        remove("delete_operation",
               "DELETE FROM {schema}.operations WHERE operation_id = $1 AND state >= 2", schema),
        forget("erase_subject_operations",
               "UPDATE {schema}.operations SET subject = NULL, request = '', metadata = '',"
               " result = CASE WHEN result IS NULL THEN NULL ELSE ''::bytea END"
               " WHERE subject = $1 AND state >= 2",
               schema),
        prune("prune_operations",
              "DELETE FROM {schema}.operations WHERE operation_id = ANY (ARRAY("
              " SELECT operation_id FROM {schema}.operations WHERE finish_time <= $1"
              " ORDER BY finish_time LIMIT $2 FOR UPDATE SKIP LOCKED))",
              schema) {}

  const SchemaStatement create, get, list, claim, heartbeat, finish, release, cancel, remove,
      forget, prune;
};

OperationStore::OperationStore(std::string schema, const crypto::Cipher* cipher, const Clock* clock)
    : cipher_(cipher), clock_(clock), statements_(std::make_unique<Statements>(schema)) {}

OperationStore::~OperationStore() = default;

std::string OperationStore::Seal(absl::string_view id, absl::string_view field,
                                 const std::string& plain) const {
  if (cipher_ == nullptr || plain.empty()) return plain;
  return cipher_->Encrypt(plain, Place(id, field));
}

absl::StatusOr<std::string> OperationStore::Open(absl::string_view id, absl::string_view field,
                                                 std::string stored) const {
  if (cipher_ == nullptr || stored.empty()) return stored;
  return cipher_->Decrypt(stored, Place(id, field));
}

absl::StatusOr<Operation> OperationStore::ToOperation(const Row& row) const {
  Operation operation;
  operation.id = row.Text(0);
  operation.kind = row.Text(1);
  operation.subject = row.Text(2);
  CLIENTELE_ASSIGN_OR_RETURN(operation.request, Open(operation.id, "request", row.Bytes(3)));
  CLIENTELE_ASSIGN_OR_RETURN(operation.metadata, Open(operation.id, "metadata", row.Bytes(4)));
  operation.state = ToState(row.Int64(5));
  operation.cancel_requested = row.Bool(6);
  operation.attempts = static_cast<int>(row.Int64(7));
  CLIENTELE_ASSIGN_OR_RETURN(operation.result, Open(operation.id, "result", row.Bytes(8)));
  if (operation.state == State::kFailed) {
    operation.error = WithReason(
        absl::Status(static_cast<absl::StatusCode>(row.Int64(9)), row.Text(10)), row.Text(11));
  }
  operation.create_time = row.Time(12);
  operation.update_time = row.Time(13);
  operation.finish_time = row.OptionalTime(14).value_or(absl::InfiniteFuture());
  return operation;
}

absl::StatusOr<Operation> OperationStore::Create(Transaction& transaction,
                                                 const NewOperation& operation) const {
  Operation created;
  created.id = RandomId();
  created.kind = operation.kind;
  created.subject = operation.subject;
  created.request = operation.request;
  created.metadata = operation.metadata;
  created.create_time = absl::FromUnixMicros(absl::ToUnixMicros(clock_->Now()));
  created.update_time = created.create_time;
  const std::optional<std::string> subject =
      operation.subject.empty() ? std::nullopt : std::optional<std::string>(operation.subject);
  CLIENTELE_RETURN_IF_ERROR(
      transaction
          .Execute(statements_->create.statement(),
                   {created.id, created.kind, subject,
                    Bytes{Seal(created.id, "request", created.request)},
                    Bytes{Seal(created.id, "metadata", created.metadata)}, created.create_time})
          .status());
  return created;
}

absl::StatusOr<Operation> OperationStore::Get(Transaction& transaction,
                                              absl::string_view id) const {
  CLIENTELE_ASSIGN_OR_RETURN(const Result rows,
                             transaction.Execute(statements_->get.statement(), {id}));
  if (rows.empty()) return NotFound(absl::StrCat("operations/", id));
  return ToOperation(rows[0]);
}

absl::StatusOr<OperationPage> OperationStore::List(Transaction& transaction, absl::string_view kind,
                                                   int page_size,
                                                   absl::string_view page_token) const {
  if (page_size < 0) return InvalidField("page_size", "must not be negative");
  const int size = page_size == 0 ? 50 : std::min(page_size, 1000);
  CLIENTELE_ASSIGN_OR_RETURN(const Position after, FromPageToken(page_token));
  CLIENTELE_ASSIGN_OR_RETURN(const Result rows,
                             transaction.Execute(statements_->list.statement(),
                                                 {kind, after.create_time, after.id, size + 1}));
  OperationPage page;
  paging::PageBudget budget(static_cast<std::size_t>(size));
  for (const Row row : rows) {
    CLIENTELE_ASSIGN_OR_RETURN(Operation operation, ToOperation(row));
    if (!budget.Take(OperationBytes(operation))) {
      page.next_page_token = ToPageToken(page.operations.back());
      break;
    }
    page.operations.push_back(std::move(operation));
  }
  return page;
}

absl::StatusOr<std::optional<Lease>> OperationStore::Claim(Transaction& transaction,
                                                           const std::vector<std::string>& kinds,
                                                           absl::Duration duration) const {
  const absl::Time now = clock_->Now();
  Lease lease{.operation = {}, .token = RandomId()};
  CLIENTELE_ASSIGN_OR_RETURN(const Result rows,
                             transaction.Execute(statements_->claim.statement(),
                                                 {lease.token, now + duration, now, kinds}));
  if (rows.empty()) return std::optional<Lease>();
  CLIENTELE_ASSIGN_OR_RETURN(lease.operation, ToOperation(rows[0]));
  return std::optional<Lease>(std::move(lease));
}

absl::Status OperationStore::Heartbeat(Transaction& transaction, const Lease& lease,
                                       absl::Duration duration,
                                       const std::optional<std::string>& metadata) const {
  const absl::Time now = clock_->Now();
  std::optional<Bytes> sealed;
  if (metadata.has_value()) sealed = Bytes{Seal(lease.operation.id, "metadata", *metadata)};
  CLIENTELE_ASSIGN_OR_RETURN(
      const Result rows,
      transaction.Execute(statements_->heartbeat.statement(),
                          {lease.operation.id, lease.token, now + duration, sealed, now}));
  if (rows.empty()) return LeaseLost();
  if (rows[0].Bool(0)) {
    return WithReason(absl::CancelledError("the operation was cancelled"), reason::kCancelled);
  }
  return absl::OkStatus();
}

absl::Status OperationStore::Finish(Transaction& transaction, const Lease& lease,
                                    const absl::StatusOr<std::string>& result) const {
  const std::string& id = lease.operation.id;
  std::optional<Bytes> sealed;
  std::optional<int64_t> code;
  std::optional<std::string> message, error_reason;
  if (result.ok()) {
    sealed = Bytes{Seal(id, "result", *result)};
  } else {
    code = static_cast<int64_t>(result.status().code());
    message = std::string(result.status().message());
    error_reason = GetReason(result.status());
  }
  CLIENTELE_ASSIGN_OR_RETURN(
      const Result rows, transaction.Execute(statements_->finish.statement(),
                                             {id, lease.token, result.ok() ? kSucceeded : kFailed,
                                              sealed, code, message, error_reason, clock_->Now()}));
  return rows.affected_rows() == 1 ? absl::OkStatus() : LeaseLost();
}

absl::Status OperationStore::Release(Transaction& transaction, const Lease& lease,
                                     absl::Duration delay) const {
  const absl::Time now = clock_->Now();
  CLIENTELE_ASSIGN_OR_RETURN(
      const Result rows, transaction.Execute(statements_->release.statement(),
                                             {lease.operation.id, lease.token, now + delay, now}));
  return rows.affected_rows() == 1 ? absl::OkStatus() : LeaseLost();
}

absl::Status OperationStore::Cancel(Transaction& transaction, absl::string_view id) const {
  CLIENTELE_RETURN_IF_ERROR(transaction
                                .Execute(statements_->cancel.statement(),
                                         {id, clock_->Now(), "the operation was cancelled"})
                                .status());
  return Get(transaction, id).status();
}

absl::Status OperationStore::Delete(Transaction& transaction, absl::string_view id) const {
  CLIENTELE_ASSIGN_OR_RETURN(const Result deleted,
                             transaction.Execute(statements_->remove.statement(), {id}));
  if (deleted.affected_rows() == 1) return absl::OkStatus();
  CLIENTELE_RETURN_IF_ERROR(Get(transaction, id).status());
  return WithReason(
      absl::FailedPreconditionError("the operation has not finished: cancel it, or wait"),
      "OPERATION_NOT_DONE");
}

absl::Status OperationStore::Forget(Transaction& transaction, absl::string_view subject) const {
  return transaction.Execute(statements_->forget.statement(), {subject}).status();
}

absl::StatusOr<int64_t> OperationStore::Prune(Transaction& transaction, absl::Duration age,
                                              int64_t limit) const {
  CLIENTELE_ASSIGN_OR_RETURN(
      const Result deleted,
      transaction.Execute(statements_->prune.statement(), {clock_->Now() - age, limit}));
  return deleted.affected_rows();
}

}  // namespace clientele::operations
