#include "common/postgres/connection.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <optional>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <pqxx/pqxx>
#include <unistd.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "common/postgres/result_data.h"
#include "common/status/error_details.h"

namespace clientele::postgres::internal {
namespace {

#if PQXX_VERSION_MAJOR >= 7
using Verbosity = pqxx::error_verbosity;
#else
using Verbosity = pqxx::connection_base::error_verbosity;
#endif

// libpqxx 6 and 7 spell these differently, and 7.10 deprecates what 7.0 has.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

pqxx::result ExecPrepared(pqxx::transaction_base& transaction, const std::string& name,
                          const std::vector<Value>& values) {
#if PQXX_VERSION_MAJOR >= 7
  pqxx::params params;
  params.reserve(values.size());
  for (const Value& value : values) {
    if (value.is_null()) {
      params.append();
    } else {
      params.append(pqxx::zview(value.text().c_str(), value.text().size()));
    }
  }
  return transaction.exec_prepared(name, params);
#else
  std::vector<const char*> texts;
  texts.reserve(values.size());
  for (const Value& value : values) {
    texts.push_back(value.is_null() ? nullptr : value.text().c_str());
  }
  return transaction.exec_prepared(name, pqxx::prepare::make_dynamic_params(texts));
#endif
}

void Exec(pqxx::transaction_base& transaction, const std::string& sql) { transaction.exec(sql); }

class PqxxResult final : public ResultData {
 public:
  PqxxResult(const pqxx::result& result, std::shared_ptr<std::atomic<bool>> misread)
      : ResultData(std::move(misread)), result_(result) {}

  std::size_t rows() const override { return static_cast<std::size_t>(result_.size()); }
  int columns() const override { return static_cast<int>(result_.columns()); }
  int64_t affected_rows() const override {
    const auto affected = static_cast<int64_t>(result_.affected_rows());
    return affected > 0 ? affected : static_cast<int64_t>(result_.size());
  }
  std::optional<absl::string_view> Cell(std::size_t row, int column) const override {
    const auto field = result_[static_cast<pqxx::result::size_type>(row)]
                              [static_cast<pqxx::row::size_type>(column)];
    if (field.is_null()) return std::nullopt;
    return absl::string_view(field.c_str(), field.size());
  }

