#ifndef CLIENTELE_COMMON_POSTGRES_TRANSACTION_H_
#define CLIENTELE_COMMON_POSTGRES_TRANSACTION_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "common/executor/request_context.h"
#include "common/postgres/row.h"
#include "common/postgres/statement.h"
#include "common/postgres/value.h"

namespace clientele::postgres {

namespace internal {
class TransactionState;
}  // namespace internal

// An open transaction, given to the body of ConnectionPool::Transact (see there
// for an example). Belongs to that body's thread and ends with it.
class Transaction {
 public:
  explicit Transaction(internal::TransactionState* state) : state_(state) {}
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  // Runs one statement. Errors, none of which carries SQL or data:
  //   ALREADY_EXISTS       a unique constraint; prefer ON CONFLICT, see below
  //   FAILED_PRECONDITION  a foreign key
  //   INVALID_ARGUMENT     a check or not-null constraint, a value out of its
  //                        type's range, text that is not UTF-8 or holds NUL
  //   DEADLINE_EXCEEDED    the context's deadline or the pool's statement timeout
  //   CANCELLED            the context was cancelled
  //   RESOURCE_EXHAUSTED   TransactionOptions::lock_timeout
  //   ABORTED              serialization failure or deadlock; Transact retries
  //   UNAVAILABLE          reason DATABASE_UNAVAILABLE; Transact retries once
  //                        the connection is replaced
  //   INTERNAL             anything else: a statement that is wrong, a missing table
  // As in PostgreSQL, an error ends the transaction: later statements repeat it,
  // and Transact rolls back and answers it even if the body returns OK.
  absl::StatusOr<Result> Execute(const Statement& statement, const std::vector<Value>& params = {});

  // The context that Transact was called with.
  const RequestContext& context() const;

 private:
  friend class MigrationStep;
  // Several statements without parameters; `detail` gets the PostgreSQL message.
  absl::Status ExecuteScript(const char* name, const std::string& sql, std::string* detail);

  internal::TransactionState* state_;
};

}  // namespace clientele::postgres

#endif  // CLIENTELE_COMMON_POSTGRES_TRANSACTION_H_
