#ifndef CLIENTELE_COMMON_OPERATIONS_OPERATION_STORE_H_
#define CLIENTELE_COMMON_OPERATIONS_OPERATION_STORE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/database/encrypted_column.h"
#include "common/operations/operation.h"
#include "common/postgres/migrator.h"
#include "common/postgres/transaction.h"
#include "common/time/clock.h"

namespace clientele {
namespace crypto {
class Cipher;
}  // namespace crypto

namespace operations {

// The table <schema>.operations: give it to Migrate and CheckSchemaVersion among
// the modules of each service that has long-running operations.
const postgres::MigrationModule& OperationMigrations();

// What that table keeps encrypted, for a key rotation (common/database/reencryption.h).
std::vector<database::EncryptedColumn> OperationColumns(const std::string& schema);

// One worker's right to run one operation until a time. A plain value.
struct Lease {
  Operation operation;
  std::string token;  // changes with every claim
};

// Long-running operations in PostgreSQL: made in the transaction of the call that
// starts them, run by whichever replica claims them (operation_worker.h), resumed
// by another when a worker is lost.
//
//   // In the RPC's transaction, inside Ledger::Once:
//   CLIENTELE_ASSIGN_OR_RETURN(const Operation started,
//                              operations_.Create(t, {.kind = "erase_customer", .subject = id,
//                                                     .request = id}));
//
// request, metadata and result are stored encrypted. Thread-safe; the transaction
// is the caller's.
class OperationStore {
 public:
  // `cipher` and `clock` are borrowed and outlive the store. A null cipher stores
  // bytes as they are: for tests and for operations without personal data.
  OperationStore(std::string schema, const crypto::Cipher* cipher, const Clock* clock);
  ~OperationStore();

  // Queues an operation.
  absl::StatusOr<Operation> Create(postgres::Transaction& transaction,
                                   const NewOperation& operation) const;

  // NOT_FOUND when there is none of this id.
  absl::StatusOr<Operation> Get(postgres::Transaction& transaction, absl::string_view id) const;

  // Newest first, at most `page_size` (1 to 1000; 0 means 50). An empty `kind`
  // means all. INVALID_ARGUMENT for a page token that this method did not give.
  absl::StatusOr<OperationPage> List(postgres::Transaction& transaction, absl::string_view kind,
                                     int page_size, absl::string_view page_token) const;

  // Takes the oldest operation of `kinds` that is queued, or whose lease expired,
  // and leases it for `duration`. Nullopt when there is none. Never waits for
  // another worker's claim.
  absl::StatusOr<std::optional<Lease>> Claim(postgres::Transaction& transaction,
                                             const std::vector<std::string>& kinds,
                                             absl::Duration duration) const;

  // Extends the lease, and replaces the metadata when given.
  //   ABORTED    the lease was lost to another worker: stop working
  //   CANCELLED  someone asked to cancel: stop, and finish with CANCELLED
  absl::Status Heartbeat(postgres::Transaction& transaction, const Lease& lease,
                         absl::Duration duration,
                         const std::optional<std::string>& metadata = std::nullopt) const;

  // Ends the operation with the handler's result or error. Once: ABORTED, and
  // nothing changed, when the lease was lost or the operation is done already.
  absl::Status Finish(postgres::Transaction& transaction, const Lease& lease,
                      const absl::StatusOr<std::string>& result) const;

  // Gives the operation back, to be claimed again no sooner than after `delay`.
  absl::Status Release(postgres::Transaction& transaction, const Lease& lease,
                       absl::Duration delay) const;

  // Asks for the operation to stop: one that no worker holds fails with CANCELLED at
  // once, a running one is told at its next heartbeat, a finished one stays as it is.
  absl::Status Cancel(postgres::Transaction& transaction, absl::string_view id) const;

  // Deletes a finished operation. FAILED_PRECONDITION, reason OPERATION_NOT_DONE, for
  // one that is not finished; NOT_FOUND when there is none of this id.
  absl::Status Delete(postgres::Transaction& transaction, absl::string_view id) const;

  // Empties request, metadata and result of the finished operations of a subject
  // and removes the subject's name: part of erasing a customer.
  absl::Status Forget(postgres::Transaction& transaction, absl::string_view subject) const;

  // Deletes up to `limit` operations that finished before `age` ago.
  absl::StatusOr<int64_t> Prune(postgres::Transaction& transaction, absl::Duration age,
                                int64_t limit = 1000) const;

 private:
  struct Statements;

  absl::StatusOr<Operation> ToOperation(const postgres::Row& row) const;
  std::string Seal(absl::string_view id, absl::string_view field, const std::string& plain) const;
  absl::StatusOr<std::string> Open(absl::string_view id, absl::string_view field,
                                   std::string stored) const;

  const crypto::Cipher* const cipher_;
  const Clock* const clock_;
  const std::unique_ptr<const Statements> statements_;
};

}  // namespace operations
}  // namespace clientele

#endif  // CLIENTELE_COMMON_OPERATIONS_OPERATION_STORE_H_
