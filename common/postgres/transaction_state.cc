#include "common/postgres/transaction_state.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace clientele::postgres::internal {
namespace {

// What PostgreSQL gets, beyond its own timeout, to say that a statement timed out.
constexpr absl::Duration kGracePeriod = absl::Seconds(2);

const char* BeginText(const TransactionOptions& options) {
  using Isolation = TransactionOptions::Isolation;
  switch (options.isolation) {
    case Isolation::kReadCommitted:
      return options.read_only ? "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY"
                               : "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";
    case Isolation::kRepeatableRead:
      return options.read_only ? "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
                               : "BEGIN ISOLATION LEVEL REPEATABLE READ READ WRITE";
    case Isolation::kSerializable:
      return options.read_only ? "BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY"
                               : "BEGIN ISOLATION LEVEL SERIALIZABLE READ WRITE";
  }
  return "BEGIN";
}

// Each statement at READ COMMITTED has a snapshot of its own, in a transaction or without one.
bool EachStatementAlone(const TransactionOptions& options) {
  return options.read_only && options.isolation == TransactionOptions::Isolation::kReadCommitted &&
         options.lock_timeout == absl::ZeroDuration() &&
         options.idle_in_transaction_timeout == absl::ZeroDuration();
}

}  // namespace

TransactionState::TransactionState(Connection* connection, const RequestContext* context,
                                   const PoolOptions* pool_options,
                                   const TransactionOptions* options)
    : connection_(connection),
      context_(context),
      pool_options_(pool_options),
      options_(options),
      each_alone_(EachStatementAlone(*options)),
      misread_(std::make_shared<std::atomic<bool>>(false)) {}

void TransactionState::Observe(const char* name, absl::Time start, int64_t rows,
                               const absl::Status& status) const {
  if (!pool_options_->observer) return;
  pool_options_->observer(
      {.name = name, .elapsed = absl::Now() - start, .rows = rows, .status = status});
}

absl::Status TransactionState::Fail(Failure failure) {
  absl::Status status = failure.status;
  if (!failure_.has_value()) failure_ = std::move(failure);
  return status;
}

absl::Duration TransactionState::StatementBound() const {
  const absl::Duration bound = options_->statement_timeout != absl::ZeroDuration()
                                   ? options_->statement_timeout
                                   : pool_options_->statement_timeout;
  return bound == absl::ZeroDuration() ? absl::InfiniteDuration() : bound;
}

absl::StatusOr<absl::Duration> TransactionState::StatementTime() const {
  const absl::Time now = pool_options_->clock->Now();
  CLIENTELE_RETURN_IF_ERROR(context_->Check(now));
  return std::min(StatementBound(), context_->deadline - now);
}

absl::Duration TransactionState::Patience() const {
  // Not bounded in PostgreSQL either.
  if (TimeoutMilliseconds(announced_) == 0) return absl::InfiniteDuration();
  return announced_ + kGracePeriod;
}

absl::Status TransactionState::Begin() {
  auto time = StatementTime();
  if (!time.ok()) return Fail({.status = time.status()});
  if (each_alone_) return absl::OkStatus();
  announced_ = *time;
  const absl::Time start = absl::Now();
  std::string script = absl::StrCat(
      BeginText(*options_), "; SET LOCAL statement_timeout = ", TimeoutMilliseconds(announced_));
  if (options_->lock_timeout != absl::ZeroDuration()) {
    absl::StrAppend(&script,
                    "; SET LOCAL lock_timeout = ", TimeoutMilliseconds(options_->lock_timeout));
  }
  if (options_->idle_in_transaction_timeout != absl::ZeroDuration()) {
    absl::StrAppend(&script, "; SET LOCAL idle_in_transaction_session_timeout = ",
                    TimeoutMilliseconds(options_->idle_in_transaction_timeout));
  }
  const auto done = connection_->Script("begin", script, Patience());
  absl::Status status;
  if (const auto* failure = std::get_if<Failure>(&done)) status = Fail(*failure);
  Observe("begin", start, 0, status);
  return status;
}

