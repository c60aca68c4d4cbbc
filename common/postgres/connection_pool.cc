#include "common/postgres/connection_pool.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <utility>
#include <vector>

#include "absl/random/random.h"
#include "absl/time/clock.h"

#include "common/postgres/connection.h"
#include "common/postgres/statement_watchdog.h"
#include "common/postgres/transaction_state.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::postgres {
namespace {

using internal::Connection;

// libpq's own least.
constexpr absl::Duration kLeastConnectTimeout = absl::Seconds(2);

constexpr Statement kPing{"postgres.ping_server", "SELECT 1"};

// Pause before attempt number `attempt` (2, 3, ...): random, so that transactions
// that collided do not collide again.
absl::Duration RetryPause(int attempt) {
  thread_local absl::BitGen random;
  const double milliseconds = std::min(200.0, 5.0 * (1 << std::min(attempt, 10)));
  return absl::Milliseconds(absl::Uniform(random, milliseconds / 4, milliseconds));
}

}  // namespace

class ConnectionPool::Impl {
 public:
  explicit Impl(PoolOptions options)
      : options_(std::move(options)), max_writers_(MaxWriters(options_)) {}

  const PoolOptions& options() const { return options_; }

  // Waits for a connection and takes it; opens one where the pool has room.
  absl::StatusOr<std::unique_ptr<Connection>> Take(const RequestContext& context, bool writes) {
    CLIENTELE_ASSIGN_OR_RETURN(std::unique_ptr<Connection> connection, TakePlace(context, writes));
    if (connection != nullptr) return connection;
    const absl::Time start = absl::Now();
    std::string detail;
    auto opened =
        Connection::Open({.conninfo = options_.conninfo,
                          .application_name = options_.application_name,
                          .connect_timeout = ConnectTimeout(context),
                          .idle_in_transaction_timeout = options_.idle_in_transaction_timeout,
                          .statement_watchdog = &statement_watchdog_},
                         detail);
    if (options_.observer) {
      options_.observer({.name = "connect",
                         .elapsed = absl::Now() - start,
                         .rows = 0,
                         .status = opened.status()});
    }
    if (!opened.ok()) {
      GiveBack(nullptr, writes);
      if (options_.connection_error_log) options_.connection_error_log(detail);
    }
    return opened;
  }

  // Ends what Take began; null when the connection is not to be used again.
  void GiveBack(std::unique_ptr<Connection> connection, bool writes) {
    std::lock_guard lock(mutex_);
    if (writes) --writers_;
    if (connection != nullptr) {
      idle_.push_back(std::move(connection));
    } else {
      --open_;
    }
    // Not all who wait may take it.
    freed_.notify_all();
  }

  // Closes the idle connections: one was found lost, and a restart of PostgreSQL
  // loses them all.
  void DropIdle() {
    std::vector<std::unique_ptr<Connection>> dropped;
    std::lock_guard lock(mutex_);
    dropped.swap(idle_);
    open_ -= dropped.size();
    freed_.notify_all();
  }

  PoolStats stats() const {
    std::lock_guard lock(mutex_);
    return {.open = open_, .idle = idle_.size(), .waiting = waiting_};
  }

 private:
  static std::size_t MaxWriters(const PoolOptions& options) {
    const std::size_t all = options.max_connections;
    if (options.max_writers > 0) return std::min(options.max_writers, all);
    return all == 1 ? 1 : std::min(all - 1, (all * 3 + 3) / 4);
  }

  // A connection outlives the call that opens it, so a caller with a short deadline does not cut it
  // short.
  absl::Duration ConnectTimeout(const RequestContext& context) const {
    const absl::Duration left = context.deadline - options_.clock->Now();
    return std::min(options_.connect_timeout, std::max(left, kLeastConnectTimeout));
  }

  // A live idle connection, or null with the right to open one (open_ counts it).
  absl::StatusOr<std::unique_ptr<Connection>> TakePlace(const RequestContext& context,
                                                        bool writes) {
    const absl::Time now = options_.clock->Now();
    CLIENTELE_RETURN_IF_ERROR(context.Check(now));
    const absl::Duration patience =
        std::clamp(context.deadline - now, absl::ZeroDuration(), options_.acquire_timeout);

    std::unique_lock lock(mutex_);
    while (true) {
      ++waiting_;
      const bool free = freed_.wait_for(lock, context.cancellation.stop_token(),
                                        absl::ToChronoMilliseconds(patience), [this, writes] {
                                          if (writes && writers_ >= max_writers_) return false;
                                          return !idle_.empty() || open_ < options_.max_connections;
                                        });
      --waiting_;
      if (!free) {
        CLIENTELE_RETURN_IF_ERROR(context.Check(options_.clock->Now()));
        if (context.deadline - now <= options_.acquire_timeout) {
          return WithReason(absl::DeadlineExceededError("no database connection came free in time"),
                            reason::kDeadlineExceeded);
        }
        return BusyError("all database connections are in use; try again", absl::Milliseconds(200));
      }
      if (idle_.empty()) {
        ++open_;
        if (writes) ++writers_;
        return nullptr;
      }
      std::unique_ptr<Connection> connection = std::move(idle_.back());
      idle_.pop_back();
      if (connection->LooksAlive()) {
        if (writes) ++writers_;
        return connection;
      }
      --open_;
    }
  }

