#ifndef CLIENTELE_COMMON_IDEMPOTENCY_LEDGER_H_
#define CLIENTELE_COMMON_IDEMPOTENCY_LEDGER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/database/encrypted_column.h"
#include "common/idempotency/mutation_id.h"
#include "common/postgres/migrator.h"
#include "common/postgres/transaction.h"
#include "common/time/clock.h"

namespace clientele {

namespace crypto {
class Cipher;
}  // namespace crypto

// The ledger's table, <schema>.request_ledger: give it to Migrate and
// CheckSchemaVersion among the modules of each service that has mutations.
const postgres::MigrationModule& LedgerMigrations();

// What that table keeps encrypted, for a key rotation (common/database/reencryption.h).
database::EncryptedColumn LedgerResults(const std::string& schema);

// Remembers the results of mutations by their request_id, so that a request sent
// again (after a timeout, a crash, an in-doubt commit) has no second effect and
// gets the first result.
//
//   absl::Status status = pool->Transact(context, [&](Transaction& t) -> absl::Status {
//     CLIENTELE_ASSIGN_OR_RETURN(
//         result, ledger_.Once(t, mutation_id, customer.id, [&]() -> absl::StatusOr<std::string> {
//           CLIENTELE_RETURN_IF_ERROR(t.Execute(kInsertCustomer, {...}).status());
//           return Serialize(customer);
//         }));
//     return absl::OkStatus();
//   });
//
// The entry is written in the mutation's own transaction: both are stored or
// neither is. Of two identical requests at once, the second waits for the first
// and gets its result; when the first fails, the second runs. Errors are not
// remembered: nothing was changed, and the caller may try again.
//
// Results are stored encrypted, bound to their entry, and of bodies a keyed hash.
// Thread-safe.
class Ledger {
 public:
  // `cipher` and `clock` are borrowed and outlive the ledger. A null cipher stores
  // results as they are: for tests and for results without personal data.
  // Entries count for `retention` after they were made.
  Ledger(std::string schema, const crypto::Cipher* cipher, const Clock* clock,
         absl::Duration retention = absl::Hours(24));
  ~Ledger();

  // Runs `mutate` (which must use `transaction`) unless an entry of this id is
  // there; returns its result, or the stored one. A mutation without a request_id
  // runs every time. `subject` is the customer whose data the result may hold, or
  // "" for none.
  //   INVALID_ARGUMENT  reason REQUEST_ID_REUSED: the id came with another body
  //   DATA_LOSS         the stored result cannot be decrypted
  // and the errors of `mutate` and of Transaction::Execute.
  absl::StatusOr<std::string> Once(postgres::Transaction& transaction, const MutationId& id,
                                   absl::string_view subject,
                                   absl::FunctionRef<absl::StatusOr<std::string>()> mutate) const;

  // The steps of Once, for mutations that share a transaction. Enter returns the result that is
  // stored, or nullopt: then the caller runs the mutation, and calls Keep with its result or,
  // when it failed, Withdraw. Transactions that enter several ids do so in one order, or they
  // may wait for each other; none enters an id twice. Errors as of Once. A mutation without a
  // request_id is not entered.
  absl::StatusOr<std::optional<std::string>> Enter(postgres::Transaction& transaction,
                                                   const MutationId& id,
                                                   absl::string_view subject) const;
  absl::Status Keep(postgres::Transaction& transaction, const MutationId& id,
                    absl::string_view result) const;
  absl::Status Withdraw(postgres::Transaction& transaction, const MutationId& id) const;

  // Deletes the entries of one subject: part of erasing a customer. The entry of the
  // mutation that calls it stays, so that the erasure itself can be sent again.
  absl::Status Forget(postgres::Transaction& transaction, absl::string_view subject) const;

  // Deletes up to `limit` entries older than the retention and returns their number. Call it
  // from time to time: entries past the retention don't count, but take space.
  absl::StatusOr<int64_t> Prune(postgres::Transaction& transaction, int64_t limit = 10000) const;

 private:
  struct Statements;

  // Keyed: a body as short as a customer's name could be found by trying.
  std::string StoredBodyHash(const MutationId& id) const;

  const std::string schema_;
  const crypto::Cipher* const cipher_;
  const Clock* const clock_;
  const absl::Duration retention_;
  const std::unique_ptr<const Statements> statements_;
};

}  // namespace clientele

#endif  // CLIENTELE_COMMON_IDEMPOTENCY_LEDGER_H_