absl::Status TransactionState::LimitStatementTime() {
  auto time = StatementTime();
  if (!time.ok()) return Fail({.status = time.status()});
  if (each_alone_) return LimitSession(*time);
  // Setting it costs a round trip: only once a third has passed.
  if (announced_ == absl::InfiniteDuration() || *time > announced_ * 0.67) return absl::OkStatus();
  announced_ = *time;
  const auto done = connection_->Script(
      "statement_timeout",
      absl::StrCat("SET LOCAL statement_timeout = ", TimeoutMilliseconds(announced_)), Patience());
  if (const auto* failure = std::get_if<Failure>(&done)) return Fail(*failure);
  return absl::OkStatus();
}

absl::Status TransactionState::LimitSession(absl::Duration time) {
  const std::optional<absl::Duration> known = connection_->statement_limit();
  // Setting it costs a round trip: the one of the call before mostly fits, a little later.
  const bool fits = known.has_value() && *known >= time && (*known == time || *known <= time * 1.5);
  announced_ = fits ? *known : std::min(StatementBound(), time * 1.25);
  if (fits) return absl::OkStatus();
  const auto done = connection_->LimitStatements(announced_, Patience());
  if (const auto* failure = std::get_if<Failure>(&done)) return Fail(*failure);
  return absl::OkStatus();
}

absl::StatusOr<Result> TransactionState::Execute(const Statement& statement,
                                                 const std::vector<Value>& params) {
  if (failure_.has_value()) return failure_->status;
  CLIENTELE_RETURN_IF_ERROR(LimitStatementTime());
  if (std::any_of(params.begin(), params.end(), [](const Value& v) { return v.has_nul(); })) {
    return Fail({.status = WithReason(absl::InvalidArgumentError(
                                          "text must not contain NUL characters; remove them"),
                                      reason::kInvalidArgument)});
  }
  const absl::Time start = absl::Now();
  auto outcome = connection_->Execute(statement, params, Patience(), misread_);
  if (auto* failure = std::get_if<Failure>(&outcome)) {
    const absl::Status status = Fail(std::move(*failure));
    Observe(statement.name, start, 0, status);
    return status;
  }
  Result result = std::get<Result>(std::move(outcome));
  Observe(statement.name, start, result.affected_rows(), absl::OkStatus());
  return result;
}

absl::Status TransactionState::Script(const char* name, const std::string& sql,
                                      std::string* detail) {
  if (failure_.has_value()) return failure_->status;
  CLIENTELE_RETURN_IF_ERROR(LimitStatementTime());
  const absl::Time start = absl::Now();
  const auto done = connection_->Script(name, sql, Patience(), detail);
  absl::Status status;
  if (const auto* failure = std::get_if<Failure>(&done)) status = Fail(*failure);
  Observe(name, start, 0, status);
  return status;
}

absl::Status TransactionState::Commit() {
  if (misread_->load(std::memory_order_relaxed)) {
    static_cast<void>(
        Fail({.status = WithReason(absl::InternalError("a stored value could not be read"),
                                   reason::kInternal)}));
  }
  if (failure_.has_value()) {
    Rollback();
    return failure_->status;
  }
  if (each_alone_) return absl::OkStatus();
  const absl::Time start = absl::Now();
  const auto done = connection_->Script("commit", "COMMIT", Patience());
  absl::Status status;
  if (const auto* failure = std::get_if<Failure>(&done)) {
    if (!failure->lost) {
      status = Fail(*failure);
    } else if (!options_->read_only) {
      status = Fail(
          {.status = UnavailableError(kCommitInDoubt,
                                      "the database was lost while it saved the change; send the "
                                      "same request again, with the same request_id",
                                      absl::Seconds(1)),
           .retry = false,
           .lost = true});
    }
  }
  Observe("commit", start, 0, status);
  return status;
}

void TransactionState::Rollback() {
  if (each_alone_ || (failure_.has_value() && failure_->lost)) return;
  const absl::Time start = absl::Now();
  const auto done = connection_->Script("rollback", "ROLLBACK", Patience());
  Observe(
      "rollback", start, 0,
      std::holds_alternative<Failure>(done) ? std::get<Failure>(done).status : absl::OkStatus());
}

}  // namespace clientele::postgres::internal