  const PoolOptions options_;
  internal::StatementWatchdog statement_watchdog_;
  mutable std::mutex mutex_;
  std::condition_variable_any freed_;
  // The one used last is taken first; the others may be closed when they are idle.
  std::vector<std::unique_ptr<Connection>> idle_;
  std::size_t open_ = 0;  // idle, taken, and being opened
  const std::size_t max_writers_;
  std::size_t writers_ = 0;  // of those taken
  std::size_t waiting_ = 0;
};

namespace {

// Gives a connection back to its pool, whatever happens between.
template <typename Pool>
class Borrowed {
 public:
  Borrowed(Pool* pool, std::unique_ptr<Connection> connection, bool writes)
      : pool_(pool), connection_(std::move(connection)), writes_(writes) {}
  Borrowed(const Borrowed&) = delete;
  Borrowed& operator=(const Borrowed&) = delete;
  ~Borrowed() { pool_->GiveBack(reusable_ ? std::move(connection_) : nullptr, writes_); }

  Connection* connection() { return connection_.get(); }
  // The connection is between transactions; it is closed unless this is called.
  void MarkReusable() { reusable_ = true; }

 private:
  Pool* const pool_;
  std::unique_ptr<Connection> connection_;
  const bool writes_;
  bool reusable_ = false;
};

}  // namespace

ConnectionPool::ConnectionPool(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ConnectionPool::~ConnectionPool() = default;

absl::StatusOr<std::unique_ptr<ConnectionPool>> ConnectionPool::Create(PoolOptions options) {
  if (options.conninfo.empty()) {
    return absl::InvalidArgumentError(
        "no database is configured: set CLIENTELE_DATABASE_URL or --database_url_file");
  }
  if (options.max_connections < 1) {
    return absl::InvalidArgumentError("a pool needs at least one database connection");
  }
  if (options.acquire_timeout < absl::ZeroDuration() ||
      options.statement_timeout < absl::ZeroDuration() || options.clock == nullptr) {
    return absl::InvalidArgumentError("the database pool's times must not be negative");
  }
  options.acquire_timeout = std::min(options.acquire_timeout, absl::Hours(1));
  return std::unique_ptr<ConnectionPool>(
      new ConnectionPool(std::make_unique<Impl>(std::move(options))));
}

absl::Status ConnectionPool::Transact(const RequestContext& context,
                                      absl::FunctionRef<absl::Status(Transaction&)> body,
                                      const TransactionOptions& options) {
  const PoolOptions& pool_options = impl_->options();
  const bool writes = !options.read_only;
  for (int attempt = 1;; ++attempt) {
    CLIENTELE_ASSIGN_OR_RETURN(std::unique_ptr<Connection> taken, impl_->Take(context, writes));
    absl::Status status;
    bool retry = false;
    bool lost = false;
    {
      Borrowed borrowed(impl_.get(), std::move(taken), writes);
      internal::TransactionState state(borrowed.connection(), &context, &pool_options, &options);
      status = state.Begin();
      if (status.ok()) {
        Transaction transaction(&state);
        status = body(transaction);
        if (status.ok()) {
          status = state.Commit();
        } else {
          state.Rollback();
        }
      }
      retry = state.failure().has_value() && state.failure()->retry;
      lost = state.failure().has_value() && state.failure()->lost;
      if (!lost) borrowed.MarkReusable();
    }
    if (status.ok()) return status;
    if (lost) impl_->DropIdle();
    if (!retry || attempt >= options.max_attempts) return status;
    const absl::Duration pause = RetryPause(attempt + 1);
    if (pool_options.clock->Now() + pause >= context.deadline) return status;
    if (context.cancellation.WaitFor(pause)) return context.Check(pool_options.clock->Now());
  }
}

absl::Status ConnectionPool::Ping(const RequestContext& context) {
  return Transact(context,
                  [](Transaction& transaction) { return transaction.Execute(kPing).status(); },
                  {.read_only = true});
}

PoolStats ConnectionPool::stats() const { return impl_->stats(); }

}  // namespace clientele::postgres
