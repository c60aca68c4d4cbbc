#include "common/postgres/failure.h"

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

#include "common/status/error_details.h"

namespace clientele::postgres::internal {
namespace {

constexpr absl::Duration kRetryDelay = absl::Seconds(1);

Failure Refused(absl::StatusCode code, absl::string_view message, absl::string_view reason) {
  return {.status = WithReason(absl::Status(code, message), reason)};
}

Failure Conflict() {
  return {.status = WithRetryDelay(
              WithReason(absl::AbortedError("the change conflicted with another at the same time; "
                                            "send it again"),
                         "CONFLICT"),
              absl::Milliseconds(50)),
          .retry = true};
}

// The transaction waited for as long as it may: to try again at once would hold its worker too.
Failure LockedOut() {
  return {.status = BusyError("another change holds what this one needs; try again", kRetryDelay)};
}

}  // namespace

absl::Status DatabaseAway() {
  return UnavailableError(reason::kDatabaseUnavailable,
                          "the database cannot be reached now; try again", kRetryDelay);
}

Failure LostConnection() { return {.status = DatabaseAway(), .retry = true, .lost = true}; }

Failure FailureForSqlState(absl::string_view statement_name, absl::string_view sqlstate) {
  const absl::string_view state_class = sqlstate.substr(0, 2);
  if (sqlstate == "23505" || sqlstate == "23P01") {  // unique, exclusion
    return Refused(absl::StatusCode::kAlreadyExists, "it exists already", reason::kAlreadyExists);
  }
  if (sqlstate == "23503" || sqlstate == "23001") {  // foreign key, restrict
    return Refused(absl::StatusCode::kFailedPrecondition,
                   "something that it refers to does not exist, or still refers to it",
                   "REFERENCE_VIOLATION");
  }
  if (state_class == "23") {  // check, not null
    return Refused(absl::StatusCode::kInvalidArgument, "a value is outside what may be stored",
                   reason::kInvalidArgument);
  }
  if (state_class == "22") {  // encoding, range, length
    return Refused(absl::StatusCode::kInvalidArgument,
                   "a value cannot be stored: it is out of range, too long or not valid UTF-8",
                   reason::kInvalidArgument);
  }
  if (sqlstate == "40001" || sqlstate == "40P01") return Conflict();
  if (sqlstate == "55P03") return LockedOut();
  if (sqlstate == "57014") {
    return Refused(absl::StatusCode::kDeadlineExceeded,
                   absl::StrCat("the database did not finish ", statement_name, " in time"),
                   reason::kDeadlineExceeded);
  }
  if (state_class == "08" || state_class == "57" || sqlstate == "25P03") return LostConnection();
  // 53: out of memory, disk or connections. 58: an I/O error. The same transaction
  // at once would meet the same.
  if (state_class == "53" || state_class == "58") return {.status = DatabaseAway(), .lost = true};
  return Refused(absl::StatusCode::kInternal,
                 absl::StrCat("the database refused the statement ", statement_name, " (SQLSTATE ",
                              sqlstate.empty() ? "unknown" : sqlstate, ")"),
                 reason::kInternal);
}

}  // namespace clientele::postgres::internal
