#ifndef CLIENTELE_COMMON_POSTGRES_TRANSACTION_STATE_H_
#define CLIENTELE_COMMON_POSTGRES_TRANSACTION_STATE_H_

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/executor/request_context.h"
#include "common/postgres/connection.h"
#include "common/postgres/connection_pool.h"
#include "common/postgres/failure.h"

namespace clientele::postgres::internal {

// One attempt at a transaction on one connection. Begin, then statements, then
// Commit or Rollback. Where a transaction would change nothing, each statement is sent alone.
class TransactionState {
 public:
  // All borrowed.
  TransactionState(Connection* connection, const RequestContext* context,
                   const PoolOptions* pool_options, const TransactionOptions* options);

  absl::Status Begin();
  absl::StatusOr<Result> Execute(const Statement& statement, const std::vector<Value>& params);
  absl::Status Script(const char* name, const std::string& sql, std::string* detail);
  // OK, or why nothing was committed; or COMMIT_IN_DOUBT.
  absl::Status Commit();
  // Leaves the connection ready for another transaction, unless it is lost.
  void Rollback();

  const RequestContext& context() const { return *context_; }
  // The first failure: the transaction can only be rolled back.
  const std::optional<Failure>& failure() const { return failure_; }

 private:
  // How long a statement may run from now.
  absl::StatusOr<absl::Duration> StatementTime() const;
  absl::Duration StatementBound() const;
  // Sets PostgreSQL's limit again when too much of the last one has passed.
  absl::Status LimitStatementTime();
  // That of the session, which the statements of other calls have too.
  absl::Status LimitSession(absl::Duration time);
  // How long the server may be silent: PostgreSQL's own timeout comes first.
  absl::Duration Patience() const;
  absl::Status Fail(Failure failure);
  void Observe(const char* name, absl::Time start, int64_t rows, const absl::Status& status) const;

  Connection* const connection_;
  const RequestContext* const context_;
  const PoolOptions* const pool_options_;
  const TransactionOptions* const options_;
  // No BEGIN and no COMMIT, which would be a round trip each.
  const bool each_alone_;
  const std::shared_ptr<std::atomic<bool>> misread_;
  absl::Duration announced_ = absl::InfiniteDuration();
  std::optional<Failure> failure_;
};

}  // namespace clientele::postgres::internal

#endif  // CLIENTELE_COMMON_POSTGRES_TRANSACTION_STATE_H_
