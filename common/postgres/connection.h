#ifndef CLIENTELE_COMMON_POSTGRES_CONNECTION_H_
#define CLIENTELE_COMMON_POSTGRES_CONNECTION_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/postgres/failure.h"
#include "common/postgres/row.h"
#include "common/postgres/statement.h"
#include "common/postgres/statement_watchdog.h"
#include "common/postgres/value.h"

namespace clientele::postgres::internal {

struct ConnectionOptions {
  std::string conninfo;
  std::string application_name;
  absl::Duration connect_timeout;
  absl::Duration idle_in_transaction_timeout;
  // Borrowed; outlives the connection.
  StatementWatchdog* statement_watchdog;
};

// As PostgreSQL's settings take it: at least 1, and 0, "no bound", from a day on.
int64_t TimeoutMilliseconds(absl::Duration time);

// One session of PostgreSQL. The only user of libpqxx; its exceptions end here.
// For one thread at a time. A server that is silent for longer than the `patience` of a
// call loses the connection.
class Connection {
 public:
  // UNAVAILABLE when there is no server or it refuses; `detail` gets libpq's reason,
  // for the operator's log.
  static absl::StatusOr<std::unique_ptr<Connection>> Open(const ConnectionOptions& options,
                                                          std::string& detail);
  ~Connection();

  // A prepared statement with parameters; prepares it when it is new here.
  // `misread` is shared with the result (ResultData).
  std::variant<Result, Failure> Execute(const Statement& statement,
                                        const std::vector<Value>& params, absl::Duration patience,
                                        const std::shared_ptr<std::atomic<bool>>& misread);

  // Statements without parameters, separated by semicolons. `name` stands for them
  // in messages. `detail`, when given, gets PostgreSQL's own message after a failure.
  std::variant<std::monostate, Failure> Script(const char* name, const std::string& sql,
                                               absl::Duration patience,
                                               std::string* detail = nullptr);

  // statement_timeout of the session, outside of transactions that have one of their own;
  // InfiniteDuration: no bound. One exchange with the server where it changes, see Script.
  std::variant<std::monostate, Failure> LimitStatements(absl::Duration time,
                                                        absl::Duration patience);
  // As last set; nullopt: by nobody yet.
  std::optional<absl::Duration> statement_limit() const;

  // Whether the session looks usable, without asking the server: false once the
  // connection was found broken, and when an idle one has been closed by the server.
  bool LooksAlive() const;

 private:
  struct Impl;
  explicit Connection(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace clientele::postgres::internal

#endif  // CLIENTELE_COMMON_POSTGRES_CONNECTION_H_