 private:
  const pqxx::result result_;
};

// libpq takes the last of repeated keywords, so these stay overridable.
std::string WithDefaults(const ConnectionOptions& options) {
  const auto seconds = std::max<int64_t>(
      2, absl::ToInt64Seconds(absl::Ceil(options.connect_timeout, absl::Seconds(1))));
  if (absl::StartsWith(options.conninfo, "postgresql://") ||
      absl::StartsWith(options.conninfo, "postgres://")) {
    if (absl::StrContains(options.conninfo, "connect_timeout=")) return options.conninfo;
    return absl::StrCat(options.conninfo, absl::StrContains(options.conninfo, "?") ? "&" : "?",
                        "connect_timeout=", seconds,
                        "&keepalives_idle=30&keepalives_interval=10&keepalives_count=3");
  }
  return absl::StrCat("connect_timeout=", seconds,
                      " keepalives_idle=30 keepalives_interval=10 keepalives_count=3 ",
                      options.conninfo);
}

}  // namespace

int64_t TimeoutMilliseconds(absl::Duration time) {
  if (time >= absl::Hours(24)) return 0;
  return std::max<int64_t>(1, absl::ToInt64Milliseconds(time));
}

struct Connection::Impl {
  Impl(const std::string& conninfo, StatementWatchdog* watchdog)
      : connection(conninfo),
        silence(connection),
        watch(watchdog),
        watched_socket(fcntl(connection.sock(), F_DUPFD_CLOEXEC, 0)) {}
  ~Impl() { close(watched_socket); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  // Transactions are begun and ended by statements of ours, so that BEGIN and its
  // settings are one round trip and a lost COMMIT is distinguished from a refused one.
  pqxx::connection connection;
  pqxx::quiet_errorhandler silence;
  StatementWatchdog* const watch;
  // Of our own: libpq may close its socket, and another connection get the number, while
  // a statement is watched.
  const int watched_socket;
  std::optional<pqxx::nontransaction> session;
  std::map<std::string, std::string, std::less<>> prepared;  // name to SQL
  std::optional<absl::Duration> statement_limit;
  bool broken = false;

  // Maps the exception in flight.
  Failure Explain(absl::string_view name, std::string* detail) {
    try {
      throw;
    } catch (const pqxx::broken_connection&) {
      broken = true;
      return LostConnection();
    } catch (const pqxx::in_doubt_error&) {
      broken = true;
      return LostConnection();
    } catch (const pqxx::deadlock_detected&) {
      return FailureForSqlState(name, "40P01");
    } catch (const pqxx::statement_completion_unknown&) {
      broken = true;
      return LostConnection();
    } catch (const pqxx::transaction_rollback&) {
      return FailureForSqlState(name, "40001");
    } catch (const pqxx::sql_error& error) {
      if (detail != nullptr) *detail = error.what();
      const std::string& state = error.sqlstate();
      // A table changed under a prepared statement whose result has its columns.
      if (state == "0A000" && absl::StrContains(error.what(), "cached plan")) broken = true;
      if (state == "26000") broken = true;  // someone deallocated it
      if (!connection.is_open()) broken = true;
      if (broken) return LostConnection();
      Failure failure = FailureForSqlState(name, state);
      if (failure.lost) broken = true;
      return failure;
    } catch (const std::exception& error) {
      // Not of the server: libpqxx refused, or memory ran out. Not to be reused.
      if (detail != nullptr) *detail = error.what();
      const bool lost = !connection.is_open();
      broken = true;
      if (lost) return LostConnection();
      Failure failure = FailureForSqlState(name, "");
      failure.lost = true;
      return failure;
    }
  }
};

#pragma GCC diagnostic pop

Connection::Connection(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Connection::~Connection() = default;

absl::StatusOr<std::unique_ptr<Connection>> Connection::Open(const ConnectionOptions& options,
                                                             std::string& detail) {
  try {
    auto impl = std::make_unique<Impl>(WithDefaults(options), options.statement_watchdog);
    const StatementWatchdog::Guard guard(*impl->watch, impl->watched_socket,
                                         options.connect_timeout);
    impl->connection.set_verbosity(Verbosity::terse);
    impl->session.emplace(impl->connection);
    Exec(*impl->session,
         absl::StrCat("SET application_name = ", impl->connection.quote(options.application_name),
                      "; SET idle_in_transaction_session_timeout = ",
                      absl::ToInt64Milliseconds(options.idle_in_transaction_timeout),
                      "; SET client_encoding = 'UTF8'; SET TimeZone = 'UTC'; SET DateStyle = 'ISO'"
                      "; SET bytea_output = 'hex'; SET extra_float_digits = 1"
                      "; SET client_min_messages = 'warning'"
                      // Outside of transactions, which say what they are, nothing is written.
                      "; SET default_transaction_read_only = on"));
    return std::unique_ptr<Connection>(new Connection(std::move(impl)));
  } catch (const std::exception& error) {
    detail = error.what();
    return DatabaseAway();
  }
}

std::variant<Result, Failure> Connection::Execute(
    const Statement& statement, const std::vector<Value>& params, absl::Duration patience,
    const std::shared_ptr<std::atomic<bool>>& misread) {
  // libpqxx 6 would silently connect again, outside of the transaction.
  if (impl_->broken || !impl_->connection.is_open()) {
    impl_->broken = true;
    return LostConnection();
  }
  const StatementWatchdog::Guard guard(*impl_->watch, impl_->watched_socket, patience);
  try {
    const auto known = impl_->prepared.find(statement.name);
    if (known == impl_->prepared.end()) {
      impl_->connection.prepare(statement.name, statement.sql);
      impl_->prepared.emplace(statement.name, statement.sql);
    } else if (known->second != statement.sql) {
      return Failure{.status = absl::InternalError(absl::StrCat("two statements are both named ",
                                                                statement.name, "; rename one"))};
    }
    return Result(std::make_shared<PqxxResult>(
        ExecPrepared(*impl_->session, statement.name, params), misread));
  } catch (...) {
    return impl_->Explain(statement.name, nullptr);
  }
}

std::variant<std::monostate, Failure> Connection::Script(const char* name, const std::string& sql,
                                                         absl::Duration patience,
                                                         std::string* detail) {
  if (impl_->broken || !impl_->connection.is_open()) {
    impl_->broken = true;
    return LostConnection();
  }
  const StatementWatchdog::Guard guard(*impl_->watch, impl_->watched_socket, patience);
  try {
    Exec(*impl_->session, sql);
    return std::monostate();
  } catch (...) {
    return impl_->Explain(name, detail);
  }
}

std::variant<std::monostate, Failure> Connection::LimitStatements(absl::Duration time,
                                                                  absl::Duration patience) {
  auto done = Script("statement_timeout",
                     absl::StrCat("SET statement_timeout = ", TimeoutMilliseconds(time)), patience);
  if (std::holds_alternative<std::monostate>(done)) impl_->statement_limit = time;
  return done;
}

std::optional<absl::Duration> Connection::statement_limit() const { return impl_->statement_limit; }

bool Connection::LooksAlive() const {
  if (impl_->broken || !impl_->connection.is_open()) return false;
  // Nothing is awaited from the server between transactions: bytes to read are its
  // last message, or the end of the stream.
  pollfd socket{.fd = impl_->connection.sock(), .events = POLLIN, .revents = 0};
  return poll(&socket, 1, 0) == 0;
}

}  // namespace clientele::postgres::internal
