#ifndef CLIENTELE_COMMON_POSTGRES_CONNECTION_POOL_H_
#define CLIENTELE_COMMON_POSTGRES_CONNECTION_POOL_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "common/executor/request_context.h"
#include "common/postgres/transaction.h"
#include "common/time/clock.h"

namespace clientele::postgres {

// Reason of an UNAVAILABLE commit whose outcome is unknown.
inline constexpr absl::string_view kCommitInDoubt = "COMMIT_IN_DOUBT";

// One statement that ran, for metrics. Carries no SQL and no data.
struct StatementObservation {
  const char* name;  // Statement::name, or "begin", "commit", "rollback", "connect"
  absl::Duration elapsed;
  int64_t rows;  // affected or returned; 0 after an error
  absl::Status status;
};
// Called after each statement on the thread that ran it; must be quick,
// thread-safe, and must not throw.
using StatementObserver = std::function<void(const StatementObservation&)>;

struct PoolOptions {
  // A libpq connection string: "postgresql://..." or "host=... dbname=...". Secret: never logged.
  std::string conninfo = {};
  // Shown in pg_stat_activity.
  std::string application_name = "clientele";
  // Upper bound on open connections; at least 1. Size it with the service's executor.
  std::size_t max_connections = 8;
  // How many of them transactions that write may have at a time, so that writers who wait for
  // each other leave some to readers. 0: three quarters, and one less than all at most.
  std::size_t max_writers = 0;
  // How long Transact waits for a free connection, when the deadline is later.
  absl::Duration acquire_timeout = absl::Seconds(5);
  // How long one attempt to connect may take; whole seconds, at least 2.
  absl::Duration connect_timeout = absl::Seconds(5);
  // Upper bound on one statement, when the deadline is later. Zero: no bound. A server
  // that says nothing for two seconds longer counts as lost.
  absl::Duration statement_timeout = absl::Seconds(30);
  // PostgreSQL ends a session that idles this long inside a transaction.
  absl::Duration idle_in_transaction_timeout = absl::Seconds(60);
  StatementObserver observer = {};
  // Called with the reason why a connection could not be opened, in libpq's words (address and
  // role, no password): for the log, never for callers. May be called by any thread.
  std::function<void(absl::string_view)> connection_error_log = {};
  // What deadlines are compared with. Borrowed; outlives the pool.
  const Clock* clock = SystemClock::Get();
};

struct TransactionOptions {
  enum class Isolation { kReadCommitted, kRepeatableRead, kSerializable };
  Isolation isolation = Isolation::kReadCommitted;
  // PostgreSQL refuses writes. At READ COMMITTED, where each statement sees the moment that it
  // begins at, such a transaction is not begun at all: its statements are sent alone, which saves
  // two round trips, and locks of one statement do not last until the next.
  bool read_only = false;
  // Total runs of the body, the first included; 1: it is never retried.
  int max_attempts = 5;
  // Overrides PoolOptions::statement_timeout where it is not zero.
  absl::Duration statement_timeout = absl::ZeroDuration();
  // How long a statement waits for another transaction's lock; then RESOURCE_EXHAUSTED (reason
  // OVERLOADED), and the transaction is not run again. Zero: as long as the statement may take.
  absl::Duration lock_timeout = absl::ZeroDuration();
  // Overrides PoolOptions::idle_in_transaction_timeout where it is not zero: for transactions that
  // hold what others wait for.
  absl::Duration idle_in_transaction_timeout = absl::ZeroDuration();
};

struct PoolStats {
  std::size_t open = 0;  // connections, idle ones included
  std::size_t idle = 0;
  std::size_t waiting = 0;  // callers that wait for a connection
};

// A bounded pool of connections to one PostgreSQL database, and the way to run
// transactions on them.
//
//   CLIENTELE_ASSIGN_OR_RETURN(auto pool, ConnectionPool::Create({.conninfo = url}));
//   std::optional<Customer> found;
//   CLIENTELE_RETURN_IF_ERROR(pool->Transact(context, [&](Transaction& t) -> absl::Status {
//     found.reset();   // the body may run again: start afresh
//     CLIENTELE_ASSIGN_OR_RETURN(const Result rows, t.Execute(kGetCustomer, {id}));
//     if (rows.empty()) return NotFound(absl::StrCat("customers/", id));
//     found = ToCustomer(rows[0]);
//     return absl::OkStatus();
//   }));
//
// Connections are opened when needed. One that was lost (a restart of PostgreSQL,
// a terminated backend) is noticed and replaced; no restart of the process is
// needed. Sessions use UTC, ISO dates, hexadecimal bytea and UTF-8.
//
// Thread-safe. Outlives every Transact in progress.
class ConnectionPool {
 public:
  // Needs no live server. INVALID_ARGUMENT for impossible options.
  static absl::StatusOr<std::unique_ptr<ConnectionPool>> Create(PoolOptions options);
  ~ConnectionPool();

  // Begins a transaction, runs `body`, commits when it returns OK and rolls back
  // otherwise. Blocks: call it on a worker, never on a gRPC thread, and never
  // from inside another body (it would take a second connection).
  //
  // `body` runs again, up to options.max_attempts and within the deadline, after a
  // serialization failure, a deadlock, or a connection lost BEFORE the commit was
  // sent; what it writes outside the database must therefore be idempotent.
  //
  // Errors besides the body's own and Transaction::Execute's:
  //   RESOURCE_EXHAUSTED  reason OVERLOADED: no connection came free in time, or a lock
  //   DEADLINE_EXCEEDED, CANCELLED  of the context; nothing ran
  //   UNAVAILABLE         reason DATABASE_UNAVAILABLE: PostgreSQL cannot be reached; has a
  //                       retry delay; nothing was committed
  //   UNAVAILABLE         reason COMMIT_IN_DOUBT: the connection was lost while
  //                       committing; the effect may or may not be there. Send the
  //                       same request_id again and the ledger decides.
  absl::Status Transact(const RequestContext& context,
                        absl::FunctionRef<absl::Status(Transaction&)> body,
                        const TransactionOptions& options = {});

  // OK when PostgreSQL answers a trivial statement.
  absl::Status Ping(const RequestContext& context);

  PoolStats stats() const;

 private:
  class Impl;
  explicit ConnectionPool(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace clientele::postgres

#endif  // CLIENTELE_COMMON_POSTGRES_CONNECTION_POOL_H_
